"""What goes with a product: what was bought in one order with it, then what else its category sells best."""

from typing import Any, Literal

from pydantic import BaseModel

from commerce.catalog import views
from commerce.catalog.categories import CATEGORIES
from commerce.catalog.listings import BEHIND_THE_CARD, LISTINGS, Card
from commerce.catalog.publishing import CACHE_SCOPE
from commerce.catalog.search.filters import facet
from commerce.catalog.store import PRODUCTS
from commerce.catalog.views import ProductSummary
from commerce.runtime import cache
from commerce.runtime.errors import NotFound
from commerce.runtime.mongo import Collection, Document, Index

MAX_RELATED = 24


class RelatedProduct(ProductSummary):
    """A product that goes with another, and why."""

    reason: Literal["bought_together", "same_category"]


class RelatedProducts(BaseModel):
    """What goes with a product; there is one page of it."""

    items: list[RelatedProduct]
    next_cursor: None = None


class Together(Document):
    """How many orders held both products. One document each way, so that either finds the other."""

    product_id: str
    other_id: str
    orders: int = 0


class Pairs(Collection[Together]):
    """The collection `bought_together`."""

    name = "bought_together"
    model = Together
    indexes = (Index((("product_id", 1), ("orders", -1), ("_id", 1))),)

    def of(self, product_id: str, limit: int) -> list[str]:
        """The ids of what was most often bought with it. One round trip."""
        found = self.find({"product_id": product_id}, sort=[("orders", -1), ("_id", 1)], limit=limit)
        return [pair.other_id for pair in found]


TOGETHER = Pairs()


def list_related(id_or_slug: str, *, currency: str, limit: int, language: str = "") -> RelatedProducts:
    """What was bought with a product, the most often first, then what its category sells best.

    Raises:
        NotFound: there is no such product.
    """

    def load() -> RelatedProducts:
        product = PRODUCTS.active(id_or_slug)
        if product is None:
            raise NotFound("There is no such product.")
        tree = CATEGORIES.tree()
        # As many more as may be archived, up to a point.
        wanted = TOGETHER.of(product.id, limit * 2)
        together = {card.id: card for card in _cards({"_id": {"$in": wanted}})} if wanted else {}
        chosen: dict[str, tuple[Card, Literal["bought_together", "same_category"]]] = {
            found: (together[found], "bought_together") for found in wanted if found in together
        }
        if len(chosen) < limit and product.category in tree.by_id:
            alike = _cards({"facets": facet("category", product.category)}, most=limit * 2 + 1)
            for card in alike:
                if card.id != product.id:
                    chosen.setdefault(card.id, (card, "same_category"))
        return RelatedProducts(
            items=[
                RelatedProduct(**views.summary(card, currency, tree, language=language).model_dump(), reason=reason)
                for card, reason in list(chosen.values())[:limit]
            ]
        )

    key = f"related|{id_or_slug}|{currency}|{language}|{limit}"
    return cache.read_model(CACHE_SCOPE, key, RelatedProducts, load)


def _cards(where: dict[str, Any], *, most: int = 0) -> list[Card]:
    """Those that fit, the best sold first where only so many are wanted. One round trip."""
    best: list[dict[str, Any]] = [{"$sort": {"sales": -1, "_id": -1}}, {"$limit": most}] if most else []
    rows = LISTINGS.handle.aggregate([{"$match": where}, *best, {"$project": BEHIND_THE_CARD}])
    return [Card.model_validate(row) for row in rows]
