"""Staff makes, changes and archives products; shoppers see it at once, or do not."""

from collections.abc import Callable
from typing import Any

import pytest

from commerce.catalog import admin
from commerce.catalog.product_input import ProductPatch
from commerce.runtime import mongo
from tests.support import race
from tests.support.api import Answer, call
from tests.support.query_shapes import looking
from tests.support.shop import Shop
from tests.support.staff import Staff


@pytest.fixture
def staff(shop: Shop) -> Staff:
    return Staff(shop.sandbox)


def body(**more: Any) -> dict[str, Any]:
    sku = more.pop("sku", "LAMP")
    given = {"title": "Table Lamp", "status": "active", "variants": [{"sku": sku, "prices": {"USD": 2000}}]}
    return given | more


def make(staff: Staff, **more: Any) -> Answer:
    made = staff.ask("products.create_product", "POST", "/admin/products", body(**more))
    assert made.status == 201, made.text
    return made


def patch(staff: Staff, product_id: str, if_match: str, **members: Any) -> Answer:
    path = f"/admin/products/{product_id}"
    return staff.ask("products.update_product", "PATCH", path, members, If_Match=if_match)


def retitle(product_id: str, title: str, version: int | None = None) -> Callable[[], object]:
    """What is returned does it, as `update_product` does behind its door."""
    return lambda: admin.update(product_id, ProductPatch(title=title), version=version, who="user_staff")


def seen(id_or_slug: str, query: str = "") -> Answer:
    return call("products.get_product", "GET", f"/products/{id_or_slug}{query}")


def listed(query: str = "") -> list[str]:
    answer = call("products.list_products", "GET", f"/products{query}")
    assert answer.status == 200, answer.text
    return [item["slug"] for item in answer.json["items"]]


def test_a_product_comes_to_be(shop: Shop, staff: Staff) -> None:
    made = make(
        staff,
        description_html="<p onclick='x()'>Bright</p><script>alert(1)</script>",
        attributes={"Material": "Brass"},
        variants=[
            {"sku": "L-S", "options": {"Size": "S"}, "prices": {"USD": 2000, "JPY": 3000}, "compare_at": {"USD": 2500}},
            {"sku": "L-M", "options": {"Size": "M"}, "prices": {"USD": 2200}},
        ],
        translations={"de": {"title": "Tischlampe"}},
    )
    product = made.json
    assert (product["slug"], product["version"], made.headers["ETag"]) == ("table-lamp", 1, 'W/"1"')
    assert product["description_html"] == "<p>Bright</p>"
    assert product["options"] == [{"name": "Size", "values": ["S", "M"]}]
    assert made.headers["Location"] == f"/admin/products/{product['id']}"
    page = seen("table-lamp").json
    assert [variant["price"]["amount"] for variant in page["variants"]] == [2000, 2200]
    assert page["attributes"] == {"Material": "Brass"}
    assert seen("table-lamp", "?language=de").json["title"] == "Tischlampe"
    assert seen("table-lamp", "?currency=JPY").json["variants"][1]["price"] is None
    assert listed() == ["table-lamp"]
    assert shop.bus.types() == ["ProductsChanged"]


CARD = {"title": "Gift card", "kind": "gift_card", "variants": [{"sku": "GIFT", "prices": {"USD": 2500}}]}


def test_a_gift_card_is_always_there(staff: Staff) -> None:
    made = make(staff, **CARD).json
    page = seen("gift-card").json
    assert (made["kind"], page["kind"], page["in_stock"], page["variants"][0]["available"]) == (
        "gift_card",
        "gift_card",
        True,
        1000,
    )
    assert listed("?in_stock=true") == ["gift-card"]
    assert patch(staff, made["id"], 'W/"1"', title="A gift").json["kind"] == "gift_card"
    assert patch(staff, made["id"], 'W/"2"', kind=None).json["kind"] == "goods"
    assert (seen("gift-card").json["in_stock"], listed("?in_stock=true")) == (False, [])


@pytest.mark.parametrize(
    ("variant", "fault"),
    [
        ({"prices": {"USD": 0}}, ("variants.0.prices.USD", "gift_card_without_value")),
        ({"prices": {"USD": 5}, "compare_at": {"USD": 9}}, ("variants.0.compare_at.USD", "gift_card_reduced")),
    ],
)
def test_a_gift_card_costs_what_it_holds(staff: Staff, variant: dict[str, Any], fault: tuple[str, str]) -> None:
    wanted = body() | CARD | {"variants": [{"sku": "GIFT"} | variant]}
    refused = staff.ask("products.create_product", "POST", "/admin/products", wanted)
    assert (refused.status, [(error["field"], error["code"]) for error in refused.json["errors"]]) == (422, [fault])


