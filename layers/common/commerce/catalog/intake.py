"""Bringing drafts in at once, without a file in S3 and without a journal: for seeds and for people at the console."""

from collections.abc import Iterable
from dataclasses import dataclass

from commerce.catalog import publishing
from commerce.catalog.categories import CATEGORIES
from commerce.catalog.drafts import ProductDraft
from commerce.catalog.exchange.patch import Patch, merge, of_draft, same
from commerce.catalog.exchange.shelves import Shelves
from commerce.catalog.model import Product
from commerce.catalog.publishing import CACHE_SCOPE
from commerce.catalog.standings import STANDINGS, Standing
from commerce.catalog.store import PRODUCTS
from commerce.runtime import cache
from commerce.runtime.changes import Changes


@dataclass(frozen=True)
class Saved:
    """A product that came in, and whether it is new."""

    product: Product
    is_new: bool


def save(drafts: Iterable[ProductDraft]) -> list[Saved]:
    """Brings drafts in, one transaction each; what a draft does not speak of stays as it is.

    Raises:
        Conflict: a SKU of the draft belongs to another product.
        Stale: a product was changed at the same moment.
    """
    patches = [of_draft(draft) for draft in drafts]
    known = PRODUCTS.by_slugs(patch.slug for patch in patches)
    standings = STANDINGS.of(product.id for product in known.values())
    shelves = Shelves(CATEGORIES.tree())
    saved = []
    for patch in patches:
        before = known.get(patch.slug)
        saved.append(_save(patch, before, standings.get(before.id) if before else None, shelves))
    cache.bump(CACHE_SCOPE)
    return saved


def _save(patch: Patch, known: Product | None, standing: Standing | None, shelves: Shelves) -> Saved:
    category = shelves.find(patch.category) if patch.category is not None else None
    product = merge(patch, known, category)
    if known is not None and same(product, known):
        return Saved(known, is_new=False)
    changes = Changes()
    for made in shelves.new:
        changes.insert(CATEGORIES, made)
    if known is None:
        in_stock = any((variant.quantity or 0) > 0 for variant in patch.variants or ())
        standing = Standing(id=product.id, in_stock=in_stock)
    publishing.put(changes, product, known=known, standing=standing, tree=shelves.tree)
    publishing.announce(changes, [product.id], "imported")
    changes.commit()
    shelves.new.clear()
    return Saved(product, is_new=known is None)
