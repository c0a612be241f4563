"""What orders say, from a queue: open attempts are closed, money that has no order goes back."""

from commerce import payments
from commerce.orders.events import OrderCancelled, OrderExpired, OrderExpiring, OrderUnfulfillable
from commerce.runtime.consumer import Consumer, Delivery

consume = Consumer("payments.on_order_event")


@consume.on(OrderExpiring)
def on_expiring(fact: OrderExpiring, delivery: Delivery) -> None:
    payments.close_expiring(fact.order_id, delivery)


@consume.on(OrderExpired)
def on_expired(fact: OrderExpired, delivery: Delivery) -> None:
    payments.give_back_gift_cards(fact.order_id, reason="order_expired")
    delivery.changes().commit()


@consume.on(OrderCancelled)
def on_cancelled(fact: OrderCancelled, delivery: Delivery) -> None:
    payments.close_cancelled(fact.order_id, delivery)


@consume.on(OrderUnfulfillable)
def on_unfulfillable(fact: OrderUnfulfillable, delivery: Delivery) -> None:
    payments.refund_all(fact.payment_id, reason=fact.reason)
    delivery.changes().commit()


handler = consume.handler
