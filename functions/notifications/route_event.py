"""Facts that people should hear of, from a queue: each becomes a message and goes to its channel."""

from commerce import notifications
from commerce.inventory.events import StockSubscriptionDue
from commerce.orders.events import OrderCancelled, OrderConfirmed
from commerce.runtime.consumer import Consumer, Delivery

consume = Consumer("notifications.route_event")


@consume.on(OrderConfirmed)
def on_confirmed(fact: OrderConfirmed, _delivery: Delivery) -> None:
    content = fact.content.model_dump(mode="json")
    notifications.hand_over(notifications.confirmation(order_id=fact.order_id, number=fact.number, content=content))


@consume.on(OrderCancelled)
def on_cancelled(fact: OrderCancelled, _delivery: Delivery) -> None:
    content = fact.content.model_dump(mode="json")
    notifications.hand_over(notifications.cancellation(order_id=fact.order_id, number=fact.number, content=content))


@consume.on(StockSubscriptionDue)
def on_back_in_stock(fact: StockSubscriptionDue, _delivery: Delivery) -> None:
    telling = f"{fact.subscription_id}:{fact.at.isoformat()}"
    notifications.hand_over(
        notifications.back_in_stock(entity=telling, email=fact.email, sku=fact.sku, title=fact.title, slug=fact.slug)
    )


handler = consume.handler