def test_a_product_of_before_there_were_gift_cards_is_goods(staff: Staff) -> None:
    make(staff)
    with looking():
        mongo.database()["products"].update_one({}, {"$unset": {"kind": ""}})
    assert seen("table-lamp").json["kind"] == "goods"


def test_a_draft_is_nowhere_until_it_is_published(staff: Staff) -> None:
    draft = make(staff, status="draft").json
    assert seen(draft["id"]).status == 404
    assert listed() == []
    assert patch(staff, draft["id"], 'W/"1"', status="active").status == 200
    assert listed() == ["table-lamp"]


def everywhere(product_id: str) -> dict[str, Any]:
    """What each way to a product gives, by way; all of them are answered from the cache when they are asked again."""

    def get(function: str, path: str) -> Any:
        answer = call(f"products.{function}", "GET", path)
        return answer.json.get("items") if answer.status == 200 else None

    (node,) = get("list_categories", "/categories")
    return {
        "all": listed(),
        "words": listed("?q=lamp"),
        "category": listed("?category=things&sort=price"),
        "collection": listed("?collection=picked"),
        "rule": listed("?collection=ruled"),
        "counts": call("products.list_products", "GET", "/products").json["facets"],
        "tree": node["products"],
        "suggestions": [item for item in get("suggest_products", "/products/suggestions?q=lam") if item["slug"]],
        "related": get("list_related", "/products/beside/related"),
        "slug": seen("table-lamp").status == 200,
        "id": seen(product_id).status == 200,
        "reviews": get("list_reviews", "/products/table-lamp/reviews") is not None,
        "what goes with it": get("list_related", f"/products/{product_id}/related") is not None,
    }


@pytest.mark.parametrize("way", ["archived", "draft"])
def test_a_product_that_is_taken_off_is_gone_at_once_though_all_was_cached(shop: Shop, staff: Staff, way: str) -> None:
    category = staff.ask("products.create_category", "POST", "/admin/categories", {"title": "Things"}).json["id"]
    product = make(staff, category=category).json["id"]
    for title, what in (("Picked", {"product_ids": [product]}), ("Ruled", {"rule": {"categories": [category]}})):
        staff.ask("products.create_collection", "POST", "/admin/collections", {"title": title} | what)
    beside = make(staff, title="Beside", sku="BESIDE", category=category).json["id"]
    shop.bus.deliver()
    before = everywhere(product)
    assert all(before.values()), before
    if way == "archived":
        path = f"/admin/products/{product}/archive"
        assert staff.ask("products.archive_product", "POST", path, If_Match='W/"1"').status == 200
    else:
        assert patch(staff, product, "*", status="draft").status == 200
    after = everywhere(product)
    assert after == {
        "all": ["beside"],
        "words": [],
        "category": ["beside"],
        "collection": [],
        "rule": ["beside"],
        "counts": after["counts"],
        "tree": 1,
        "suggestions": [],
        "related": [],
        "slug": False,
        "id": False,
        "reviews": False,
        "what goes with it": False,
    }
    assert [facet["values"][0]["count"] for facet in after["counts"] if facet["name"] == "category"] == [1]
    assert seen(beside).status == 200


def test_the_same_key_makes_one_product(shop: Shop, staff: Staff) -> None:
    answers = [
        staff.ask("products.create_product", "POST", "/admin/products", body(), Idempotency_Key="once") for _ in "ab"
    ]
    assert [answer.status for answer in answers] == [201, 201]
    assert answers[0].json == answers[1].json
    assert shop.count("products") == 1


