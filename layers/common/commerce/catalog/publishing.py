"""The one way a product is written: with its listing, its price log and its former addresses, in the caller's change.

changes = Changes()
publishing.put(changes, product, known=known, standing=standing, tree=tree)
publishing.announce(changes, [product.id], "updated")
changes.commit()
cache.bump(CACHE_SCOPE)
"""

from collections.abc import Sequence
from typing import Literal

from commerce.catalog import prices
from commerce.catalog.categories import Tree
from commerce.catalog.events import ProductsChanged
from commerce.catalog.listings import LISTINGS, listing_of
from commerce.catalog.model import Product
from commerce.catalog.standings import STANDINGS, Standing
from commerce.catalog.store import PRODUCTS
from commerce.runtime.changes import Changes
from commerce.runtime.clock import now
from commerce.runtime.errors import Conflict, FieldError

CACHE_SCOPE = "products"


class SlugTaken(Conflict):
    """409: another product has this address."""

    code, title = "slug_taken", "Another product has this slug"

    def __init__(self, slug: str) -> None:
        message = f"Another product has the slug {slug}."
        super().__init__(message, errors=[FieldError(field="slug", code="slug_taken", message=message)])


class SkuTaken(Conflict):
    """409: a SKU of the product belongs to another."""

    code, title = "sku_taken", "A SKU belongs to another product"

    def __init__(self, slug: str) -> None:
        message = f"A SKU of {slug} belongs to another product."
        super().__init__(message, errors=[FieldError(field="variants", code="sku_taken", message=message)])


def put(changes: Changes, product: Product, *, known: Product | None, standing: Standing | None, tree: Tree) -> None:
    """Adds the writes of a product to the change.

    The change raises SlugTaken or SkuTaken where another product has them, and is stale when product or standing moved
    since they were read.

    Args:
        changes: what it becomes part of.
        product: as it shall be; the version is that of `known`.
        known: as it was read, None for a new one.
        standing: as it was read; for a new product how it begins, or None.
        tree: all categories.
    """
    moment = now()
    prices.carry(product, known, moment)
    product.updated_at = moment
    taken = {"slug": SlugTaken(product.slug), "variants.sku": SkuTaken(product.slug)}
    stands = standing or Standing(id=product.id)
    if known is None:
        changes.insert(PRODUCTS, product, taken=taken)
        changes.insert(STANDINGS, stands)
    else:
        product.former_slugs = _former(product, known)
        changes.replace(PRODUCTS, product, taken=taken)
        # An edit and a sale at the same moment: one of them is told that it is late, and reads again.
        changes.update(STANDINGS, {"_id": product.id, "version": stands.version}, {"$inc": {"version": 1}})
    if product.status == "active":
        changes.put(LISTINGS, listing_of(product, stands, tree))
    else:
        changes.delete(LISTINGS, {"_id": product.id})


def move(changes: Changes, product: Product, standing: Standing, *, tree: Tree) -> None:
    """Adds the write of a standing that moved, and of the product's listing with it; stale when either moved since."""
    changes.replace(STANDINGS, standing)
    if product.status == "active":
        changes.put(LISTINGS, listing_of(product, standing, tree))


def announce(
    changes: Changes,
    product_ids: Sequence[str],
    reason: Literal["created", "updated", "archived", "imported", "restored"],
) -> None:
    """Adds the fact that these were written; one for many, up to a few hundred."""
    changes.emit(ProductsChanged(product_ids=list(product_ids), reason=reason))


def _former(product: Product, known: Product) -> list[str]:
    """Every address it had and has no more, in the order it lost them."""
    had = [*known.former_slugs, known.slug]
    return [slug for slug in dict.fromkeys(had) if slug != product.slug]
