"""What the rules must learn when the catalogue's tree changes. SQS: CategoryChanged."""

from commerce.catalog.events import CategoryChanged
from commerce.pricing import store
from commerce.runtime.consumer import Consumer, Delivery

consume = Consumer("carts.on_category_changed")


@consume.on(CategoryChanged)
def read_anew(_fact: CategoryChanged, delivery: Delivery) -> None:
    """Whoever keeps the rules keeps what lies below the categories that promotions name."""
    changes = delivery.changes()
    store.touch(changes)
    changes.commit()


handler = consume.handler
