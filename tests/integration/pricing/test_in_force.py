"""What staff changes holds for the very next look at a cart, though each environment keeps the rules."""

from typing import Any

import pytest

from commerce.pricing import rules
from commerce.runtime import quotas
from tests.support.api import call
from tests.support.bus import as_message, sqs_event
from tests.support.desk import Desk
from tests.support.shop import Buyer, Shop


@pytest.fixture
def buyer(shop: Shop) -> Buyer:
    """Someone with two mugs at 10.00 that go to London; nobody has made a rule."""
    shop.stock("MUG", 9, price=1000)
    someone = Buyer()
    assert totals(shop.cart_with(someone, ("MUG", 2)).json)["shipping"] == 500, "the flat rate of the settings"
    return someone


def totals(cart: dict[str, Any]) -> dict[str, int]:
    return {name: cart["totals"][name]["amount"] for name in ("items", "discount", "shipping", "tax", "total")}


def enter(buyer: Buyer, code: str) -> Any:
    path = f"/carts/{buyer.cart_id}/coupon"
    answer = call("carts.apply_coupon", "PUT", path, body={"code": code}, headers=buyer.headers())
    assert answer.status == 200, answer.text
    return answer.json


def test_promotions(desk: Desk, shop: Shop, buyer: Buyer) -> None:
    made = desk.make("coupons", {"automatic": True, "title": "A tenth", "kind": "percent", "percent": 10})
    assert totals(shop.cart(buyer).json)["discount"] == 200
    desk.patch("coupons", made["id"], {"percent": "12.5"})
    assert totals(shop.cart(buyer).json)["discount"] == 250
    desk.patch("coupons", made["id"], {"active": False})
    assert totals(shop.cart(buyer).json)["discount"] == 0
    desk.patch("coupons", made["id"], {"active": True})
    assert totals(shop.cart(buyer).json)["discount"] == 250
    desk.delete("coupons", made["id"])
    assert totals(shop.cart(buyer).json)["discount"] == 0


def test_coupons(desk: Desk, shop: Shop, buyer: Buyer) -> None:
    made = desk.make("coupons", {"code": "five", "title": "Five off", "kind": "fixed", "amounts": {"USD": 500}})
    assert totals(enter(buyer, "Five"))["discount"] == 500
    quote = shop.cart(buyer).json["quote"]["hash"]
    desk.patch("coupons", made["id"], {"amounts": {"USD": 600}})
    assert totals(shop.cart(buyer).json)["discount"] == 600
    stale = shop.place(buyer, quote=quote)
    assert (stale.status, stale.json["code"]) == (409, "quote_stale")
    desk.patch("coupons", made["id"], {"active": False})
    cart = shop.cart(buyer).json
    assert (totals(cart)["discount"], cart["coupon"]["refusal"]["code"]) == (0, "coupon_inactive")
    desk.patch("coupons", made["id"], {"active": True, "code": "SIX"})
    assert totals(shop.cart(buyer).json)["discount"] == 600
    desk.delete("coupons", made["id"])
    cart = shop.cart(buyer).json
    assert (totals(cart)["discount"], cart["coupon"]["refusal"]["code"]) == (0, "coupon_unknown")


def test_shipping(desk: Desk, shop: Shop, buyer: Buyer) -> None:
    zone = desk.zone(title="Islands", areas=[{"country": "GB"}, {"country": "IE"}])
    assert [problem["code"] for problem in shop.cart(buyer).json["problems"]] == ["delivery_stale"]
    method = desk.method(zone["id"], rates={"USD": [{"amount": 750}]})
    assert totals(shop.deliver_to(buyer).json)["shipping"] == 750
    desk.patch("shipping-methods", method["id"], {"rates": {"USD": [{"amount": 800}]}, "free_over": {"USD": 3000}})
    assert totals(shop.cart(buyer).json)["shipping"] == 800
    desk.patch("shipping-methods", method["id"], {"free_over": {"USD": 2000}})
    assert totals(shop.cart(buyer).json)["shipping"] == 0
    desk.patch("shipping-zones", zone["id"], {"areas": [{"country": "IE"}]})
    cart = shop.cart(buyer).json
    assert [problem["blocking"] for problem in cart["problems"]] == [True]
    assert shop.deliver_to(buyer).json["errors"][0]["code"] == "country_not_served"
    desk.delete("shipping-methods", method["id"])
    desk.delete("shipping-zones", zone["id"])
    assert totals(shop.deliver_to(buyer).json)["shipping"] == 500, "without zones the flat rate holds again"


