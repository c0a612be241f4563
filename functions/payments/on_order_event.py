"""What orders say, from a queue: open attempts are closed, money that has no order goes back."""

from commerce import payments
from commerce.orders.events import (
    OrderCancelled,
    OrderConfirmed,
    OrderContent,
    OrderExpired,
    OrderExpiring,
    OrderPaid,
    OrderUnfulfillable,
)
from commerce.payments import Sold
from commerce.runtime.consumer import Consumer, Delivery

consume = Consumer("payments.on_order_event")


@consume.on(OrderExpiring)
def on_expiring(fact: OrderExpiring, delivery: Delivery) -> None:
    payments.close_expiring(fact.order_id, delivery)


@consume.on(OrderExpired)
def on_expired(fact: OrderExpired, delivery: Delivery) -> None:
    payments.give_back_gift_cards(fact.order_id, reason="order_expired")
    delivery.changes().commit()


@consume.on(OrderConfirmed)
def on_confirmed(fact: OrderConfirmed, delivery: Delivery) -> None:
    if fact.authorized:  # Nothing has moved: OrderPaid tells when it has.
        delivery.changes().commit()
        return
    _book(fact, delivery)


@consume.on(OrderPaid)
def on_paid(fact: OrderPaid, delivery: Delivery) -> None:
    _book(fact, delivery)


@consume.on(OrderCancelled)
def on_cancelled(fact: OrderCancelled, delivery: Delivery) -> None:
    if fact.payment_id:  # The news of its confirmation may be on its way yet.
        payments.book_sale(fact.order_id, fact.paid_by, _sold(fact.content), send_to=None)
    payments.close_cancelled(fact.order_id, delivery)


@consume.on(OrderUnfulfillable)
def on_unfulfillable(fact: OrderUnfulfillable, delivery: Delivery) -> None:
    payments.give_up(fact.payment_id, reason=fact.reason)
    delivery.changes().commit()


def _book(fact: OrderConfirmed | OrderPaid, delivery: Delivery) -> None:
    send_to = fact.content.contact.email
    payments.book_sale(fact.order_id, fact.paid_by, _sold(fact.content), send_to=send_to, begin=delivery.changes)


def _sold(content: OrderContent) -> Sold:
    return Sold(
        totals=content.totals,
        quantities={line.line_id: line.quantity for line in content.lines},
        gift_cards=frozenset(line.line_id for line in content.lines if line.kind == "gift_card"),
    )


handler = consume.handler
