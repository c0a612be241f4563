"""A SKU can be ordered again: whoever waited for it is told."""

from commerce.catalog.store import PRODUCTS
from commerce.inventory import subscriptions
from commerce.inventory.events import BackInStock
from commerce.runtime.consumer import Consumer, Delivery

consume = Consumer("products.on_back_in_stock")


@consume.on(BackInStock)
def tell(fact: BackInStock, delivery: Delivery) -> None:
    """Tells them in portions; the note that it was done comes last, so that whoever is left is told the next time."""
    product = next((found for found in PRODUCTS.of_skus([fact.sku]) if found.status == "active"), None)
    if product is not None:
        subscriptions.tell(fact.sku, product.title, product.slug)
    delivery.changes().commit()


handler = consume.handler