def test_taxes(desk: Desk, shop: Shop, buyer: Buyer) -> None:
    made = desk.rate(country="GB", name="VAT", percent=20, included=False)
    assert totals(shop.cart(buyer).json)["tax"] == 500
    desk.patch("tax-rates", made["id"], {"on_shipping": False})
    assert totals(shop.cart(buyer).json)["tax"] == 400
    desk.patch("tax-rates", made["id"], {"percent": "17.5"})
    assert totals(shop.cart(buyer).json)["tax"] == 350
    desk.delete("tax-rates", made["id"])
    assert totals(shop.cart(buyer).json)["tax"] == 0


def test_a_category_that_moves_takes_its_promotion_along(desk: Desk, shop: Shop, buyer: Buyer) -> None:
    def category(title: str, parent: str = "") -> str:
        body = {"title": title, "parent": parent}
        made = desk.staff.ask("products.create_category", "POST", "/admin/categories", body)
        return str(made.json["id"])

    kitchen, garden, cups = category("Kitchen"), category("Garden"), category("Cups")
    product = f"/admin/products/{shop.one('products', slug='mug')['_id']}"
    desk.staff.ask("products.update_product", "PATCH", product, {"category": cups}, If_Match="*")
    members = {"automatic": True, "title": "Kitchen week", "kind": "percent", "percent": 10}
    desk.make("coupons", members | {"target": "categories", "target_ids": [kitchen]})
    shop.bus.deliver()

    def move(parent: str) -> int:
        path = f"/admin/categories/{cups}"
        desk.staff.ask("products.update_category", "PATCH", path, {"parent": parent}, If_Match="*")
        shop.bus.deliver()
        assert not shop.bus.failures
        return totals(shop.cart(buyer).json)["discount"]

    assert totals(shop.cart(buyer).json)["discount"] == 0
    assert [move(kitchen), move(garden), move(kitchen)] == [200, 0, 200]


def test_a_fact_that_comes_twice_is_heard_once(desk: Desk, shop: Shop) -> None:
    import carts.on_category_changed as consumer

    desk.staff.ask("products.create_category", "POST", "/admin/categories", {"title": "Kitchen"})
    entry = next(entry for entry in shop.bus.entries if entry["DetailType"] == "CategoryChanged")
    stamps = set()
    for _ in range(3):
        assert consumer.handler(sqs_event([as_message(entry)]), None) == {"batchItemFailures": []}
        stamps.add(shop.one("pricing_rules")["stamp"])
    assert len(stamps) == 1
    assert shop.count("inbox", _id={"$regex": "^carts.on_category_changed:"}) == 1


def test_rules_are_read_once_and_then_kept(
    desk: Desk, shop: Shop, buyer: Buyer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody reads them again without a change, or the tests above would prove nothing."""
    desk.rate(country="GB", percent=20)
    shop.cart(buyer)

    def read(_: str) -> None:
        raise AssertionError("they were kept")

    monkeypatch.setattr(rules, "_read", read)
    assert shop.cart(buyer).status == 200
    desk.rate(country="FR", percent=20)
    assert shop.cart(buyer).status == 500


def test_an_order_keeps_what_it_was_given(desk: Desk, shop: Shop, buyer: Buyer) -> None:
    """Through the coupon's changes, its end, and the order's own."""
    made = desk.coupon(limit=2, limit_per_customer=1)
    enter(buyer, "SPRING")
    placed = shop.place(buyer)
    assert (placed.status, totals(placed.json)["discount"]) == (201, 250), placed.text
    for change in ({"percent": 50, "title": "Other"}, {"active": False, "limit": 1}, {"code": "OTHER"}):
        assert desk.patch("coupons", made["id"], change).status == 200
        assert shop.order(buyer)["totals"] == placed.json["totals"]
    assert desk.delete("coupons", made["id"]).status == 204
    assert shop.order(buyer)["totals"] == placed.json["totals"]
    assert shop.cancel(buyer).status == 200


def test_how_often_it_was_used(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted where there is a limit, and under the promotion's own id."""
    made = desk.coupon(limit=2, limit_per_customer=1)
    desk.coupon(code="OTHER")
    monkeypatch.setattr(quotas, "used", lambda keys: {f"promotion|{made['id']}": 1})

    def used() -> dict[str, int | None]:
        return {item["code"]: item["used"] for item in desk.listed("coupons")}

    assert used() == {"SPRING": 1, "OTHER": None}
    desk.delete("coupons", made["id"])
    assert desk.coupon(limit=2)["id"] != made["id"]
    assert used() == {"SPRING": 0, "OTHER": None}, "another promotion begins anew"
