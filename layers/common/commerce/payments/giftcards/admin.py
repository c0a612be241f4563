"""What staff does with gift cards that are there: finding them, looking at them, stopping them."""

from commerce.payments.giftcards.model import (
    DisableGiftCard,
    GiftCard,
    GiftCardDetail,
    GiftCardView,
    movement_view,
    view,
)
from commerce.payments.giftcards.store import GIFT_CARDS, MOVEMENTS
from commerce.runtime import audit, codes
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.clock import now
from commerce.runtime.errors import NotFound
from commerce.runtime.idempotency import Once
from commerce.runtime.paging import Page, next_cursor, position


def list_all(*, email: str, last4: str, currency: str, limit: int, cursor: str | None) -> Page[GiftCardView]:
    """A page of cards, the newest first. One round trip.

    Args:
        email: those that were sent there alone.
        last4: those whose codes end so.
        currency: those in it.
        limit: rows on the page.
        cursor: where to go on.

    Raises:
        InvalidCursor: not ours, or of another list.
    """
    asked = {"recipient": email.lower(), "last4": codes.last_four(last4), "currency": currency.upper()}
    wanted = {name: value for name, value in asked.items() if value}
    listing = f"gift_cards|{sorted(wanted.items())}"
    after = position(listing, cursor)
    rows = GIFT_CARDS.page(wanted, before=after[0] if after else None, limit=limit + 1)
    items = [view(card, now()) for card in rows[:limit]]
    more = next_cursor(listing, [items[-1].id]) if len(rows) > limit else None
    return Page[GiftCardView](items=items, next_cursor=more)


def get(card_id: str) -> GiftCardDetail:
    """A card with all that happened to it. Two round trips.

    Raises:
        NotFound: there is none.
    """
    card = _get(card_id)
    moved = [movement_view(movement, card.currency) for movement in MOVEMENTS.of_card(card.id)]
    return GiftCardDetail(**view(card, now()).model_dump(), movements=moved)


def disable(card_id: str, wanted: DisableGiftCard, *, who: str, once: Once) -> GiftCardView:
    """Nobody pays with the card any more; what comes back to it lies there. Once: a second reason changes nothing.

    Raises:
        NotFound: there is none.
    """

    def attempt() -> GiftCardView:
        card = _get(card_id)
        changes = Changes()
        if not card.disabled_at:
            before = card.model_dump()
            card.disabled_at, card.disabled_why = now(), wanted.reason
            changes.replace(GIFT_CARDS, card)
            audit.note(
                changes,
                who=who,
                action="gift_card.disabled",
                subject=card.id,
                before=before,
                after=card.model_dump(),
            )
        answer = view(card, now())
        once.keep(changes, answer)
        changes.commit()
        return answer

    return once.answer(GiftCardView, lambda: retry_stale(attempt))


def _get(card_id: str) -> GiftCard:
    card = GIFT_CARDS.get(card_id)
    if card is None:
        raise NotFound
    return card
