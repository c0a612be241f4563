"""An order was paid: sales counts, and what is bought together."""

from collections import Counter

from commerce.catalog import sales
from commerce.orders.events import OrderConfirmed, OrderContent
from commerce.runtime.consumer import Consumer, Delivery

consume = Consumer("products.on_order_confirmed")


@consume.on(OrderConfirmed)
def count(fact: OrderConfirmed, delivery: Delivery) -> None:
    """Counts the pieces of each product, and each pair of products."""
    changes = delivery.changes()
    pieces = _pieces(fact.content)
    sales.note_sold(changes, pieces)
    sales.note_together(changes, pieces)
    changes.commit()


def _pieces(content: OrderContent) -> Counter[str]:
    pieces: Counter[str] = Counter()
    for line in content.lines:
        pieces[line.product_id] += line.quantity
    return pieces


handler = consume.handler
