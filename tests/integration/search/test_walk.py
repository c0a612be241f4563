"""A walk through pages, while products come, go and change their price, returns each unchanged product once (property
19); and a page takes as many queries however long it is.
"""

import random
from urllib.parse import quote

import pytest

from commerce.catalog import intake
from commerce.catalog.drafts import ProductDraft, VariantDraft
from commerce.catalog.listings import LISTINGS
from commerce.catalog.search import upkeep
from commerce.runtime import mongo
from tests.support.api import Answer, call
from tests.support.query_shapes import Watcher, looking
from tests.support.shelves import archive
from tests.support.shop import Shop

SORTS = ("price", "-price", "-created_at", "-sales", "-rating")
WALKS = [f"sort={sort}" for sort in SORTS] + [f"category=shirts&sort={sort}" for sort in SORTS]
WALKS += ["q=shirt", "q=blue shirt", "q=shirts&sort=price", "q=shrit", "brand=b1&brand=b2&sort=-sales"]
NUMBER = 60
PAGE = 7


def draft(number: int, *, price: int | None = None, word: str = "shirt") -> ProductDraft:
    """Many share a price, so that ties are walked through too."""
    sku = f"SHIRT-{number:03}"
    amount = price if price is not None else 1000 + 100 * (number % 6)
    return ProductDraft(
        handle=sku.lower(), title=f"{'Blue' if number % 2 else 'Red'} {word} {number}", brand=f"b{number % 3}",
        product_type="Shirts", currency="USD", variants=[VariantDraft(sku=sku, price=amount, quantity=1)],
    )  # fmt: skip


@pytest.fixture
def shirts(shop: Shop) -> Shop:
    with looking():
        intake.save([draft(number) for number in range(NUMBER)])
        for number, row in enumerate(mongo.database()["listings"].find().sort("_id")):
            standing = {"sales": number % 5, "rating": (number % 4) * 10_000_000}
            mongo.database()["listings"].update_one({"_id": row["_id"]}, {"$set": standing})
        upkeep.recount()
    return shop


def page(walk: str, cursor: str | None, limit: int = PAGE) -> Answer:
    more = f"&cursor={quote(cursor)}" if cursor else ""
    answer = call("products.list_products", "GET", f"/products?{walk}&limit={limit}&facets=false{more}")
    assert answer.status == 200, answer.text
    return answer


def walked(walk: str, between: object = None) -> list[str]:
    """The slugs of a whole walk; `between` is called after each page."""
    seen: list[str] = []
    cursor, pages = None, 0
    while pages == 0 or cursor:
        got = page(walk, cursor).json
        seen += [item["slug"] for item in got["items"]]
        cursor, pages = got["next_cursor"], pages + 1
        assert pages < 60
        if callable(between):
            between(seen)
    return seen


@pytest.mark.parametrize("walk", WALKS)
def test_each_unchanged_product_once(shirts: Shop, walk: str) -> None:
    quiet = walked(walk)
    assert len(quiet) == len(set(quiet)) > PAGE
    chance = random.Random(walk)
    touched: set[str] = set()
    new = iter(range(1000, 2000))

    def meanwhile(seen: list[str]) -> None:
        """One comes, one goes, one costs something else, one of them right beside where the walk stands."""
        with looking():
            intake.save([draft(next(new), price=chance.choice([900, 1200, 1500]))])
            here = quiet.index(seen[-1]) if seen and seen[-1] in quiet else 0
            for slug in {chance.choice(quiet), quiet[min(here + 1, len(quiet) - 1)], quiet[here]}:
                number = int(slug.rpartition("-")[2])
                touched.add(slug)
                if chance.random() < 0.4:
                    archive(slug)
                else:
                    intake.save([draft(number, price=chance.choice([500, 1300, 2500]))])
            shirts.bus.entries.clear()

    seen = walked(walk, meanwhile)
    for slug in quiet:
        if slug not in touched:
            assert seen.count(slug) == 1, slug
    assert touched
    assert len(touched) < len(quiet)


def test_a_walk_by_relevance_keeps_its_meaning_while_the_vocabulary_learns(shirts: Shop) -> None:
    """The next page is ranked by what the words meant on the first."""
    quiet = walked("q=shrit")

    def meanwhile(seen: list[str]) -> None:
        with looking():
            intake.save([draft(1000 + len(seen), word="shrit")])
            upkeep.recount()

    seen = walked("q=shrit", meanwhile)
    assert [slug for slug in seen if slug in set(quiet)] == quiet


@pytest.mark.parametrize("walk", ["", "category=shirts&sort=price", "q=shrits", "q=blue shirt&sort=-price"])
def test_queries_per_page_are_constant(shirts: Shop, watcher: Watcher, walk: str) -> None:
    taken = []
    for limit in (2, 10, 50):
        before = watcher.round_trips
        cursor = page(walk, None, limit).json["next_cursor"]
        middle = watcher.round_trips
        if cursor:
            page(walk, cursor, limit)
        taken.append((middle - before, watcher.round_trips - middle if cursor else 2))
    assert len(set(taken)) == 1, taken
    assert taken[0][0] <= 4
    assert taken[0][1] <= 2


def test_the_listing_says_what_its_indexes_are_for() -> None:
    assert {index.keys[0][0] for index in LISTINGS.indexes} == {"facets", "terms"}
