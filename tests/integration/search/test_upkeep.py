"""Search keeps in step: new words, moved categories, listings that fell behind, words that are gone."""

import importlib
from typing import Any

import pytest

from commerce import inventory
from commerce.catalog import intake
from commerce.catalog.categories import CATEGORIES, Category
from commerce.catalog.drafts import ProductDraft, VariantDraft
from commerce.catalog.events import CategoryChanged
from commerce.catalog.search import upkeep
from commerce.runtime import cache, mongo
from commerce.runtime.changes import Changes
from commerce.runtime.ids import new_id
from tests.support.api import LambdaContext, call
from tests.support.query_shapes import looking
from tests.support.shelves import archive
from tests.support.shop import Shop


def draft(name: str, **members: Any) -> ProductDraft:
    handle = name.lower().replace(" ", "-")
    variant = VariantDraft(sku=handle.upper(), price=1000, quantity=3)
    return ProductDraft(handle=handle, title=name, currency="USD", variants=[variant], **members)


def put(*drafts: ProductDraft) -> None:
    intake.save(drafts)
    inventory.receive({v.sku: v.quantity for d in drafts for v in d.variants}, reference="test")


def titles(query: str) -> list[str]:
    answer = call("products.list_products", "GET", f"/products?{query}&facets=false")
    assert answer.status == 200, answer.text
    return [item["title"] for item in answer.json["items"]]


def word(shop: Shop, id_: str) -> dict[str, Any]:
    return shop.one("search_words", _id=id_)


def test_a_new_word_is_known_once_the_fact_is_heard(shop: Shop) -> None:
    put(draft("Brass Lantern", brand="Atlas"))
    assert titles("q=brass+lantern") == ["Brass Lantern"]  # The word itself needs no vocabulary.
    assert titles("q=lantren") == []
    shop.bus.deliver(times=2)
    cache.bump("products")
    assert titles("q=lantren") == titles("q=lant") == ["Brass Lantern"]
    assert word(shop, "lantern")["count"] == 1
    assert word(shop, "brand:atlas")["text"] == "Atlas"


def test_counts_are_made_anew_and_dead_words_go(shop: Shop) -> None:
    put(draft("Brass Lantern"), draft("Paper Lantern"), draft("Tin Kettle"))
    shop.bus.deliver()
    upkeep.recount()
    assert word(shop, "lantern")["count"] == 2
    archive("tin-kettle")
    before = shop.count("search_words")
    assert upkeep.recount() == shop.count("search_words") < before
    assert not shop.all("search_words", _id="kettle")


def test_a_moved_category_takes_its_products_along(shop: Shop) -> None:
    put(draft("Brass Lantern", product_type="Lamps"), draft("Tin Kettle", product_type="Kitchen"))
    root = Category(id=new_id("cat"), slug="home", title="Household")
    changes = Changes()
    changes.insert(CATEGORIES, root)
    lamps = CATEGORIES.tree().by_slug["lamps"]
    lamps.parent = root.id
    changes.replace(CATEGORIES, lamps)
    changes.emit(CategoryChanged(category_id=lamps.id))
    changes.commit()
    cache.bump("products")
    assert titles("category=home") == []
    shop.bus.deliver(times=2)
    assert titles("category=home") == titles("category=lamps") == ["Brass Lantern"]
    assert titles("q=household") == ["Brass Lantern"]
    assert upkeep.relist(lamps.id) == 0


@pytest.mark.parametrize("damage", ["lost", "stale", "left"])
def test_listings_that_fell_behind_are_mended(shop: Shop, damage: str) -> None:
    put(draft("Brass Lantern"), draft("Tin Kettle"))
    shop.bus.deliver()
    with looking():
        listings = mongo.database()["listings"]
        kept = listings.find_one({"slug": "tin-kettle"})
        assert kept is not None
        if damage == "lost":
            listings.delete_one({"slug": "tin-kettle"})
        elif damage == "stale":
            listings.update_one({"slug": "tin-kettle"}, {"$set": {"prices.USD": 1, "facets": []}})
        else:
            archive("tin-kettle")
            listings.insert_one(kept)
    handler = importlib.import_module("products.refresh_search").handler
    assert handler({"id": "x"}, LambdaContext())["mended"] == 1
    assert handler({"id": "x"}, LambdaContext())["mended"] == 0
    assert bool(titles("q=kettle&sort=price&max_price=1000&min_price=1000")) is (damage != "left")


def test_healing_goes_on_where_it_ended(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "CHUNK", 2)
    monkeypatch.setattr(upkeep, "SECONDS", -1.0)
    put(*(draft(f"Cup {number}") for number in range(5)))
    with looking():
        mongo.database()["listings"].delete_many({})
    assert [upkeep.heal() for _ in range(4)] == [2, 2, 1, 0]
