"""What a list may be narrowed by: the same for shoppers' filters and for the conditions of a rule-made collection."""

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from commerce.catalog.drafts import MAX_PRICE
from commerce.catalog.search.analysis import fold

MAX_VALUES = 20  # per filter
MAX_NAMES = 10  # attributes asked for at once
RATING_STEP = 10_000_000  # See `rating_key`.

Text = Annotated[str, Field(min_length=1, max_length=255)]
Price = Annotated[int, Field(ge=0, le=MAX_PRICE)]

type Condition = dict[str, Any]


class ListFilter(BaseModel):
    """Conditions on an active product. All that are given must hold; within one, any of its values will do.

    Values compare without regard to case and accents. Prices are minor units of the currency asked for.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    categories: tuple[Text, ...] = Field((), max_length=MAX_VALUES)
    """Ids; each stands for all below it too."""
    brands: tuple[Text, ...] = Field((), max_length=MAX_VALUES)
    tags: tuple[Text, ...] = Field((), max_length=MAX_VALUES)
    attributes: dict[Text, tuple[Text, ...]] = Field({}, max_length=MAX_NAMES)
    """Name to values; the options of variants (size, colour) count as attributes too."""
    products: tuple[str, ...] | None = Field(None, max_length=1_000)
    """Ids: a list made by hand. Empty fits nothing, None everything."""
    min_price: Price | None = None
    max_price: Price | None = None
    in_stock: bool | None = None
    min_rating: Annotated[int, Field(ge=1, le=5)] | None = None

    def conditions(self, currency: str) -> dict[str, Condition]:
        """MongoDB conditions on a listing, by the name of the filter that they carry out."""
        found: dict[str, Condition] = {}
        if self.products is not None:
            found["products"] = {"_id": {"$in": sorted(set(self.products))}}
        if self.categories:
            found["category"] = _any_of(facet("category", value) for value in self.categories)
        if self.brands:
            found["brand"] = _any_of(facet("brand", value) for value in self.brands)
        if self.tags:
            found["tag"] = _any_of(facet("tag", value) for value in self.tags)
        for name, values in self.attributes.items():
            found[attribute(name)] = _any_of(facet(attribute(name), value) for value in values)
        limits = {"$gte": self.min_price, "$lte": self.max_price}
        if given := {way: limit for way, limit in limits.items() if limit is not None}:
            found["price"] = {f"prices.{currency}": given}
        if self.in_stock is not None:
            found["in_stock"] = {"in_stock": self.in_stock}
        if self.min_rating is not None:
            found["rating"] = {"rating": {"$gte": self.min_rating * 10 * RATING_STEP}}
        return found


ALL = "all:"
"""The facet that every listing has, so that a list without a filter walks the same indexes."""


def facet(name: str, value: str) -> str:
    """A filter's name and value as one string of the array `facets`."""
    return f"{name}:{value if name == 'category' else fold(value)}"


def attribute(name: str) -> str:
    """The name of the filter by an attribute: `attr.color`."""
    return f"attr.{fold(name).replace(' ', '_')}"


def rating_key(count: int, total: int) -> int:
    """What lists sort by: the mean as it is shown, to one decimal place, and among equals how many gave it; 0 for none.

    Args:
        count: how many ratings.
        total: the sum of their stars.
    """
    return round(round(total / count, 1) * 10) * RATING_STEP + min(count, RATING_STEP - 1) if count else 0


def _any_of(values: Iterable[str]) -> Condition:
    wanted = sorted(set(values))
    return {"facets": wanted[0] if len(wanted) == 1 else {"$in": wanted}}