@pytest.mark.parametrize(
    ("more", "field", "code"),
    [
        ({"variants": []}, "variants", "too_short"),
        ({"variants": [{"sku": "A", "prices": {}}]}, "variants.0.prices", "too_short"),
        ({"variants": [{"sku": "A", "prices": {"CHF": 1}}]}, "variants.0.prices.CHF", "unknown_currency"),
        ({"variants": [{"sku": "A", "prices": {"USD": -1}}]}, "variants.0.prices.USD", "greater_than_equal"),
        (
            {"variants": [{"sku": "A", "prices": {"USD": 9}, "compare_at": {"USD": 9}}]},
            "variants.0.compare_at.USD",
            "compare_at_too_low",
        ),
        (
            {"variants": [{"sku": "A", "prices": {"USD": 1}}, {"sku": "A", "options": {}, "prices": {"USD": 1}}]},
            "variants.1.sku",
            "sku_duplicate",
        ),
        (
            {
                "variants": [
                    {"sku": "A", "options": {"Size": "S"}, "prices": {"USD": 1}},
                    {"sku": "B", "options": {"Size": "s"}, "prices": {"USD": 1}},
                ]
            },
            "variants.1.options",
            "options_duplicate",
        ),
        (
            {
                "variants": [
                    {"sku": "A", "options": {"Size": "S"}, "prices": {"USD": 1}},
                    {"sku": "B", "options": {"Colour": "Red"}, "prices": {"USD": 1}},
                ]
            },
            "variants.1.options",
            "options_differ",
        ),
        ({"category": "cat_none"}, "category", "unknown_category"),
        ({"translations": {"xx": {"title": "?"}}}, "translations.xx", "unknown_language"),
        ({"slug": "Not A Slug"}, "slug", "string_pattern_mismatch"),
        ({"surprise": 1}, "surprise", "extra_forbidden"),
    ],
)
def test_what_is_wrong_is_named(staff: Staff, more: dict[str, Any], field: str, code: str) -> None:
    refused = staff.ask("products.create_product", "POST", "/admin/products", body(**more))
    assert refused.status == 422, refused.text
    assert (field, code) in [(error["field"].removeprefix("body."), error["code"]) for error in refused.json["errors"]]
    assert listed() == []


def test_slugs_and_skus_belong_to_one_product(staff: Staff) -> None:
    first = make(staff).json
    assert make(staff, sku="OTHER").json["slug"] == "table-lamp-2", "one that was not asked for makes way"
    taken = staff.ask("products.create_product", "POST", "/admin/products", body(sku="THIRD", slug="table-lamp"))
    assert (taken.status, taken.json["code"]) == (409, "slug_taken")
    taken = staff.ask("products.create_product", "POST", "/admin/products", body(title="Else"))
    assert (taken.status, taken.json["code"]) == (409, "sku_taken")
    assert [error["field"] for error in taken.json["errors"]] == ["variants.0.sku"]
    taken = patch(staff, first["id"], "*", variants=[{"sku": "OTHER", "prices": {"USD": 1}}])
    assert (taken.status, taken.json["code"]) == (409, "sku_taken")
    assert seen("table-lamp").json["variants"][0]["sku"] == "LAMP"


def test_an_old_slug_leads_to_the_new_one(staff: Staff) -> None:
    product = make(staff).json
    assert seen("table-lamp").status == 200
    assert patch(staff, product["id"], 'W/"1"', slug="desk-lamp").json["former_slugs"] == ["table-lamp"]
    moved = seen("table-lamp")
    assert (moved.status, moved.headers["Location"]) == (301, "desk-lamp")
    assert seen("desk-lamp").status == 200
    back = patch(staff, product["id"], 'W/"2"', slug="table-lamp").json
    assert back["former_slugs"] == ["desk-lamp"]
    assert seen("desk-lamp").headers["Location"] == "table-lamp"
    assert make(staff, sku="NEW", slug="desk-lamp").json["slug"] == "desk-lamp", "whoever has a slug now goes before"
    assert seen("desk-lamp").json["variants"][0]["sku"] == "NEW"


def test_long_slugs_that_begin_alike_are_two_products(staff: Staff) -> None:
    alike = "x" * 200
    for end in "ab":
        make(staff, sku=end, slug=f"{alike}-{end}")
    assert [seen(f"{alike}-{end}").json["variants"][0]["sku"] for end in "ab"] == ["a", "b"]


