"""From conditions, words and an order to the stages of a pipeline. Pure.

A list without words walks one index from one facet on, in the wanted order (`lead`); a search begins at the terms. What
else must hold stands in a second `$match`, which a real server merges with the first, and which keeps the local engine
from reading everything. Pages continue by keyset, the position being a bound of the walk, not only part of an `$or`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from commerce.catalog.search.filters import ALL, Condition
from commerce.catalog.search.interpret import Expansions, Query

type Stages = list[dict[str, Any]]

RELEVANCE = "relevance"
NEWEST = "-created_at"
SORTS = (RELEVANCE, "price", "-price", NEWEST, "-sales", "-rating")

# How well a value of a filter narrows, the best first; what is not named stands with the second.
_LEADS = ("brand", "tag", "category")


@dataclass(frozen=True)
class Order:
    """A sort as keys: path and way, ending with the id."""

    keys: tuple[tuple[str, int], ...]

    @property
    def stage(self) -> dict[str, Any]:
        """As the pipeline takes it."""
        return {"$sort": dict(self.keys)}

    def after(self, position: Sequence[Any]) -> Condition:
        """What comes after a row with these values."""
        if len(self.keys) == 1:
            return {"_id": _beyond(self.keys[0][1], position[0])}
        (path, way), (_, id_way) = self.keys
        bound = {"$gte" if way > 0 else "$lte": position[0]}
        return {path: bound, "$or": [{path: _beyond(way, position[0])}, {"_id": _beyond(id_way, position[1])}]}

    def position(self, row: Mapping[str, Any]) -> list[Any]:
        """Where a row stands."""
        found = []
        for path, _ in self.keys:
            value: Any = row
            for part in path.split("."):
                value = value[part]
            found.append(value)
        return found


def order_of(sort: str, currency: str) -> Order:
    """The keys of a sort by name."""
    match sort:
        case "price":
            return Order(((f"prices.{currency}", 1), ("_id", 1)))
        case "-price":
            return Order(((f"prices.{currency}", -1), ("_id", -1)))
        case "-sales" | "-rating":
            return Order(((sort[1:], -1), ("_id", -1)))
        case "relevance":
            return Order((("score", -1), ("_id", -1)))
    return Order((("_id", -1),))


@dataclass(frozen=True)
class Wanted:
    """What a list is asked for. `conditions` by the name of the filter, `query` None for a list without words."""

    conditions: Mapping[str, Condition]
    query: Query | None
    sort: str
    currency: str

    @property
    def order(self) -> Order:
        """In which order."""
        return order_of(self.sort, self.currency)

    @property
    def priced(self) -> bool:
        """Whether only what is sold in the currency fits: nothing else has a place among prices."""
        return self.sort in {"price", "-price"}

    def matching(self, *, without: str = "") -> Stages:
        """The stages that find what fits, the filter `without` left out."""
        kept = {name: condition for name, condition in self.conditions.items() if name != without}
        if self.priced:
            kept["priced"] = {f"prices.{self.currency}": {"$gte": 0}}
        if self.query is not None:
            return [{"$match": {"terms": {"$in": _rarest(self.query)}}}, *_rest(kept.values(), self.query)]
        if "products" in kept:
            first = kept.pop("products")
        else:
            name = lead(kept)
            first = kept.pop(name) if name else {"facets": ALL}
        return [{"$match": first}, *_rest(kept.values(), None)]

    def page(self, after: Sequence[Any] | None, limit: int) -> Stages:
        """The stages that give a page, and one row more where there is one."""
        order = self.order
        stages = self.matching()
        if self.query is not None and self.sort == RELEVANCE:
            stages.append({"$set": {"score": score(self.query)}})
        if after is not None:
            stages.append({"$match": order.after(after)})
        return [*stages, order.stage, {"$limit": limit + 1}]


def lead(conditions: Mapping[str, Condition]) -> str:
    """The filter that the walk begins with, empty for none: rather one with a single value, for it gives the order; of
    several values the server merges as many walks, or sorts what they find.
    """
    able = [name for name, condition in conditions.items() if "facets" in condition]
    return min(able, key=lambda name: (not isinstance(conditions[name]["facets"], str), _rank(name)), default="")


def _rank(name: str) -> int:
    return _LEADS.index(name) if name in _LEADS else 1


def score(query: Query) -> dict[str, Any]:
    """How well a listing fits: of each group the best term, weight times worth, and what stands near. An integer, made
    of the listing and the query alone.
    """
    best = [{"$max": [_worth(term, worth) for term, worth in group.items()]} for group in query.groups]
    near = [_worth(term, worth) for term, worth in query.near.items()]
    return {"$sum": [*best, *near]}


def _worth(term: str, worth: int) -> dict[str, Any]:
    return {"$multiply": [{"$ifNull": [f"$w.{term}", 0]}, worth]}


def _rarest(query: Query) -> list[str]:
    """The terms to begin with: those of the rarest group; all of them where not every group must fit."""
    if query.need:
        return query.terms
    groups: list[Expansions] = sorted(query.groups, key=lambda group: (-max(group.values()), len(group)))
    return sorted(groups[0])


def _rest(conditions: Iterable[Condition], query: Query | None) -> Stages:
    stages = [{"$match": condition} for condition in conditions]
    if query is None:
        return stages
    if query.need:
        fitting = [{"$cond": [_any_of(group), 1, 0]} for group in query.groups]
        return [*stages, {"$match": {"$expr": {"$gte": [{"$sum": fitting}, query.need]}}}]
    first = _rarest(query)
    others = [sorted(group) for group in query.groups if sorted(group) != first]
    return [*stages, *({"$match": {"terms": {"$in": terms}}} for terms in others)]


def _any_of(group: Expansions) -> dict[str, Any]:
    return {"$gt": [{"$size": {"$setIntersection": ["$terms", sorted(group)]}}, 0]}


def _beyond(way: int, value: Any) -> dict[str, Any]:
    return {"$gt" if way > 0 else "$lt": value}
