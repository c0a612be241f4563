"""Stock was set aside, sold, freed or counted: what lists say of it, and who is told."""

from commerce import inventory
from commerce.catalog import sales
from commerce.catalog.publishing import CACHE_SCOPE
from commerce.inventory.events import StockAdjusted
from commerce.orders.events import OrderCancelled, OrderConfirmed, OrderExpired, OrderFact, OrderPlaced
from commerce.runtime import cache
from commerce.runtime.consumer import Consumer, Delivery

consume = Consumer("products.on_order_changed")


def follow_order(fact: OrderFact, delivery: Delivery) -> None:
    """Looks at the levels of what the order holds or held."""
    _follow(inventory.skus_of(fact.order_id), delivery)


for happened in (OrderPlaced, OrderConfirmed, OrderExpired, OrderCancelled):
    consume.on(happened)(follow_order)


@consume.on(StockAdjusted)
def follow_adjustment(fact: StockAdjusted, delivery: Delivery) -> None:
    """Looks at the level that was adjusted."""
    _follow([fact.sku], delivery)


def _follow(skus: list[str], delivery: Delivery) -> None:
    changes = delivery.changes()
    flips = inventory.assess(changes, skus)
    moved = sales.note_stock(changes, [flip.sku for flip in flips], inventory.available)
    changes.commit()
    if moved:
        cache.bump(CACHE_SCOPE)


handler = consume.handler