def test_a_patch_says_which_version_it_was_made_from(staff: Staff) -> None:
    product = make(staff).json
    path = f"/admin/products/{product['id']}"
    assert staff.ask("products.update_product", "PATCH", path, {"title": "New"}).status == 428
    assert patch(staff, product["id"], 'W/"1"', title="New").json["version"] == 2
    stale = patch(staff, product["id"], 'W/"1"', title="Newer")
    assert (stale.status, stale.json["code"]) == (412, "precondition_failed")
    assert patch(staff, product["id"], "*", brand="Lumo").json["title"] == "New"
    cleared = patch(staff, product["id"], "*", brand=None)
    assert (cleared.json["brand"], cleared.json["title"]) == ("", "New")
    assert patch(staff, product["id"], "*", title=None).status == 422
    assert patch(staff, "prod_none", "*", title="x").status == 404


def test_of_two_who_know_the_same_version_one_wins(shop: Shop, staff: Staff) -> None:
    product = make(staff).json
    ended = race.together([retitle(product["id"], f"Lamp {n}", version=1) for n in range(6)])
    assert sorted(type(outcome).__name__ for outcome in ended) == ["PreconditionFailed"] * 5 + ["ProductAdminView"]
    assert shop.count("audit", action="product.updated") == 1


def test_an_edit_and_a_sale_at_once_lose_neither(shop: Shop, staff: Staff) -> None:
    from commerce.catalog import sales
    from commerce.runtime.changes import Changes

    product = make(staff).json

    def sell() -> None:
        changes = Changes()
        sales.note_sold(changes, {product["id"]: 1})
        changes.commit()

    edits = [retitle(product["id"], f"Lamp {n}") for n in range(6)]
    ended = race.together([*[sell] * 10, *edits])
    assert not [outcome for outcome in ended if isinstance(outcome, Exception)]
    standing, listing = shop.one("standings", _id=product["id"]), shop.one("listings", _id=product["id"])
    assert (standing["sales"], listing["sales"]) == (10, 10)
    assert listing["title"] == shop.one("products", _id=product["id"])["title"]


def test_who_changed_what_can_be_read(staff: Staff) -> None:
    product = make(staff).json
    patch(staff, product["id"], "*", title="Desk Lamp", variants=[{"sku": "LAMP", "prices": {"USD": 1500}}])
    found = staff.admin.ask("products.list_audit", "GET", f"/admin/audit?subject={product['id']}").json["items"]
    assert [entry["action"] for entry in found] == ["product.updated", "product.created"]
    changed = {change["member"]: change for change in found[0]["changes"]}
    assert set(changed) == {"title", "variants"}
    assert (changed["title"]["before"], changed["title"]["after"]) == ("Table Lamp", "Desk Lamp")
    assert found[0]["who"].startswith("user_")


def test_the_lowest_price_of_the_month_before_a_reduction_is_told(staff: Staff) -> None:
    product = make(staff).json
    assert seen("table-lamp").json["variants"][0]["lowest_price_30_days"] is None
    for price in (2400, 1800):
        patch(staff, product["id"], "*", variants=[{"sku": "LAMP", "prices": {"USD": price}}])
    assert seen("table-lamp").json["variants"][0]["lowest_price_30_days"] == {"amount": 2000, "currency": "USD"}


def test_staff_finds_products_of_every_status(staff: Staff) -> None:
    for number in range(5):
        make(staff, sku=f"SKU-{number}", slug=f"lamp-{number}", status=("draft", "active", "archived")[number % 3])
    walked: list[str] = []
    cursor = ""
    while True:
        page = staff.ask("products.list_admin_products", "GET", f"/admin/products?limit=2{cursor}").json
        walked += [row["slug"] for row in page["items"]]
        if not page["next_cursor"]:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert walked == [f"lamp-{number}" for number in (4, 3, 2, 1, 0)]

    def find(query: str) -> list[str]:
        found = staff.ask("products.list_admin_products", "GET", f"/admin/products?{query}")
        return [row["slug"] for row in found.json["items"]]

    assert find("q=SKU-2") == ["lamp-2"]
    assert find("q=lamp&status=draft") == ["lamp-0", "lamp-3"]
    assert find("status=archived") == ["lamp-2"]


def test_customers_may_not(shop: Shop) -> None:
    customer = Staff(shop.sandbox, "someone@example.com", "customer")
    assert customer.ask("products.create_product", "POST", "/admin/products", body()).status == 403
    assert call("products.create_product", "POST", "/admin/products", body=body()).status == 401
    for function, path in (
        ("products.list_admin_products", "/admin/products"),
        ("products.get_admin_product", "/admin/products/prod_x"),
        ("products.list_audit", "/admin/audit"),
    ):
        assert customer.ask(function, "GET", path).status == 403
