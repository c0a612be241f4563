"""Orders and money: what payments ask of an order, and what their facts do to it.

Payments are another context; they are met in events and in `open_for_payment`, which the handler composes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from commerce import inventory, pricing
from commerce.money import Money
from commerce.orders.events import OrderConfirmed, OrderExpired, OrderHeld, OrderUnfulfillable, content, identity
from commerce.orders.model import Hold, Order, WrongState
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
    if order.payment_id == payment_id or payment_id in _gifts(order):
        return "taken"
    return "refused" if order.payment_id or order.status in {"confirmed", "completed"} else "undecided"


def confirm(order_id: str, *, payment_id: str, paid: Money, delivery: Delivery) -> None:
    """Money has come. It confirms the order if it is what was due; else the order is held for a person. What a gift
    card paid is on the order already.

    For an order that has ended it goes back, unless the order merely expired and the stock is still there.
    """
    order = _get(order_id)
    changes = delivery.changes()
    if order.payment_id == payment_id or payment_id in {*order.returned, *order.taken_back, *_gifts(order)}:
        changes.commit()  # Known, by the same fact under another event id: nothing more to do.
    elif order.payment_id or order.status in {"cancelled", "completed", "confirmed"}:
        reason = "paid_twice" if order.payment_id else f"order_{order.status}"
        _send_back(changes, order, payment_id, paid, reason)
    elif paid != _due(order) and order.status == "expired":
        _send_back(changes, order, payment_id, paid, "order_expired")
    elif paid != _due(order):
        _hold_for_mismatch(changes, order, payment_id, paid)
    elif order.status == "expired":
        _confirm_late(delivery, order, payment_id, paid)
    else:
        inventory.commit(changes, order.id, order.wanted)
        order.paid += paid.amount
        confirmed(changes, order, payment_id)
        changes.commit()


def note_decline(order_id: str, *, reason: str, delivery: Delivery) -> None:
    """A payment was declined; the order waits for another one."""
    order = _get(order_id)
    order.note(f"payment declined: {reason}" if reason else "payment declined", at=now())
    changes = delivery.changes()
    changes.replace(ORDERS, order)
    changes.commit()


def note_void(order_id: str, *, delivery: Delivery) -> None:
    """No attempt can succeed any more: an order that waits for that expires, and its stock is free.

    An attempt that was voided before the order began to wait says nothing of the one that followed it.
    """
    order = _get(order_id)
    changes = delivery.changes()
    since = order.expiring_since
    if order.status == "expiring" and since and delivery.occurred_at >= since - CLOCKS_DIFFER:
        expire(changes, order)
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
            if returned.restock and order.status != "cancelled":  # Then all of it is there already.
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
    order.returned += _gifts(order)
    order.gift_cards = []
    inventory.release(changes, order.id, order.wanted)
    for taken in order.quotas:
        quotas.give_back(changes, taken)
    changes.replace(ORDERS, order)
    changes.emit(OrderExpired(**identity(order)))


def _count_purchase(changes: Changes, order: Order) -> None:
    """From here on its buyer has bought something: promotions for the first order are over for them."""
    counted = pricing.purchases(user_id=order.user_id, email=order.contact.email)
    for taken in counted:
        quotas.take(changes, taken)
    order.quotas += counted


def _get(order_id: str) -> Order:
    order = ORDERS.get(order_id)
    if order is None:
        raise NotFound(f"There is no order {order_id}.")
    return order


def confirmed(changes: Changes, order: Order, payment_id: str) -> None:
    """The order is paid, at last by this payment, which `paid` counts already."""
    order.move("confirmed", "paid and confirmed", at=now())
    order.payment_id = payment_id
    _count_purchase(changes, order)
    changes.replace(ORDERS, order)
    gifts = _gifts(order)
    changes.emit(OrderConfirmed(**identity(order), content=content(order), payment_id=payment_id, gift_payments=gifts))


def _gifts(order: Order) -> list[str]:
    """The payments by gift cards that are a part of what was paid."""
    return [part.payment_id for part in order.gift_cards]


def _due(order: Order) -> Money:
    return Money(amount=order.due, currency=order.currency)


def _confirm_late(delivery: Delivery, order: Order, payment_id: str, paid: Money) -> None:
    """The order had expired: its stock is taken again in one step, or the money goes back."""
    if quotas.missing(order.quotas):
        _send_back(delivery.changes(), order, payment_id, paid, "limit_reached")
        return
    late = delivery.changes()
    for taken in order.quotas:
        quotas.take(late, taken)
    inventory.retake(late, order.id, order.wanted)
    retaken = order.model_copy(deep=True)
    retaken.paid += paid.amount
    confirmed(late, retaken, payment_id)
    try:
        late.commit()
    except inventory.InsufficientStock:
        _send_back(delivery.changes(), order, payment_id, paid, "sold_out_meanwhile")


def _send_back(changes: Changes, order: Order, payment_id: str, paid: Money, reason: str) -> None:
    order.paid += paid.amount if paid.currency == order.currency else 0
    order.returned.append(payment_id)
    order.note(f"payment returned: {reason.replace('_', ' ')}", at=now())
    changes.replace(ORDERS, order)
    changes.emit(OrderUnfulfillable(**identity(order), payment_id=payment_id, reason=reason))
    changes.commit()


def _hold_for_mismatch(changes: Changes, order: Order, payment_id: str, paid: Money) -> None:
    """Paid, but not what was quoted: no confirmation until a person has looked."""
    reason = f"paid {paid} instead of {_due(order)}"
    order.payment_id = payment_id
    order.paid += paid.amount
    order.held = Hold(reason=reason, by="system", at=now())
    order.note(f"on hold: {reason}", at=now())
    changes.replace(ORDERS, order)
    changes.emit(OrderHeld(**identity(order), reason=reason, by="system"))
    changes.commit()
