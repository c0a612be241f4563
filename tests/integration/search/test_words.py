"""Suggestions, synonyms, what search says about itself, what it did not find."""

from typing import Any
from urllib.parse import quote

import pytest

from commerce.catalog import intake
from commerce.catalog.drafts import ProductDraft, VariantDraft
from commerce.catalog.search import upkeep
from tests.support.api import Answer, call
from tests.support.query_shapes import looking
from tests.support.shop import Shop
from tests.support.tour import bearer, signed_in


def get(query: str) -> Any:
    answer = call("products.list_products", "GET", f"/products?{query}&facets=false")
    assert answer.status == 200, answer.text
    return answer.json


def suggested(text: str) -> list[tuple[str, str]]:
    answer = call("products.suggest_products", "GET", f"/products/suggestions?q={quote(text)}")
    assert answer.status == 200, answer.text
    return [(item["kind"], item["text"]) for item in answer.json["items"]]


def staff(shop: Shop, role: str = "staff") -> dict[str, Any]:
    token = shop.sandbox.session_token(f"{role}@example.com", role)
    return {"authorizer": signed_in(token, "GET", "/admin/search/synonyms"), "headers": bearer(token)}


def test_suggestions_are_words_categories_brands_and_products(bazaar: Shop) -> None:
    found = suggested("lap")
    assert ("query", "laptops") in found
    assert ("category", "Laptops") in found
    assert {text for kind, text in found if kind == "product"} >= {"Huawei Matebook X Pro"}
    assert ("brand", "Rolex") in suggested("rol")
    assert suggested("Calvin Kl")[0] == ("query", "calvin klein")
    assert suggested("l") == []
    assert suggested("") == []
    assert [kind for kind, _ in suggested("lipstik")] == ["product"]


def test_a_product_can_be_gone_to_from_its_suggestion(bazaar: Shop) -> None:
    items = call("products.suggest_products", "GET", "/products/suggestions?q=red+lips").json["items"]
    product = next(item for item in items if item["kind"] == "product")
    assert product["slug"] == "red-lipstick-4"
    assert product["price"] == {"amount": 1299, "currency": "USD"}
    assert product["image"]["url"].startswith("https://")


def test_the_search_says_what_it_did(bazaar: Shop) -> None:
    assert get("q=lipstik")["search"] == {
        "query": "lipstik", "corrected": "lipstick", "did_you_mean": None, "ignored": [],
    }  # fmt: skip
    assert get("q=red+qwxyzzy+lipstick")["search"]["ignored"] == ["qwxyzzy"]
    assert get("")["search"] is None


def test_all_words_must_fit_and_where_nothing_has_them_all_but_one(bazaar: Shop) -> None:
    both = get("q=rolex+women&total=true")["total"]
    assert 0 < both < get("q=rolex&total=true")["total"]
    assert get("q=rolex+lipstick&total=true")["total"] > 0


def test_what_stands_in_the_title_comes_before_what_a_description_says(shop: Shop) -> None:
    say = "<p>" + "A lantern to hang, a lantern to stand. " * 9 + "</p>"
    put_on_shelf(("glass", "Glass lantern", ""), ("hook", "Iron hook", say), ("pole", "Tall pole", say))
    assert [item["slug"] for item in get("q=lantern")["items"]] == ["glass", "pole", "hook"]


def test_words_that_stand_together_come_before_those_that_do_not(shop: Shop) -> None:
    put_on_shelf(("near", "Rose water", ""), ("turned", "Water rose", ""), ("apart", "Water for a rose", ""))
    assert get("q=rose+water")["items"][0]["slug"] == "near"


def put_on_shelf(*wares: tuple[str, str, str]) -> None:
    """Products by slug, title and description; of equals the later one is the newer one, and comes first."""
    with looking():
        for slug, title, description in wares:
            variants = [VariantDraft(sku=slug.upper(), price=900)]
            ware = ProductDraft(
                handle=slug, title=title, description_html=description, currency="USD", variants=variants
            )
            intake.save([ware])
        upkeep.recount()


@pytest.mark.parametrize("written", ["BEA-ESS-ESS-001", "bea ess ess 001", "beaessess001"])
def test_a_sku_finds_its_product_alone(bazaar: Shop, written: str) -> None:
    assert [item["slug"] for item in get(f"q={quote(written)}")["items"]] == ["essence-mascara-lash-princess-1"]


def test_synonyms_are_set_by_staff_with_the_version_they_know(bazaar: Shop) -> None:
    def put(groups: Any, options: dict[str, Any], **headers: str) -> Answer:
        shown = options | {"headers": options["headers"] | {k.replace("_", "-"): v for k, v in headers.items()}}
        return call("products.set_synonyms", "PUT", "/admin/search/synonyms", body={"groups": groups}, **shown)

    groups = [["Davenport", "sofa"]]
    assert get("q=davenport")["items"] == []
    assert put(groups, staff(bazaar, "customer"), If_Match="*").status == 403
    assert put(groups, staff(bazaar)).status == 428
    assert put(groups, staff(bazaar), If_Match='W/"7"').status == 412
    stored = put(groups, staff(bazaar), If_Match='W/"0"')
    assert (stored.status, stored.json["groups"]) == (200, [["davenport", "sofa"]])
    assert [item["title"] for item in get("q=davenport")["items"]][:1] == ["Annibale Colombo Sofa"]
    known = call("products.get_synonyms", "GET", "/admin/search/synonyms", **staff(bazaar))
    assert put([], staff(bazaar), If_Match=known.headers["ETag"]).json["version"] == 2
    assert get("q=davenport")["items"] == []
    for wrong in ([["alone"]], [["a", ""]], "x", [["x" * 61, "y"]]):
        assert put(wrong, staff(bazaar), If_Match="*").status == 422
    assert [entry["action"] for entry in bazaar.all("audit")] == ["synonyms.updated"] * 2


def test_what_was_not_found_is_counted_without_what_is_personal(bazaar: Shop) -> None:
    for query in ("unicycle", "Unicycle!", "qwxyz flurble", "ada@example.com", "0171 555 0199", "brand-new"):
        get(f"q={quote(query)}")
    get("q=unicycles&brand=apple")  # The filter may be to blame.
    path = "/admin/search/queries?limit=1"
    first = call("products.list_searches", "GET", path, **staff(bazaar)).json
    assert [(row["query"], row["count"]) for row in first["items"]] == [("unicycle", 2)]
    second = call("products.list_searches", "GET", f"{path}&cursor={quote(first['next_cursor'])}", **staff(bazaar)).json
    assert [row["query"] for row in second["items"]] == ["qwxyz flurble"]
    assert not {"ada example com", "0171 555 0199"} & {row["_id"] for row in bazaar.all("searches")}
    assert call("products.list_searches", "GET", path, **staff(bazaar, "customer")).status == 403


def test_odd_words_do_no_harm(bazaar: Shop) -> None:
    odd = ["$where", "a.b.c", '{"$gt": ""}', "\x00", "\U0001d54a\U0001d560", "\u0131\u0307", "(((", "w.$x", "x " * 50]
    for text in odd:
        get(f"q={quote(text)}")
        suggested(text)
