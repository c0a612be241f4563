"""What search must learn when the catalogue changes. SQS: ProductsChanged, CategoryChanged, ImportFinished."""

from commerce.catalog.events import CategoryChanged, ImportFinished, ProductsChanged
from commerce.catalog.search import upkeep
from commerce.runtime.consumer import Consumer, Delivery

consume = Consumer("products.on_catalogue_changed")


@consume.on(ProductsChanged)
def learn_words(fact: ProductsChanged, delivery: Delivery) -> None:
    """New words enter the vocabulary."""
    changes = delivery.changes()
    upkeep.learn(changes, fact.product_ids)
    changes.commit()


@consume.on(CategoryChanged)
def relist(fact: CategoryChanged, delivery: Delivery) -> None:
    """Listings say where their category stands and what it is called. Repeating it does no harm, so it comes first."""
    upkeep.relist(fact.category_id)
    delivery.changes().commit()


@consume.on(ImportFinished)
def recount(_fact: ImportFinished, delivery: Delivery) -> None:
    """Many words have come or gone at once."""
    upkeep.recount()
    delivery.changes().commit()


handler = consume.handler
