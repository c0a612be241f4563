"""The catalogue as lists and search read it: one small document per active product.

Drafts and archived products have none, so no list, search or suggestion can show them. It is written in the transaction
of its product (`publishing`) and holds nothing that cannot be made again from product, standing and tree.
"""

from commerce.catalog.categories import Tree
from commerce.catalog.model import Image, Product
from commerce.catalog.standings import Standing
from commerce.runtime.clock import Moment
from commerce.runtime.mongo import Collection, Document, Index


class Listing(Document):
    """An active product on a list. Prices in minor units by currency: the lowest of its variants, what that one cost
    before, and `varies`: the currencies in which another variant costs more.
    """

    slug: str
    title: str
    titles: dict[str, str] = {}
    brand: str = ""
    category: str = ""
    image: Image | None = None
    prices: dict[str, int] = {}
    compare_at: dict[str, int] = {}
    varies: list[str] = []
    in_stock: bool = False
    sales: int = 0
    rating_count: int = 0
    rating_sum: int = 0
    created_at: Moment


def listing_of(product: Product, standing: Standing, tree: Tree) -> Listing:
    """What lists and search need of an active product."""
    prices: dict[str, int] = {}
    compare_at: dict[str, int] = {}
    varies = []
    for currency in sorted({currency for variant in product.variants for currency in variant.prices}):
        sold = [variant for variant in product.variants if currency in variant.prices]
        cheapest = min(sold, key=lambda variant: variant.prices[currency])
        prices[currency] = cheapest.prices[currency]
        if currency in cheapest.compare_at:
            compare_at[currency] = cheapest.compare_at[currency]
        if any(variant.prices[currency] != prices[currency] for variant in sold):
            varies.append(currency)
    del tree
    return Listing(
        id=product.id,
        slug=product.slug,
        title=product.title,
        titles={language: text.title for language, text in product.translations.items() if text.title},
        brand=product.brand,
        category=product.category,
        image=product.images[0] if product.images else None,
        prices=prices,
        compare_at=compare_at,
        varies=varies,
        in_stock=standing.in_stock,
        sales=standing.sales,
        rating_count=standing.rating_count,
        rating_sum=standing.rating_sum,
        created_at=product.created_at,
    )


class Listings(Collection[Listing]):
    """The collection `listings`. Ids are the products', time-ordered: the newest first is `_id` descending."""

    name = "listings"
    model = Listing
    indexes = (Index((("category", 1), ("_id", -1))),)

    def page(self, *, categories: list[str], before: str | None, limit: int) -> list[Listing]:
        """Newest first, those that come before this id. One round trip."""
        where: dict[str, object] = {}
        if categories:
            where["category"] = {"$in": categories}
        if before:
            where["_id"] = {"$lt": before}
        return self.find(where, sort=[("_id", -1)], limit=limit)


LISTINGS = Listings()
