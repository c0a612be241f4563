"""Paying with gift cards: at once, in one change of the card, its movement, the payment, the ledger and the order."""

from commerce.money import Money
from commerce.payments import attempts, gateways, ledger
from commerce.payments.beginning import make_room
from commerce.payments.events import PaymentSucceeded
from commerce.payments.giftcards.model import (
    CODE_KIND,
    BalanceOf,
    GiftCard,
    GiftCardBalance,
    Movement,
    not_usable,
)
from commerce.payments.giftcards.store import GIFT_CARDS, MOVEMENTS
from commerce.payments.model import Payment
from commerce.payments.refunds import at_once
from commerce.payments.store import PAYMENTS
from commerce.runtime import codes
from commerce.runtime.changes import Changes
from commerce.runtime.clock import now
from commerce.runtime.errors import Invalid, NotFound
from commerce.runtime.ids import new_id


def balance(wanted: BalanceOf) -> GiftCardBalance:
    """What is left on a card, for whoever has its code. One round trip.

    Raises:
        Invalid: there is no such card, or nobody may pay with it any more: the same to the letter.
    """
    card = _usable(wanted.code)
    return GiftCardBalance(last4=card.last4, balance=card.money, expires_at=card.expires_at)


def pay(
    changes: Changes, *, code: str, order_id: str, number: str, due: Money, most: Money, first: bool, paying: set[str]
) -> Payment | None:
    """Takes from a card what is due, or as much as it has. Nothing is due from a provider for the former amount any
    more: a live attempt is closed first, and only its promise makes room.

    Of what is due the card leaves as much as any provider takes at least, where it can't pay all.

    Args:
        changes: the caller's change, which guards the order.
        code: as it was typed.
        order_id: what is to be paid.
        number: the same for people.
        due: what is still due.
        most: what of it gift cards may pay: a gift card buys no gift card.
        first: the order knows of no attempt yet, so none need be looked for.
        paying: the cards that pay for it already.

    Returns:
        The payment; None where this card pays for the order already.

    Raises:
        Invalid: the code can't be used for this; only gift cards are left to be paid; or the card has so little that no
            provider would take the rest.
        AlreadyPaid: an attempt has succeeded.
        AttemptUnderWay: one may still succeed.
        ProviderUnavailable: its provider did not answer.
    """
    card = _usable(code)
    if card.id in paying:
        return None
    if card.currency != due.currency or not card.balance:
        raise not_usable()
    if not most.amount:
        message = "A gift card can't be bought with a gift card."
        raise Invalid.field("code", "gift_card_buys_gift_card", message)
    amount = _share(min(card.balance, most.amount), due)
    if not first and (live := PAYMENTS.open_for(order_id)):
        make_room(live)
    spent = Movement(id=new_id("gcm"), card_id=card.id, kind="spent", amount=-amount, order_id=order_id, at=now())
    payment = Payment(
        id=new_id("pay"),
        order_id=order_id,
        order_number=number,
        provider="gift_card",
        provider_ref=spent.id,
        gift_card_id=card.id,
        last4=card.last4,
        status="paid",
        amount=amount,
        currency=card.currency,
        captured=amount,
        open=False,
        created_at=spent.at,
    )
    spent.payment_id = payment.id
    card.balance -= amount
    changes.replace(GIFT_CARDS, card)
    changes.insert(MOVEMENTS, spent)
    changes.insert(PAYMENTS, payment)
    changes.insert(ledger.LEDGER, ledger.capture(payment, amount))
    facts = {"order_id": order_id, "payment_id": payment.id}
    changes.emit(PaymentSucceeded(**facts, provider=payment.provider, paid=payment.money))
    return payment


def take_back(changes: Changes, payment_id: str, order_id: str) -> None:
    """Gives a card back what it paid for an order that is not paid yet. As more is due then, a live attempt for what
    was due before is closed first.

    Raises:
        NotFound: this is no payment of that order by a gift card.
        AlreadyPaid: an attempt has succeeded.
        AttemptUnderWay: one may still succeed.
        ProviderUnavailable: its provider did not answer.
    """
    payment = attempts.get(payment_id)
    if payment.order_id != order_id or payment.provider != "gift_card":
        raise NotFound
    if live := PAYMENTS.open_for(order_id):
        make_room(live)
    at_once(changes, payment, reason="taken_back")


def _usable(code: str) -> GiftCard:
    card = GIFT_CARDS.by_code(codes.found_by(CODE_KIND, code))
    if card is None or card.status(now()) in {"disabled", "expired"}:
        raise not_usable()
    return card


def _share(able: int, due: Money) -> int:
    """How much of what is due a card pays: all, or as much as it can, but for what a provider takes at least."""
    if able >= due.amount:
        return due.amount
    rest = Money(amount=due.amount - able, currency=due.currency)
    ways = [way for way in gateways.least(rest) if way.amount < due.amount]
    if not ways:
        raise Invalid.field("code", "gift_card_too_small", "What it leaves to be paid is too little for a card.")
    return due.amount - max(way.amount for way in ways)
