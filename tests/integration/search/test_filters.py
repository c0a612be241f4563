"""Lists: every filter and sort, facets whose counts come true, and what is refused."""

from collections import Counter
from typing import Any
from urllib.parse import quote

import pytest

from tests.support import dummyjson
from tests.support.api import Answer, call
from tests.support.shelves import archive
from tests.support.shop import Shop

SORTS = ("price", "-price", "-created_at", "-sales", "-rating")


def get(query: str = "") -> Answer:
    return call("products.list_products", "GET", f"/products?{query}")


def total(query: str) -> int:
    answer = get(f"{query}&total=true&facets=false&limit=1")
    assert answer.status == 200, answer.text
    return int(answer.json["total"])


def facet(answer: Answer, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(facet for facet in answer.json["facets"] if facet["name"] == name)
    return found


def test_filters_fit_the_file(bazaar: Shop) -> None:
    """Held against the file itself, counted here."""
    rows = dummyjson.products()
    expected = {
        "": len(rows),
        "brand=apple": sum((row.get("brand") or "").lower() == "apple" for row in rows),
        "brand=Apple&brand=ROLEX": sum((row.get("brand") or "").lower() in {"apple", "rolex"} for row in rows),
        "category=laptops": sum(row["category"] == "laptops" for row in rows),
        "category=laptops&category=tablets": sum(row["category"] in {"laptops", "tablets"} for row in rows),
        "min_price=10000&max_price=50000": sum(100 <= row["price"] <= 500 for row in rows),
        "in_stock=true": sum(row["stock"] > 0 for row in rows),
        "in_stock=false": sum(row["stock"] == 0 for row in rows),
        "tag=electronics&brand=apple&max_price=20000": sum(
            "electronics" in row["tags"] and row.get("brand") == "Apple" and row["price"] <= 200 for row in rows
        ),
        "category=nowhere": 0,
    }
    assert {query: total(query) for query in expected} == expected
    for query, number in expected.items():
        for sort in SORTS:
            listed = get(f"{query}&sort={sort}&limit=100&facets=false").json
            assert len(listed["items"]) == min(number, 100), (query, sort)


@pytest.mark.parametrize(
    "base",
    ["", "brand=apple", "category=smartphones", "q=red", "q=shoes&in_stock=true", "category=beauty&max_price=1500"],
)
def test_every_count_comes_true(bazaar: Shop, base: str) -> None:
    """A facet's number is what choosing that value gives, its own filter replaced."""
    answer = get(f"{base}&total=true")
    assert answer.json["total"] == total(base)
    members = {"in_stock": "in_stock", "rating": "min_rating"}
    checked = 0
    for shown in answer.json["facets"]:
        member = members.get(shown["name"], shown["name"])
        kept = "&".join(part for part in base.split("&") if part.partition("=")[0] != member)
        for value in shown["values"][:3]:
            assert total(f"{kept}&{member}={quote(value['value'])}") == value["count"], (shown["name"], value)
            checked += 1
    assert checked > 5


@pytest.mark.parametrize("base", ["", "q=red", "tag=electronics", "max_price=5000"])
def test_what_every_product_has_once_sums_up(bazaar: Shop, base: str) -> None:
    """Each is in one category, has one brand or none, and is in stock or not. Of a facet 50 values are shown."""
    answer = get(f"{base}&total=true")
    total = answer.json["total"]

    def summed(name: str) -> int:
        return sum(int(value["count"]) for value in facet(answer, name)["values"])

    listed = get(f"{base}&limit=100&facets=false").json
    rows = [*listed["items"]]
    while listed["next_cursor"]:
        listed = get(f"{base}&limit=100&facets=false&cursor={quote(listed['next_cursor'])}").json
        rows += listed["items"]
    assert len(rows) == total
    assert summed("category") == summed("in_stock") == total
    brands = Counter(row["brand"] for row in rows if row["brand"])
    assert summed("brand") == sum(count for _, count in brands.most_common(50))


def test_a_facet_leaves_its_own_filter_out(bazaar: Shop) -> None:
    answer = get("brand=Rolex")
    values = {value["value"]: value for value in facet(answer, "brand")["values"]}
    assert values["Rolex"]["selected"]
    assert values["Apple"]["count"] > 0
    assert {value["value"] for value in facet(answer, "category")["values"]} == {"mens-watches", "womens-watches"}
    price = facet(get("category=mens-watches&max_price=10000"), "price")
    assert price["max"] == 1399999


def test_facets_come_with_the_first_page_only_and_totals_when_asked(bazaar: Shop) -> None:
    first = get("limit=5").json
    assert first["total"] is None
    assert first["facets"]
    second = get(f"limit=5&total=true&cursor={quote(first['next_cursor'])}").json
    assert (second["facets"], second["total"]) == (None, 194)
    assert get("facets=false").json["facets"] is None


def test_sorted_as_asked(bazaar: Shop) -> None:
    prices = [item["price"]["amount"] for item in get("sort=price&limit=100").json["items"]]
    assert prices == sorted(prices)
    falling = [item["price"]["amount"] for item in get("sort=-price&limit=100").json["items"]]
    assert falling == sorted(falling, reverse=True)
    unsold = get("sort=price&currency=EUR&total=true").json
    assert (unsold["items"], unsold["total"], unsold["facets"]) == ([], 0, []), "counts tell what the walk finds"
    assert len(get("currency=EUR").json["items"]) == 20


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ("colour=red", "unknown_filter", "colour"),
        ("attr.=red", "unknown_filter", "attr."),
        ("sort=cheapest", "unknown_sort", "sort"),
        ("min_price=500&max_price=100", "invalid_filter", "min_price"),
        ("min_price=-1", "invalid_filter", "min_price"),
        ("max_price=99999999999999999999", "invalid_filter", "max_price"),
        ("min_price=abc", "invalid_parameter", "min_price"),
        ("min_rating=6", "invalid_filter", "min_rating"),
        ("in_stock=maybe", "invalid_parameter", "in_stock"),
        ("collection=a&collection=b", "invalid_parameter", "collection"),
        ("&".join(f"brand=b{n}" for n in range(21)), "invalid_filter", "brand"),
        ("&".join(f"attr.a{n}=x" for n in range(11)), "invalid_filter", "attr.<name>"),
        ("limit=0", "invalid_parameter", "limit"),
        ("limit=1000000", "invalid_parameter", "limit"),
        ("limit=many", "invalid_parameter", "limit"),
        ("q=" + "x" * 201, "invalid_parameter", "q"),
        ("currency=XXX", "bad_request", "currency"),
        ("cursor=nonsense", "invalid_cursor", "cursor"),
    ],
)
def test_what_makes_no_sense_is_refused(shop: Shop, query: str, code: str, field: str) -> None:
    answer = get(query)
    assert (answer.status, answer.json["code"]) == (400, code), answer.text
    assert [error["field"].split(".0")[0] for error in answer.json["errors"]] == [field]


