"""Lists of a collection: picked by hand or made by a rule, narrowed further by what the shopper wants."""

from typing import Any
from urllib.parse import quote

import pytest

from commerce.catalog.collections import COLLECTIONS, ProductCollection
from commerce.catalog.search.filters import ListFilter
from commerce.runtime import cache
from commerce.runtime.changes import Changes
from tests.support.api import call
from tests.support.shop import Shop


def get(query: str) -> Any:
    answer = call("products.list_products", "GET", f"/products?{query}&total=true")
    assert answer.status == 200, answer.text
    return answer.json


@pytest.fixture
def collections(bazaar: Shop) -> Shop:
    """Three of them."""
    picked = [row["_id"] for row in bazaar.all("listings") if row["brand"] == "Rolex"]
    changes = Changes()
    for slug, members in {
        "watches-we-like": {"product_ids": [*picked, "prod_gone"]},
        "cheap-electronics": {"rule": ListFilter(tags=("Electronics",), max_price=10_000)},
        "nothing-yet": {"product_ids": []},
    }.items():
        made = ProductCollection(id=f"col_{slug}", slug=slug, title=slug, **members)  # type: ignore[arg-type]
        changes.insert(COLLECTIONS, made)
    changes.commit()
    cache.bump("products")
    return bazaar


def test_by_hand_and_by_rule_and_narrowed_further(collections: Shop) -> None:
    assert get("collection=watches-we-like")["total"] == 6
    assert get("collection=col_watches-we-like&q=women")["total"] == 2
    assert get("collection=watches-we-like&brand=apple")["total"] == 0
    cheap = get("collection=cheap-electronics&sort=-price&limit=100")
    assert cheap["total"] == len(cheap["items"]) > 3
    assert cheap["items"][0]["price"]["amount"] <= 10_000
    assert get("collection=cheap-electronics&max_price=2000")["total"] < cheap["total"]
    assert get("collection=nothing-yet")["total"] == get("collection=nowhere")["total"] == 0


def test_facets_and_pages_stay_within(collections: Shop) -> None:
    first = get("collection=watches-we-like&limit=4&sort=price")
    rest = get(f"collection=watches-we-like&limit=4&sort=price&cursor={quote(first['next_cursor'])}")
    assert len({item["slug"] for item in first["items"] + rest["items"]}) == 6
    brands = next(facet for facet in first["facets"] if facet["name"] == "brand")
    assert [(value["value"], value["count"]) for value in brands["values"]] == [("Rolex", 6)]
    narrowed = get("collection=cheap-electronics&brand=apple")
    counted = next(facet for facet in narrowed["facets"] if facet["name"] == "brand")["values"]
    assert sum(value["count"] for value in counted) == get("collection=cheap-electronics")["total"]
