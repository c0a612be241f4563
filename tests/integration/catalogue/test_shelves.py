"""Categories and collections: made, moved, removed, and what lists make of them."""

from collections.abc import Callable
from typing import Any

import pytest

from commerce.catalog import category_admin
from commerce.catalog.categories import CATEGORIES
from commerce.catalog.category_admin import CategoryPatch
from tests.support import race
from tests.support.api import Answer, call
from tests.support.query_shapes import looking
from tests.support.shop import Shop
from tests.support.staff import Staff


@pytest.fixture
def staff(shop: Shop) -> Staff:
    return Staff(shop.sandbox)


def category(staff: Staff, title: str, parent: str = "", **more: Any) -> dict[str, Any]:
    body = {"title": title, "parent": parent} | more
    made = staff.ask("products.create_category", "POST", "/admin/categories", body)
    assert made.status == 201, made.text
    found: dict[str, Any] = made.json
    return found


def move(staff: Staff, category_id: str, if_match: str = "*", **members: Any) -> Answer:
    path = f"/admin/categories/{category_id}"
    return staff.ask("products.update_category", "PATCH", path, members, If_Match=if_match)


def below(category_id: str, parent: str) -> Callable[[], object]:
    """What is returned moves it there, as `update_category` does behind its door."""
    return lambda: category_admin.update(category_id, CategoryPatch(parent=parent), version=None, who="user_staff")


def delete(staff: Staff, category_id: str, if_match: str = "*") -> Answer:
    return staff.ask("products.delete_category", "DELETE", f"/admin/categories/{category_id}", If_Match=if_match)


def product(staff: Staff, sku: str, category_id: str = "", **more: Any) -> str:
    variants = [{"sku": sku, "prices": {"USD": 1000}}]
    body = {"title": sku.title(), "status": "active", "category": category_id, "variants": variants} | more
    made = staff.ask("products.create_product", "POST", "/admin/products", body)
    assert made.status == 201, made.text
    return str(made.json["id"])


def tree() -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = call("products.list_categories", "GET", "/categories").json["items"]
    return items


def listed(query: str) -> set[str]:
    answer = call("products.list_products", "GET", f"/products?{query}")
    assert answer.status == 200, answer.text
    return {item["slug"] for item in answer.json["items"]}


def test_the_tree_counts_what_is_below(shop: Shop, staff: Staff) -> None:
    home = category(staff, "Home")
    lamps = category(staff, "Lamps", home["id"])
    category(staff, "Attic", position=1)
    product(staff, "VASE", home["id"])
    product(staff, "LAMP", lamps["id"])
    product(staff, "OLD", lamps["id"], status="draft")
    assert [(node["slug"], node["products"]) for node in tree()] == [("home", 2), ("attic", 0)]
    assert [(node["slug"], node["products"]) for node in tree()[0]["children"]] == [("lamps", 1)]
    assert listed("category=home") == {"vase", "lamp"}
    assert listed("category=lamps") == {"lamp"}
    page = call("products.get_product", "GET", "/products/lamp").json
    assert [crumb["slug"] for crumb in page["breadcrumbs"]] == ["home", "lamps"]


def test_a_category_moves_and_its_products_with_it(shop: Shop, staff: Staff) -> None:
    home, garden = category(staff, "Home"), category(staff, "Garden")
    lamps = category(staff, "Lamps", home["id"])
    product(staff, "LAMP", lamps["id"])
    assert listed("category=garden") == set()
    moved = move(staff, lamps["id"], 'W/"1"', parent=garden["id"], title="Lanterns")
    assert (moved.status, moved.json["version"]) == (200, 2)
    shop.bus.deliver()
    assert (listed("category=home"), listed("category=garden"), listed("q=lanterns")) == (set(), {"lamp"}, {"lamp"})
    assert move(staff, lamps["id"], 'W/"1"', title="Late").status == 412
    assert move(staff, lamps["id"], title="x", surprise=1).status == 422


def test_no_category_is_below_itself(staff: Staff) -> None:
    above = category(staff, "Above")
    below = category(staff, "Below", above["id"])
    for parent in (above["id"], below["id"]):
        refused = move(staff, above["id"], parent=parent)
        assert (refused.status, refused.json["errors"][0]["code"]) == (422, "category_cycle")
    refused = move(staff, above["id"], parent="cat_none")
    assert (refused.status, refused.json["errors"][0]["code"]) == (422, "unknown_category")


def test_two_moves_at_once_make_no_ring(shop: Shop, staff: Staff) -> None:
    for number in range(8):
        one, other = category(staff, f"One {number}"), category(staff, f"Other {number}")
        pairs = [(one["id"], other["id"]), (other["id"], one["id"])]
        ended = race.together([below(which, parent) for which, parent in pairs])
        assert sorted(type(outcome).__name__ for outcome in ended) == ["CategoryView", "Invalid"]
        with looking():
            found = CATEGORIES.tree()
        assert {len(found.path(one["id"])), len(found.path(other["id"]))} == {1, 2}


def test_only_an_empty_category_goes(staff: Staff) -> None:
    home = category(staff, "Home")
    lamps = category(staff, "Lamps", home["id"])
    lamp = product(staff, "LAMP", lamps["id"])
    for full in (home, lamps):
        refused = delete(staff, full["id"])
        assert (refused.status, refused.json["code"]) == (409, "category_not_empty")
    path = f"/admin/products/{lamp}"
    assert staff.ask("products.update_product", "PATCH", path, {"category": None}, If_Match="*").status == 200
    assert delete(staff, lamps["id"], 'W/"7"').status == 412
    assert delete(staff, lamps["id"]).status == 204
    assert delete(staff, lamps["id"]).status == 404
    assert [node["children"] for node in tree()] == [[]]


def test_collections_by_hand_and_by_rule(staff: Staff) -> None:
    home = category(staff, "Home")
    first = product(staff, "LAMP", home["id"], brand="Lumo")
    product(staff, "VASE", home["id"], brand="Other")
    product(staff, "SHIRT", brand="Lumo")

    def make(**body: Any) -> Answer:
        return staff.ask("products.create_collection", "POST", "/admin/collections", body)

    picked = make(title="Picked", product_ids=[first, "prod_gone"])
    ruled = make(title="Ruled", rule={"brands": ["lumo"], "categories": [home["id"]]})
    assert (picked.status, ruled.status) == (201, 201)
    assert listed("collection=picked") == listed("collection=ruled") == {"lamp"}
    assert listed(f"collection={ruled.json['id']}&max_price=10") == set()
    assert listed("collection=none") == set()
    assert make(title="Both", product_ids=[], rule={}).status == 422
    assert make(title="Neither").status == 422
    assert make(title="Picked", product_ids=[]).json["code"] == "slug_taken"
    shown = call("products.list_collections", "GET", "/collections").json["items"]
    assert [item["slug"] for item in shown] == ["picked", "ruled"]
    path = f"/admin/collections/{picked.json['id']}"
    changed = staff.ask("products.update_collection", "PATCH", path, {"rule": {"brands": ["Other"]}}, If_Match='W/"1"')
    assert (changed.json["product_ids"], changed.json["version"]) == (None, 2)
    assert listed("collection=picked") == {"vase"}
    assert staff.ask("products.update_collection", "PATCH", path, {"title": "x"}, If_Match='W/"1"').status == 412
    assert staff.ask("products.delete_collection", "DELETE", path, If_Match='W/"2"').status == 204
    assert listed("collection=picked") == set()
