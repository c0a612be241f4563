"""The catalogue as lists and search read it: one small document per active product.

Drafts and archived products have none, so no list, search or suggestion can show them. It is written in the transaction
of its product (`publishing`) and holds nothing that cannot be made again from product, standing and tree.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from commerce.catalog.categories import Tree
from commerce.catalog.model import Image, Product
from commerce.catalog.search import indexing
from commerce.catalog.search.filters import rating_key
from commerce.catalog.standings import Standing
from commerce.runtime.clock import Moment
from commerce.runtime.mongo import Collection, Document, Index
from commerce.runtime.settings import settings


class Card(Document):
    """An active product on a list. Prices in minor units by currency: the lowest of its variants, and what that one
    cost before; `varies` names the currencies in which another variant costs more.
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
    rating: int = 0
    """What lists sort by (see `rating_key`): who moves `rating_count` moves it too (see `standing_of`)."""
    created_at: Moment


class Listing(Card):
    """The whole document: the card, and what lists filter by and search finds it by (see `search.indexing`)."""

    facets: list[str] = []
    labels: list[str] = []
    terms: list[str] = []
    w: dict[str, int] = {}
    words: list[str] = []


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
    entry = indexing.entry(product, tree, settings().languages[0])
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
        created_at=product.created_at,
        facets=entry.facets,
        labels=entry.labels,
        terms=sorted(entry.weights),
        w=entry.weights,
        words=entry.words,
        **standing_of(standing) | ({"in_stock": True} if product.kind == "gift_card" else {}),
    )


def standing_of(standing: Standing) -> dict[str, Any]:
    """The members of a listing that come from the product's standing; for `$set` when only that has moved."""
    return {
        "in_stock": standing.in_stock,
        "sales": standing.sales,
        "rating_count": standing.rating_count,
        "rating_sum": standing.rating_sum,
        "rating": rating_key(standing.rating_count, standing.rating_sum),
    }


class Listings(Collection[Listing]):
    """The collection `listings`. Ids are the products', time-ordered: the newest first is `_id` descending.

    A list without words walks one of the first four indexes from one facet on (`all:` where there is none), in the
    order that is wanted; a search looks its terms up in the fifth. Other conditions are looked at on the way.
    """

    name = "listings"
    model = Listing
    indexes = (
        Index((("facets", 1), ("_id", -1))),
        Index((("facets", 1), ("prices.{currency}", 1), ("_id", 1))),
        Index((("facets", 1), ("sales", -1), ("_id", -1))),
        Index((("facets", 1), ("rating", -1), ("_id", -1))),
        Index((("terms", 1),)),
    )
    residual = frozenset({"facets", "terms", "prices", "in_stock", "sales", "rating", "_id"})

    def cards(self, stages: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The rows that a pipeline gives, as stored. One round trip."""
        return list(self.handle.aggregate([*stages, {"$project": BEHIND_THE_CARD}]))

    def counted(self, stages: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """The one row of a pipeline that counts; empty when nothing fits. One round trip."""
        return next(iter(self.handle.aggregate(list(stages))), {})

    def words_of(self, product_ids: Iterable[str]) -> list[tuple[list[str], str]]:
        """Words and brand of these. One round trip."""
        found = self.handle.find({"_id": {"$in": sorted(set(product_ids))}}, {"words": 1, "brand": 1})
        return [(row.get("words", []), row.get("brand", "")) for row in found]

    def all_words(self) -> Iterable[tuple[list[str], str]]:
        """Words and brand of every listing."""
        for row in self.handle.find({}, {"words": 1, "brand": 1}).sort("_id"):
            yield row.get("words", []), row.get("brand", "")


BEHIND_THE_CARD = {"facets": 0, "labels": 0, "terms": 0, "w": 0, "words": 0}

LISTINGS = Listings()