def test_unknown_ones_are_told_what_there_is(shop: Shop) -> None:
    assert "attr.<name>" in get("colour=red").json["detail"]
    assert "-created_at" in get("sort=cheapest").json["detail"]


def test_a_cursor_is_bound_to_its_list(bazaar: Shop) -> None:
    cursor = quote(get("limit=5&brand=apple").json["next_cursor"])
    assert get(f"limit=5&brand=apple&cursor={cursor}").status == 200
    assert get(f"limit=7&brand=apple&cursor={cursor}").status == 200
    for other in ("brand=rolex", "brand=apple&sort=price", "brand=apple&q=watch", "brand=apple&currency=EUR"):
        assert get(f"{other}&cursor={cursor}").json["code"] == "invalid_cursor"


def test_however_much_is_asked_for_the_next_page_can_be_had(bazaar: Shop) -> None:
    brands = "&".join(f"brand={quote('茶' * 80)}{n}" for n in range(3))
    cursor = get(f"limit=5&brand=apple&{brands}").json["next_cursor"]
    assert len(cursor) < 500
    assert get(f"limit=5&brand=apple&{brands}&cursor={quote(cursor)}").status == 200
    words = "blue red green shirt shoes watch dress phone"
    cursor = get(f"limit=5&q={quote(words)}").json["next_cursor"]
    assert cursor is None or get(f"limit=5&q={quote(words)}&cursor={quote(cursor)}").status == 200


def test_browsers_ask_again_and_are_told_nothing_changed(bazaar: Shop) -> None:
    seen = get("category=laptops")
    assert "s-maxage=30" in seen.headers["Cache-Control"]
    again = call("products.list_products", "GET", "/products?category=laptops",
                 headers={"If-None-Match": seen.headers["ETag"]})  # fmt: skip
    assert again.status == 304


def test_only_active_products_show(bazaar: Shop) -> None:
    draft = next(d for d in dummyjson.drafts() if d.handle.startswith("rolex-submariner"))
    assert "Submariner" in get("q=submariner").text
    archive(draft.handle)
    for query in ("q=submariner", "brand=rolex", "category=mens-watches&limit=100", "sort=-price&limit=100"):
        assert "Submariner" not in get(f"{query}&facets=false").text.replace('"query":"submariner"', "")
    assert "Submariner" not in call("products.suggest_products", "GET", "/products/suggestions?q=subm").text
