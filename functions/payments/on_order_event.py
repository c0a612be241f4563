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
from commerce.pricing import Totals
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
    payments.book_sale(fact.order_id, fact.paid_by, *_sold(fact.content), begin=delivery.changes)


@consume.on(OrderPaid)
def on_paid(fact: OrderPaid, delivery: Delivery) -> None:
    payments.book_sale(fact.order_id, fact.paid_by, *_sold(fact.content), begin=delivery.changes)


@consume.on(OrderCancelled)
def on_cancelled(fact: OrderCancelled, delivery: Delivery) -> None:
    if fact.payment_id:  # The news of its confirmation may be on its way yet.
        payments.book_sale(fact.order_id, fact.paid_by, *_sold(fact.content))
    payments.close_cancelled(fact.order_id, delivery)


@consume.on(OrderUnfulfillable)
def on_unfulfillable(fact: OrderUnfulfillable, delivery: Delivery) -> None:
    payments.give_up(fact.payment_id, reason=fact.reason)
    delivery.changes().commit()


def _sold(content: OrderContent) -> tuple[Totals, dict[str, int]]:
    """What was sold, and how many pieces of each line."""
    return content.totals, {line.line_id: line.quantity for line in content.lines}


handler = consume.handler
