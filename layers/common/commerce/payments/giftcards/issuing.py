"""Making gift cards: the card, its first movement, its booking and the mail with its code in one change."""

from datetime import datetime

from commerce.money import Money, exponent
from commerce.payments import ledger
from commerce.payments.events import GiftCardIssued
from commerce.payments.giftcards.model import (
    CODE_KIND,
    GiftCard,
    GiftCardRef,
    IssuedGiftCard,
    IssueGiftCard,
    Movement,
    Origin,
    view,
)
from commerce.payments.giftcards.store import GIFT_CARDS, MOVEMENTS
from commerce.runtime import audit, codes
from commerce.runtime.changes import Changes
from commerce.runtime.clock import now
from commerce.runtime.errors import Invalid, NotFound
from commerce.runtime.idempotency import Once
from commerce.runtime.ids import new_id
from commerce.runtime.settings import settings

MOST = 10_000  # Whole units of a currency: a card is no larger, so that a slip of the finger is no fortune.


def issue(wanted: IssueGiftCard, *, who: str, once: Once) -> IssuedGiftCard:
    """A card from the shop; its code is answered this once, and mailed to whom it is for.

    Raises:
        Invalid: a currency that the shop does not sell in, nothing or too much, or a time that is over.
    """
    _check(wanted)

    def make() -> GiftCard:
        changes = Changes()
        card = add(
            changes,
            wanted.amount,
            origin="staff",
            recipient=wanted.email,
            message=wanted.message,
            expires_at=wanted.expires_at,
            by=who,
        )
        changes.insert(ledger.LEDGER, ledger.grant(card.id, wanted.amount))
        known = card.model_dump(include={"last4", "currency", "issued", "expires_at"})
        audit.note(changes, who=who, action="gift_card.issued", subject=card.id, after=known)
        once.keep(changes, GiftCardRef(card_id=card.id))
        changes.commit()
        return card

    card = once.resume(GiftCardRef, make, lambda kept: _get(kept.card_id))
    return IssuedGiftCard(**view(card, now()).model_dump(), code=codes.again(CODE_KIND, card.id, card.code_hash))


def add(
    changes: Changes,
    amount: Money,
    *,
    origin: Origin,
    recipient: str,
    origin_ref: str | None = None,
    message: str = "",
    expires_at: datetime | None = None,
    by: str = "",
) -> GiftCard:
    """Adds a new card and the news of it, from which the mail with its code is made, to the change. What it is owed for
    is the caller's to book.

    Args:
        changes: the caller's change.
        amount: what it begins with.
        origin: who makes it.
        recipient: the email that the code goes to.
        origin_ref: what it is made for; there is one card for one such thing, and a second makes the change stale.
        message: what they are to read with it.
        expires_at: when it ends, if it does.
        by: the id of the person who makes it.
    """
    card_id, moment = new_id("gc"), now()
    code = codes.make(CODE_KIND, card_id)
    card = GiftCard(
        id=card_id,
        code_hash=codes.found_by(CODE_KIND, code)[0],
        last4=codes.last_four(code),
        currency=amount.currency,
        issued=amount.amount,
        balance=amount.amount,
        origin=origin,
        origin_ref=origin_ref,
        recipient=recipient,
        message=message,
        expires_at=expires_at,
        created_by=by,
        created_at=moment,
    )
    changes.insert(GIFT_CARDS, card)
    changes.insert(MOVEMENTS, Movement(id=new_id("gcm"), card_id=card.id, kind="issued", amount=card.issued, at=moment))
    changes.emit(
        GiftCardIssued(
            gift_card_id=card.id,
            code_hash=card.code_hash,
            amount=amount,
            email=recipient,
            message=message,
            expires_at=expires_at,
        )
    )
    return card


def _check(wanted: IssueGiftCard) -> None:
    amount = wanted.amount
    if amount.currency not in settings().currencies:
        raise Invalid.field(
            "amount.currency", "currency_not_supported", f"This shop does not sell in {amount.currency}."
        )
    if amount.amount <= 0:
        raise Invalid.field("amount.amount", "amount_too_small", "A gift card holds something.")
    if amount.amount > MOST * 10 ** exponent(amount.currency):
        raise Invalid.field("amount.amount", "amount_too_large", f"A gift card holds at most {MOST} {amount.currency}.")
    if wanted.expires_at and wanted.expires_at <= now():
        raise Invalid.field("expires_at", "in_the_past", "That time is over.")


def _get(card_id: str) -> GiftCard:
    card = GIFT_CARDS.get(card_id)
    if card is None:
        raise NotFound
    return card
