"""Money that comes for orders, or is held for them, and what it does: it confirms them, or goes back.

Payments are another context; they are met in their facts.
"""

from commerce import inventory, pricing
from commerce.money import Money
from commerce.orders.events import OrderConfirmed, OrderHeld, OrderPaid, OrderUnfulfillable, content, identity
from commerce.orders.model import Hold, Order, WrongState
from commerce.orders.store import ORDERS
from commerce.runtime import quotas
from commerce.runtime.changes import Changes
from commerce.runtime.clock import now
from commerce.runtime.consumer import Delivery
from commerce.runtime.errors import NotFound


def confirm(order_id: str, *, payment_id: str, paid: Money, delivery: Delivery) -> None:
    """Money has come. It confirms the order if it is what was due; else the order is held for a person. What a gift
    card paid is on the order already. Where the order is confirmed, because the money was held for us, now it is here.

    For an order that has ended it goes back, unless the order merely expired and the stock is still there.
    """
    order = _get(order_id)
    changes = delivery.changes()
    if order.payment_id == payment_id and order.authorized:
        _captured(changes, order, paid)
    elif order.payment_id == payment_id or payment_id in {*order.returned, *order.taken_back, *order.gift_payments}:
        changes.commit()  # Known, by the same fact under another event id: nothing more to do.
    elif order.payment_id or order.status in {"cancelled", "completed", "confirmed"}:
        reason = "paid_twice" if order.payment_id else f"order_{order.status}"
        _send_back(changes, order, payment_id, paid, reason)
    elif paid != _due(order) and order.status == "expired":
        _send_back(changes, order, payment_id, paid, "order_expired")
    elif paid != _due(order):
        _hold_for_mismatch(changes, order, payment_id, paid, _due(order))
    elif order.status == "expired":
        _confirm_late(delivery, order, payment_id, paid)
    else:
        inventory.commit(changes, order.id, order.wanted)
        order.paid += paid.amount
        confirmed(changes, order, payment_id)
        changes.commit()


def confirm_authorized(order_id: str, *, payment_id: str, held: Money, delivery: Delivery) -> None:
    """The provider holds money for us. It confirms the order if it is what is due, as if it had come; where the order
    does not take it, it is let go, and nobody was charged.
    """
    order = _get(order_id)
    changes = delivery.changes()
    if order.payment_id == payment_id or payment_id in {*order.returned, *order.voided}:
        changes.commit()  # Known; or its capture, or its end, was told of before.
    elif order.payment_id or order.status in {"cancelled", "completed", "confirmed"}:
        _let_go(changes, order, payment_id, "paid_twice" if order.payment_id else f"order_{order.status}")
    elif held != _due(order):
        _let_go(changes, order, payment_id, "another_amount")
    elif order.status == "expired":
        _confirm_late(delivery, order, payment_id, held, authorized=True)
    else:
        inventory.commit(changes, order.id, order.wanted)
        order.authorized = held.amount
        confirmed(changes, order, payment_id)
        changes.commit()


def check_capturable(order_id: str, payment_id: str) -> None:
    """Whether the order wants what is held for it to be captured: it is confirmed by that, and waits for nobody.

    Raises:
        NotFound: there is no such order.
        WrongState: it does not, any more or for now.
    """
    order = _get(order_id)
    if order.status not in {"confirmed", "completed"} or order.payment_id != payment_id:
        raise WrongState(f"The order is {order.status}.", order_status=order.status)
    if order.held:
        raise WrongState("The order is on hold.", order_status=order.status)


def confirmed(changes: Changes, order: Order, payment_id: str) -> None:
    """The order is paid, at last by this payment, which `paid` or `authorized` counts already."""
    order.move("confirmed", "authorized and confirmed" if order.authorized else "paid and confirmed", at=now())
    order.payment_id = payment_id
    _count_purchase(changes, order)
    changes.replace(ORDERS, order)
    changes.emit(
        OrderConfirmed(
            **identity(order),
            content=content(order),
            payment_id=payment_id,
            gift_payments=order.gift_payments,
            authorized=order.authorized > 0,
        )
    )


