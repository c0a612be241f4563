"""Orders and money: what payments ask of an order, and what their facts do to it.

Payments are another context; they are met in events and in `open_for_payment`, which the handler composes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from commerce import inventory
from commerce.money import Money
from commerce.orders.confirming import lapse
from commerce.orders.events import OrderExpired, identity
from commerce.orders.model import Order, WrongState
from commerce.orders.store import ORDERS
from commerce.runtime import quotas
from commerce.runtime.caller import Caller
from commerce.runtime.changes import Changes
from commerce.runtime.clock import now
from commerce.runtime.consumer import Delivery
from commerce.runtime.errors import NotFound
from commerce.runtime.settings import settings

type Verdict = Literal["taken", "refused", "undecided"]

CLOCKS_DIFFER = timedelta(seconds=5)
LONGEST_HOLD = timedelta(minutes=30)  # From placement, renewal included.


@dataclass(frozen=True)
class Due:
    """What a payment attempt for an order must ask for."""

    order_id: str
    number: str
    amount: Money
    first_attempt: bool


def open_for_payment(changes: Changes, order_id: str, who: Caller) -> Due:
    """What is due for an order that may be paid now; the first attempt renews its hold, once.

    Joins the caller's change: the attempt is stored with it, so an order that begins to expire at this moment either
    sees the attempt or refuses it.

    Raises:
        NotFound: no such order for this caller.
        WrongState: it does not wait for payment any more, or waits for a person.
    """
    order = open_payable(order_id, who)
    first_attempt = not order.payment_tried
    order.payment_tried = True
    renew(changes, order)
    changes.replace(ORDERS, order)
    return Due(order.id, order.number, Money(amount=order.due, currency=order.currency), first_attempt)


def open_payable(order_id: str, who: Caller) -> Order:
    """The order, for who may open it, if it may be paid now.

    Raises:
        NotFound: no such order for this caller.
        WrongState: it does not wait for payment any more, or waits for a person.
    """
    order = ORDERS.get(order_id)
    if order is None:
        raise NotFound
    who.may_open("order", order.subject, order.user_id)
    require_payable(order)
    return order


def require_payable(order: Order) -> None:
    """Whether the order may be paid now.

    Raises:
        WrongState: it does not wait for payment any more, or waits for a person.
    """
    if order.status != "pending" or order.pay_by <= now():
        raise WrongState(f"The order is {order.status}.", order_status=order.status)
    if order.held:
        raise WrongState("The order is on hold.", order_status=order.status)


def renew(changes: Changes, order: Order) -> None:
    """The hold begins anew with the first attempt to pay, once, and never longer than LONGEST_HOLD in all."""
    if order.hold_renewed:
        return
    order.hold_renewed = True
    renewed = min(now() + timedelta(seconds=settings().hold_seconds), order.placed_at + LONGEST_HOLD)
    order.pay_by = max(order.pay_by, renewed)
    inventory.renew(changes, order.id, until=order.pay_by)


def check_payable(order_id: str) -> None:
    """Whether money may be taken for the order at this moment: it waits for it, and for nobody's decision.

    Raises:
        NotFound: there is no such order.
        WrongState: it does not, any more or for now.
    """
    order = _get(order_id)
    if order.status != "pending":
        raise WrongState(f"The order is {order.status}.", order_status=order.status)
    if order.held:
        raise WrongState("The order is on hold.", order_status=order.status)


def say_of_captures(captures: Mapping[str, str]) -> dict[str, Verdict]:
    """What orders say of money that payments hold. One round trip.

    Args:
        captures: order ids by payment id.

    Returns:
        By payment id: `taken` by its order, `refused` for good, or `undecided`: the order has not heard of it yet.
    """
    found = {order.id: order for order in ORDERS.some(list(captures.values()))}
    return {payment_id: _verdict(found.get(order_id), payment_id) for payment_id, order_id in captures.items()}


def _verdict(order: Order | None, payment_id: str) -> Verdict:
    if order is None or order.status == "cancelled" or payment_id in order.returned:
        return "refused"
    if order.payment_id == payment_id or payment_id in order.gift_payments:
        return "taken"
    return "refused" if order.payment_id or order.status in {"confirmed", "completed"} else "undecided"


def note_decline(order_id: str, *, reason: str, delivery: Delivery) -> None:
    """A payment was declined; the order waits for another one."""
    order = _get(order_id)
    order.note(f"payment declined: {reason}" if reason else "payment declined", at=now())
    changes = delivery.changes()
    changes.replace(ORDERS, order)
    changes.commit()


def note_void(order_id: str, *, payment_id: str, was_held: bool, delivery: Delivery) -> None:
    """No attempt can succeed any more: an order that waits for that expires, and its stock is free. One that is
    confirmed by money that was held for it, and is no more, waits for a person.

    An attempt that was voided before the order began to wait says nothing of the one that followed it.

    Args:
        order_id: the order.
        payment_id: the attempt.
        was_held: the provider held its money for us.
        delivery: the event.
    """
    order = _get(order_id)
    changes = delivery.changes()
    heard = was_held and payment_id not in order.voided
    if heard:
        lapse(changes, order, payment_id)
    since = order.expiring_since
    if order.status == "expiring" and since and delivery.occurred_at >= since - CLOCKS_DIFFER:
        expire(changes, order)
    elif heard:
        changes.replace(ORDERS, order)
    changes.commit()


@dataclass(frozen=True)
class Returned:
    """So many pieces of a line were paid back; `restock`: they are on the shelf again."""

    line_id: str
    quantity: int
    restock: bool = False


def note_refund(
    order_id: str, *, payment_id: str, amount: Money, lines: Sequence[Returned], delivery: Delivery
) -> None:
    """Money went back to the buyer, for these lines among others. What is back on the shelf can be sold again. What
    they took back of a gift card before they paid counts for nothing.
    """
    order = _get(order_id)
    changes = delivery.changes()
    if payment_id in order.taken_back:
        changes.commit()
        return
    back: dict[str, int] = {}
    for returned in lines:
        if line := order.line(returned.line_id):
            line.refunded += returned.quantity
            if (
                returned.restock and line.kind == "goods" and order.status != "cancelled"
            ):  # Then all of it is there already.
                pieces = min(returned.quantity, line.quantity - line.restocked)
                line.restocked += pieces
                back[line.sku] = back.get(line.sku, 0) + pieces
    inventory.restock(changes, order.id, {sku: pieces for sku, pieces in back.items() if pieces})
    order.refunded += amount.amount
    order.note(f"refunded {amount}", at=now())
    changes.replace(ORDERS, order)
    changes.commit()


def note_refund_failed(
    order_id: str,
    *,
    amount: Money,
    lines: Sequence[Returned],
    was_told: bool,
    disputed: bool,
    cancelled: bool,
    delivery: Delivery,
) -> None:
    """A refund did not arrive: what had been told of it is taken back, and a person must look. What was put on the
    shelf stays there. The same where it turns out that a dispute took the money.

    Args:
        order_id: whose money it is.
        amount: how much.
        lines: what it was for.
        was_told: it had been told of as succeeded. That news may still be on its way; the sum is right in the end.
        disputed: a dispute took the money, so it was no refund.
        cancelled: nothing went wrong; it was given up at the provider.
        delivery: the event.
    """
    order = _get(order_id)
    if was_told:
        order.refunded -= amount.amount
        for returned in lines:
            if line := order.line(returned.line_id):
                line.refunded -= returned.quantity
    how = "was taken by a dispute" if disputed else "was cancelled" if cancelled else "did not arrive"
    order.note(f"refund of {amount} {how}", at=now())
    changes = delivery.changes()
    changes.replace(ORDERS, order)
    changes.commit()


def note_overdue(order_id: str, *, delivery: Delivery) -> None:
    """A payment has been under way for too long: the order waits no more. Money that comes later finds it expired."""
    order = _get(order_id)
    changes = delivery.changes()
    if order.status == "expiring":
        expire(changes, order)
    changes.commit()


def expire(changes: Changes, order: Order) -> None:
    """The order ends unpaid; its stock can be sold to others from the commit on. Gift cards get back what they paid."""
    order.move("expired", "expired unpaid", at=now())
    order.returned += order.gift_payments
    order.gift_cards = []
    inventory.release(changes, order.id, order.wanted)
    for taken in order.quotas:
        quotas.give_back(changes, taken)
    changes.replace(ORDERS, order)
    changes.emit(OrderExpired(**identity(order)))


def _get(order_id: str) -> Order:
    order = ORDERS.get(order_id)
    if order is None:
        raise NotFound(f"There is no order {order_id}.")
    return order
