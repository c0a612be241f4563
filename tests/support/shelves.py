"""Takes products off the shelves."""

from commerce.catalog import publishing
from commerce.catalog.categories import CATEGORIES
from commerce.catalog.standings import STANDINGS
from commerce.catalog.store import PRODUCTS
from commerce.runtime import cache
from commerce.runtime.changes import Changes


def archive(slug: str) -> None:
    """The product is archived, as the shop's people do it."""
    known = PRODUCTS.by_slugs([slug])[slug]
    product = known.model_copy(update={"status": "archived"})
    changes = Changes()
    publishing.put(changes, product, known=known, standing=STANDINGS.get(known.id), tree=CATEGORIES.tree())
    changes.commit()
    cache.bump(publishing.CACHE_SCOPE)
