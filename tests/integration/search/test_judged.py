"""How good the search is: queries that were judged before it was tuned."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from commerce.catalog.search.synonyms import SynonymSet, set_synonyms
from tests.support import dummyjson
from tests.support.api import call
from tests.support.shop import Shop

JUDGED = json.loads((Path(__file__).parent / "judged.json").read_text())
QUERIES: list[dict[str, Any]] = JUDGED["queries"]
MEAN_RECIPROCAL_RANK = 0.9
LOOKED_AT = 20


@pytest.fixture
def judged(bazaar: Shop) -> Shop:
    set_synonyms(SynonymSet(groups=JUDGED["synonyms"]), version=None, who="test")
    return bazaar


def found(query: str) -> list[int]:
    """DummyJSON's ids of what is found, the best first."""
    by_slug = {dummyjson.handle(product): product["id"] for product in dummyjson.products()}
    answer = call("products.list_products", "GET", f"/products?q={quote(query)}&limit={LOOKED_AT}&facets=false")
    assert answer.status == 200, answer.text
    return [by_slug[item["slug"]] for item in answer.json["items"]]


def test_there_are_enough_of_every_kind() -> None:
    kinds = {query["kind"] for query in QUERIES}
    wanted = {"typo", "prefix", "plural", "synonym", "brand", "attribute", "nonsense", "sku", "diacritics"}
    assert kinds >= wanted
    assert len(QUERIES) >= 60
    titles = {product["id"]: product["title"] for product in dummyjson.products()}
    assert all(titles[query["right"]] == query["title"] for query in QUERIES if "right" in query)


def test_the_right_one_comes_first(judged: Shop) -> None:
    ranks: dict[str, float] = {}
    for query in QUERIES:
        if "right" in query:
            rows = found(query["q"])
            ranks[query["q"]] = 1 / (rows.index(query["right"]) + 1) if query["right"] in rows else 0.0
    mean = sum(ranks.values()) / len(ranks)
    print(f"mean reciprocal rank {mean:.3f} over {len(ranks)};", {q: round(r, 2) for q, r in ranks.items() if r < 1})
    assert len(ranks) >= 60
    assert mean >= MEAN_RECIPROCAL_RANK


def test_where_several_are_right_they_come_first(judged: Shop) -> None:
    wrong = {}
    for query in QUERIES:
        rows = found(query["q"]) if "all" in query or "any" in query else []
        if "all" in query and set(rows[: len(query["all"])]) != set(query["all"]):
            wrong[query["q"]] = rows
        if "any" in query and (not rows or not set(rows[:3]) <= set(query["any"])):
            wrong[query["q"]] = rows
    assert not wrong


def test_nonsense_finds_nothing(judged: Shop) -> None:
    nonsense = [query["q"] for query in QUERIES if query.get("none")]
    assert len(nonsense) >= 10
    assert {query: found(query) for query in nonsense} == {query: [] for query in nonsense}
