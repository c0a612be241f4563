"""Every filter with every sort, with words and without, first page and next: each query matches a declared index; on a
real server the planner agrees.
"""

import os
from itertools import combinations
from typing import Any

import pytest

from commerce.catalog.listings import LISTINGS
from commerce.catalog.search import facets
from commerce.catalog.search.filters import ListFilter
from commerce.catalog.search.interpret import Query
from commerce.catalog.search.query import SORTS, Wanted
from commerce.runtime import mongo
from tests.support.query_shapes import opening, serves, shape_of
from tests.support.shop import Shop

CURRENCY = "USD"
FILTERS: dict[str, dict[str, Any]] = {
    "category": {"categories": ("cat_1",)},
    "categories": {"categories": ("cat_1", "cat_2")},
    "brand": {"brands": ("acme",)},
    "brands": {"brands": ("acme", "apex")},
    "tag": {"tags": ("new",)},
    "attribute": {"attributes": {"color": ("blue",), "size": ("m", "l")}},
    "products": {"products": ("prod_1", "prod_2")},
    "price": {"min_price": 100, "max_price": 900},
    "above": {"min_price": 100},
    "in_stock": {"in_stock": True},
    "rating": {"min_rating": 4},
}
CHOICES = [names for number in range(4) for names in combinations(FILTERS, number)]
QUERIES = {
    "none": None,
    "one": Query([{"shirt": 100}]),
    "two": Query([{"shirt": 100, "blous": 60}, {"blue": 50}], {"blueshirt": 100}),
    "relaxed": Query([{"shirt": 100}, {"blue": 50}], need=1),
}


def wanted_lists() -> list[tuple[str, Wanted]]:
    """All of them: 232 combinations of up to three filters, four kinds of words, six sorts."""
    found = []
    for names in CHOICES:
        chosen = ListFilter.model_validate({key: value for name in names for key, value in FILTERS[name].items()})
        for kind, query in QUERIES.items():
            for sort in SORTS:
                if query is None and sort == "relevance":
                    continue
                found.append((f"{names} {kind} {sort}", Wanted(chosen.conditions(CURRENCY), query, sort, CURRENCY)))
    return found


def pipelines(wanted: Wanted) -> list[list[dict[str, Any]]]:
    """What the list asks the database, first page and next, counts included."""
    position: list[Any] = ["prod_5"] if len(wanted.order.keys) == 1 else [500, "prod_5"]
    own = ["", *facets.own_filters(wanted.conditions)]
    counting = [facets.counting(wanted, own=name) for name in own] if wanted.sort in {"relevance", "price"} else []
    return [wanted.page(None, 20), wanted.page(position, 20), *counting]


def test_every_filter_with_every_sort_matches_a_declared_index() -> None:
    indexes = [mongo.Index((("_id", 1),), unique=True)]
    indexes += [one for index in LISTINGS.indexes for one in index.each([CURRENCY])]
    lists = wanted_lists()
    assert len(lists) > 4_000
    for name, wanted in lists:
        for stages in pipelines(wanted):
            where, sort = opening(stages)
            shape = shape_of(where, sort)
            assert any(serves(index, shape, where, LISTINGS.residual) for index in indexes), (name, stages)


def test_a_walk_in_order_never_sorts() -> None:
    """Without words, and with no more than single values, the order comes out of the index that the walk is on."""
    for name, wanted in wanted_lists():
        if wanted.query is None and "products" not in wanted.conditions:
            where, sort = opening(wanted.page(None, 20))
            led = [index for index in LISTINGS.indexes if index.keys[0][0] in shape_of(where, sort).equality]
            keys = [one.keys[1:] for index in led for one in index.each([CURRENCY])]
            backward = tuple((path, -way) for path, way in sort)
            assert tuple(sort) in keys or backward in keys, name


@pytest.mark.real_mongo
@pytest.mark.skipif("SOUK_TEST_MONGODB_URI" not in os.environ, reason="the local engine's planner is another one")
def test_the_planner_of_a_real_server_agrees(bazaar: Shop) -> None:
    for name, wanted in wanted_lists():
        if name.count("'") > 4 or (wanted.query is not None and wanted.sort not in {"relevance", "price"}):
            continue
        for stages in pipelines(wanted):
            command = {"aggregate": "listings", "pipeline": stages, "cursor": {}}
            plan = str(mongo.database().command("explain", command, verbosity="queryPlanner"))
            assert "COLLSCAN" not in plan, (name, plan)
            several = any(isinstance(c.get("facets"), dict) for c in wanted.conditions.values())
            if wanted.query is None and "products" not in wanted.conditions and not several:
                assert "'SORT'" not in plan, (name, plan)
