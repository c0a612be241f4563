"""Facets: how many of what a list finds have which value. The filter of a facet itself is left out of its own counts,
so that they say what choosing another value would give.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from pydantic import BaseModel

from commerce.catalog.categories import Tree
from commerce.catalog.search.analysis import fold
from commerce.catalog.search.filters import RATING_STEP, Condition, ListFilter, attribute
from commerce.catalog.search.query import Stages, Wanted

MAX_VALUES = 50  # of a facet; those chosen are shown in any case
MAX_LABELS = 2_000
_STARS = (4, 3, 2, 1)
_TITLES = {"category": "Category", "brand": "Brand", "in_stock": "In stock", "rating": "Rating", "price": "Price"}
_FIRST, _LAST = ("category", "brand"), ("price", "rating", "in_stock")


class FacetValue(BaseModel):
    """A value to choose, and how many products have it. For the filter of the facet's name take `value`."""

    value: str
    title: str
    count: int
    selected: bool


class Facet(BaseModel):
    """A filter with its values. `price` has none, but the lowest and highest price in minor units."""

    name: str
    title: str
    values: list[FacetValue] = []
    min: int | None = None
    max: int | None = None


@dataclass(frozen=True)
class Counts:
    """What was counted: listings, by label; and in numbers."""

    labels: Mapping[str, int] = field(default_factory=dict)
    numbers: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Self:
        """What the pipeline of `counting` gave."""
        labels = {str(found["_id"]): int(found["n"]) for found in row.get("labels", [])}
        return cls(labels, next(iter(row.get("numbers", [])), {}))

    def dump(self) -> dict[str, Any]:
        """As JSON, which `load` reads."""
        return {"labels": dict(self.labels), "numbers": {k: v for k, v in self.numbers.items() if k != "_id"}}

    @classmethod
    def load(cls, value: Mapping[str, Any]) -> Self:
        """What `dump` made."""
        return cls(value["labels"], value["numbers"])

    @property
    def total(self) -> int:
        """How many listings there are in all."""
        return int(self.numbers.get("n", 0))


def counting(wanted: Wanted, *, own: str = "") -> Stages:
    """The pipeline that counts one facet without its own filter, or all facets with all filters."""
    price = f"$prices.{wanted.currency}"
    labels: Stages = [
        {"$unwind": "$labels"},
        *([{"$match": {"labels": {"$gte": f"{own}:", "$lt": f"{own};"}}}] if own else []),
        {"$group": {"_id": "$labels", "n": {"$sum": 1}}},
        {"$sort": {"n": -1, "_id": 1}},
        {"$limit": MAX_LABELS},
    ]
    stars = {
        f"from_{star}": {"$sum": {"$cond": [{"$gte": ["$rating", star * 10 * RATING_STEP]}, 1, 0]}} for star in _STARS
    }
    numbers = {
        "$group": {
            "_id": None,
            "n": {"$sum": 1},
            "in_stock": {"$sum": {"$cond": ["$in_stock", 1, 0]}},
            "min": {"$min": price},
            "max": {"$max": price},
            **stars,
        }
    }
    branches: dict[str, Stages] = {}
    if own not in _LAST:
        branches["labels"] = labels
    if not own or own in _LAST:
        branches["numbers"] = [numbers]
    return [*wanted.matching(without=own), {"$facet": branches}]


def own_filters(conditions: Mapping[str, Condition]) -> list[str]:
    """The facets whose own filter is set: each is counted apart."""
    return [name for name in conditions if name in _TITLES or name.startswith("attr.")]


def facets(every: Counts, own: Mapping[str, Counts], chosen: ListFilter, tree: Tree) -> list[Facet]:
    """What is shown.

    Args:
        every: counted with all filters.
        own: by facet whose filter is set: counted without it.
        chosen: the filters.
        tree: all categories.
    """
    by_name: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for label, count in every.labels.items():
        name, _, value = label.partition(":")
        if name not in own:
            by_name[name][value] = count
    for name, counts in own.items():
        by_name[name] = {
            label.partition(":")[2]: n for label, n in counts.labels.items() if label.startswith(f"{name}:")
        }
    attributes = sorted(name for name in by_name if name.startswith("attr."))
    shown = [
        _categories(by_name["category"], chosen, tree),
        _values("brand", by_name["brand"], chosen.brands),
        *(_values(name, by_name[name], _chosen(chosen, name)) for name in attributes),
        _price(own.get("price", every)),
        _rating(own.get("rating", every), chosen.min_rating),
        _in_stock(own.get("in_stock", every), chosen.in_stock),
    ]
    return [facet for facet in shown if facet is not None]


def _chosen(chosen: ListFilter, name: str) -> tuple[str, ...]:
    return next((values for known, values in chosen.attributes.items() if attribute(known) == name), ())


def _title(name: str) -> str:
    return _TITLES.get(name) or name.removeprefix("attr.").replace("_", " ").capitalize()


def _values(name: str, counted: Mapping[str, int], selected: tuple[str, ...]) -> Facet | None:
    """Spellings that differ in case or accents are one value, called by the most frequent."""
    wanted = {fold(value): value for value in selected}
    sums: defaultdict[str, int] = defaultdict(int)
    spelt: dict[str, str] = {}
    for value, count in sorted(counted.items(), key=lambda item: (-item[1], item[0])):
        sums[fold(value)] += count
        spelt.setdefault(fold(value), value)
    for folded, value in wanted.items():
        spelt.setdefault(folded, value)
        sums[folded] += 0
    ranked = sorted(sums, key=lambda folded: (folded not in wanted, -sums[folded], folded))[:MAX_VALUES]
    values = [
        FacetValue(value=spelt[folded], title=spelt[folded], count=sums[folded], selected=folded in wanted)
        for folded in sorted(ranked, key=lambda folded: (-sums[folded], folded))
    ]
    return Facet(name=name, title=_title(name), values=values) if values else None


def _categories(counted: Mapping[str, int], chosen: ListFilter, tree: Tree) -> Facet | None:
    """The roots; of a chosen one also what is below it, and what is beside it and its ancestors."""
    opened = {""} | {above.id for wanted in chosen.categories for above in tree.path(wanted)}
    values = [
        FacetValue(
            value=category.slug,
            title=category.title,
            count=counted.get(category.id, 0),
            selected=category.id in chosen.categories,
        )
        for parent in sorted(opened, key=lambda id_: (len(tree.path(id_)), id_))
        for category in tree.children(parent)
        if counted.get(category.id) or category.id in chosen.categories
    ]
    return Facet(name="category", title=_title("category"), values=values) if values else None


def _price(counts: Counts) -> Facet | None:
    lowest, highest = counts.numbers.get("min"), counts.numbers.get("max")
    return None if lowest is None else Facet(name="price", title=_title("price"), min=lowest, max=highest)


def _rating(counts: Counts, selected: int | None) -> Facet | None:
    """How many have at least so many stars."""
    values = [
        FacetValue(value=str(star), title=str(star), count=count, selected=selected == star)
        for star in _STARS
        if (count := counts.numbers.get(f"from_{star}", 0)) or selected == star
    ]
    return Facet(name="rating", title=_title("rating"), values=values) if values else None


def _in_stock(counts: Counts, selected: bool | None) -> Facet | None:
    stocked = counts.numbers.get("in_stock", 0)
    both = {"true": stocked, "false": counts.total - stocked}
    values = [
        FacetValue(value=value, title=value, count=count, selected=str(selected).lower() == value)
        for value, count in both.items()
        if count or str(selected).lower() == value
    ]
    return Facet(name="in_stock", title=_title("in_stock"), values=values) if values else None
