"""What orders make of a product's standing: how often it was sold, what was bought with it, whether any is left."""

from collections.abc import Callable, Iterable, Mapping
from itertools import permutations

from commerce.catalog import publishing
from commerce.catalog.categories import CATEGORIES
from commerce.catalog.listings import LISTINGS
from commerce.catalog.related import TOGETHER
from commerce.catalog.standings import STANDINGS, Standing
from commerce.catalog.store import PRODUCTS
from commerce.runtime.changes import Changes

MAX_TOGETHER = 12  # Products of one order that count as bought together; more are a wholesaler's, and 132 pairs.


def note_sold(changes: Changes, pieces: Mapping[str, int]) -> None:
    """Counts pieces sold by product id, negative for those of an order that was cancelled. No round trip of its own."""
    for product_id, quantity in sorted(pieces.items()):
        counted = {"$inc": {"sales": quantity, "version": 1}}
        changes.upsert(STANDINGS, {"_id": product_id}, counted)
        changes.update_if_there(LISTINGS, {"_id": product_id}, {"$inc": {"sales": quantity}})


def note_together(changes: Changes, product_ids: Iterable[str]) -> None:
    """Counts these as bought together, each pair both ways."""
    bought = sorted(set(product_ids))
    if len(bought) > MAX_TOGETHER:
        return
    for one, other in permutations(bought, 2):
        pair = {"$inc": {"orders": 1}, "$setOnInsert": {"product_id": one, "other_id": other}}
        changes.upsert(TOGETHER, {"_id": f"{one}:{other}"}, pair)


def note_stock(changes: Changes, skus: Iterable[str], availability: Callable[[Iterable[str]], dict[str, int]]) -> bool:
    """Brings standing and listing of the products of these SKUs up to what is left; says whether anything changed.

    Four round trips, whatever the number of SKUs. The change is stale when product or standing move meanwhile.
    """
    products = PRODUCTS.of_skus(skus)
    if not products:
        return False
    left = availability(variant.sku for product in products for variant in product.variants)
    standings = STANDINGS.of(product.id for product in products)
    tree = CATEGORIES.tree()
    moved = False
    for product in products:
        standing = standings.get(product.id) or Standing(id=product.id)
        in_stock = any(left.get(variant.sku, 0) > 0 for variant in product.variants)
        if in_stock == standing.in_stock:
            # Someone at this moment may conclude otherwise, from an older number of another variant: that one is late.
            changes.update(STANDINGS, {"_id": product.id, "version": standing.version}, {"$inc": {"version": 1}})
        else:
            publishing.move(changes, product, standing.model_copy(update={"in_stock": in_stock}), tree=tree)
            moved = True
    return moved