def _captured(changes: Changes, order: Order, paid: Money) -> None:
    """What was held for the order was taken. Another amount than that (somebody took it in the provider's dashboard) is
    a person's matter.
    """
    held = Money(amount=order.authorized, currency=order.currency)
    if paid != held:
        order.authorized = 0
        _hold_for_mismatch(changes, order, order.payment_id, paid, held)
        return
    order.paid, order.authorized = order.paid + paid.amount, 0
    order.note(f"captured {paid}", at=now())
    changes.replace(ORDERS, order)
    told = OrderPaid(
        **identity(order),
        content=content(order),
        payment_id=order.payment_id,
        gift_payments=order.gift_payments,
    )
    changes.emit(told)
    changes.commit()


def lapse(changes: Changes, order: Order, payment_id: str) -> None:
    """What was held for us is void, which the caller notes on the order. One that was confirmed by it waits for a
    person.
    """
    order.voided.append(payment_id)
    if order.payment_id != payment_id or not order.authorized:
        return
    reason = "the authorization of its payment is void: nothing was paid"
    order.payment_id, order.authorized = "", 0
    order.note(f"on hold: {reason}", at=now())
    if order.held is None:
        order.held = Hold(reason=reason, by="system", at=now())
    # Told even where a person has put it on hold: that is why it was not captured.
    changes.emit(OrderHeld(**identity(order), reason=reason, by="system", tell_shop=True))


def _confirm_late(delivery: Delivery, order: Order, payment_id: str, money: Money, *, authorized: bool = False) -> None:
    """The order had expired: its stock is taken again in one step, or the money goes back, or is let go."""

    def refuse(reason: str) -> None:
        if authorized:
            _let_go(delivery.changes(), order, payment_id, reason)
        else:
            _send_back(delivery.changes(), order, payment_id, money, reason)

    if quotas.missing(order.quotas):
        refuse("limit_reached")
        return
    late = delivery.changes()
    for taken in order.quotas:
        quotas.take(late, taken)
    inventory.retake(late, order.id, order.wanted)
    retaken = order.model_copy(deep=True)
    if authorized:
        retaken.authorized = money.amount
    else:
        retaken.paid += money.amount
    confirmed(late, retaken, payment_id)
    try:
        late.commit()
    except inventory.InsufficientStock:
        refuse("sold_out_meanwhile")


def _send_back(changes: Changes, order: Order, payment_id: str, paid: Money, reason: str) -> None:
    order.paid += paid.amount if paid.currency == order.currency else 0
    order.returned.append(payment_id)
    order.note(f"payment returned: {reason.replace('_', ' ')}", at=now())
    changes.replace(ORDERS, order)
    changes.emit(OrderUnfulfillable(**identity(order), payment_id=payment_id, reason=reason))
    changes.commit()


def _let_go(changes: Changes, order: Order, payment_id: str, reason: str) -> None:
    """What is held for us is wanted by nobody: as nothing was paid, nothing counts."""
    order.note(f"authorization let go: {reason.replace('_', ' ')}", at=now())
    changes.replace(ORDERS, order)
    changes.emit(OrderUnfulfillable(**identity(order), payment_id=payment_id, reason=reason))
    changes.commit()


def _hold_for_mismatch(changes: Changes, order: Order, payment_id: str, paid: Money, wanted: Money) -> None:
    """Paid, but not what was quoted: no confirmation until a person has looked."""
    reason = f"paid {paid} instead of {wanted}"
    order.payment_id = payment_id
    order.paid += paid.amount
    order.held = Hold(reason=reason, by="system", at=now())
    order.note(f"on hold: {reason}", at=now())
    changes.replace(ORDERS, order)
    changes.emit(OrderHeld(**identity(order), reason=reason, by="system", tell_shop=True))
    changes.commit()


def _count_purchase(changes: Changes, order: Order) -> None:
    """From here on its buyer has bought something: promotions for the first order are over for them."""
    counted = pricing.purchases(user_id=order.user_id, email=order.contact.email)
    for taken in counted:
        quotas.take(changes, taken)
    order.quotas += counted


def _due(order: Order) -> Money:
    return Money(amount=order.due, currency=order.currency)


def _get(order_id: str) -> Order:
    order = ORDERS.get(order_id)
    if order is None:
        raise NotFound(f"There is no order {order_id}.")
    return order
