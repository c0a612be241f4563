"""What would this cart cost? The same as it does, for anybody, anywhere, at any time."""

from typing import Any

import pytest

from tests.support.desk import Desk, faults
from tests.support.person import account, tell
from tests.support.shop import Buyer, Shop

GB = {"country": "GB"}


def ask(desk: Desk, **wanted: Any) -> Any:
    answer = desk.staff.ask("carts.preview_pricing", "POST", "/admin/pricing-preview", LINES | wanted)
    assert answer.status == 200, answer.text
    return answer.json


LINES: dict[str, Any] = {"lines": [{"sku": "MUG", "quantity": 3}, {"sku": "LAMP"}]}


@pytest.fixture(autouse=True)
def shelves(shop: Shop, desk: Desk) -> None:
    """Mugs and a lamp; a zone with two methods, a tax, a coupon."""
    shop.stock("MUG", 9, price=999)
    shop.stock("LAMP", 0, price=4995)
    zone = desk.zone(title="Islands", areas=[GB])["id"]
    desk.method(zone, title="Post", rates={"USD": [{"amount": 450}]}, min_days=2, max_days=4)
    desk.method(zone, title="Express", rates={"USD": [{"amount": 1500}]})
    desk.rate(country="GB", percent=20, included=False)
    desk.coupon(code="SPRING", percent=10, limit_per_customer=1)


def test_it_costs_what_the_cart_does(desk: Desk, shop: Shop) -> None:
    from tests.support.api import call

    shop.stock("LAMP", 3, price=4995)
    buyer = Buyer()
    shop.cart_with(buyer, ("MUG", 3), ("LAMP", 1))
    path = f"/carts/{buyer.cart_id}/coupon"
    cart = call("carts.apply_coupon", "PUT", path, body={"code": "SPRING"}, headers=buyer.headers()).json
    seen = ask(desk, coupon="spring", shipping_address=GB, email=buyer.email)
    for name in ("items", "discount", "shipping", "tax", "total", "taxes"):
        assert seen["totals"][name] == cart["totals"][name], name
    assert [part["amount"] for part in seen["totals"]["explain"]] == [
        part["amount"] for part in cart["totals"]["explain"]
    ]
    assert (seen["promotions"], seen["method"]) == (cart["promotions"], cart["shipping"])


def test_every_part_is_explained(desk: Desk) -> None:
    seen = ask(desk, coupon="SPRING", shipping_address=GB)
    assert [part["kind"] for part in seen["totals"]["explain"]] == ["item", "item", "promotion", "shipping", "tax"]
    assert sum(part["amount"]["amount"] for part in seen["totals"]["explain"]) == seen["totals"]["total"]["amount"]
    assert [(line["line_id"], line["subtotal"]["amount"]) for line in seen["totals"]["lines"]] == [
        ("0", 2997),
        ("1", 4995),
    ]
    assert [promotion["code"] for promotion in seen["promotions"]] == ["SPRING"]


def test_the_ways_to_send_it(desk: Desk) -> None:
    seen = ask(desk, shipping_address=GB)
    assert [(option["title"], option["price"]["amount"]) for option in seen["options"]] == [
        ("Post", 450),
        ("Express", 1500),
    ]
    assert (seen["method"]["title"], seen["served"], seen["refusal"]) == ("Post", True, None)
    chosen = ask(desk, shipping_address=GB, method=seen["options"][1]["id"])
    assert (chosen["method"]["title"], chosen["totals"]["shipping"]["amount"]) == ("Express", 1500)
    assert ask(desk, shipping_address=GB, method="none")["method"] is None
    nowhere = ask(desk)
    assert (nowhere["options"], nowhere["totals"]["tax"]["amount"]) == ([], 0)
    away = ask(desk, shipping_address={"country": "JP", "region": "Tokyo", "postal_code": "100-0001"})
    assert (away["served"], away["options"], away["totals"]["tax"]["amount"]) == (False, [], 0)


def test_whenever_and_whoever(desk: Desk) -> None:
    week = {"starts_at": "2030-06-01T00:00:00Z", "ends_at": "2030-06-08T00:00:00Z"}
    desk.coupon(code="WEEK", **week)
    tell(account("user_ada", at=1))
    desk.coupon(code="ADA", email="ada@example.com", user_id="user_ada")

    def refusal(coupon: str, **wanted: Any) -> str | None:
        seen = ask(desk, coupon=coupon, **wanted)
        assert (seen["refusal"] is None) == bool(seen["promotions"])
        return seen["refusal"] and str(seen["refusal"]["code"])

    assert refusal("WEEK") == "coupon_not_yet_valid"
    assert refusal("WEEK", at="2030-06-01T02:00:00+02:00") is None
    assert refusal("WEEK", at="2030-06-08T00:00:00Z") == "coupon_expired"
    assert refusal("ADA", user_id="user_ada", email="ada@example.com") is None
    assert refusal("ADA", user_id="user_eve") == "coupon_not_yours"
    assert refusal("ADA", user_id="user_ada", email="eve@example.com") == "coupon_not_yours"
    assert refusal("NONE") == "coupon_unknown"
    assert ask(desk, at="2030-06-01T02:00:00+02:00")["at"] == "2030-06-01T00:00:00.000Z"


CASES: dict[str, tuple[dict[str, Any], str, str]] = {
    # name: (members, field, code)
    "no lines": ({"lines": []}, "lines", "too_short"),
    "51 lines": ({"lines": [{"sku": "MUG"}] * 51}, "lines", "too_long"),
    "quantity 0": ({"lines": [{"sku": "MUG", "quantity": 0}]}, "lines.0.quantity", "greater_than_equal"),
    "quantity 10^9": ({"lines": [{"sku": "MUG", "quantity": 10**9}]}, "lines.0.quantity", "less_than_equal"),
    "a fraction": ({"lines": [{"sku": "MUG", "quantity": 1.5}]}, "lines.0.quantity", "int_type"),
    "an unknown SKU": ({"lines": [{"sku": "MUG"}, {"sku": "NONE"}]}, "lines.1.sku", "unknown_sku"),
    "no price in the currency": ({"currency": "JPY"}, "lines.0.sku", "not_sold_in_currency"),
    "an unknown currency": ({"currency": "CHF"}, "currency", "unknown_currency"),
    "a country that is none": ({"shipping_address": {"country": "ZZ"}}, "shipping_address.country", "country_unknown"),
    "a region that is none": (
        {"shipping_address": {"country": "US", "region": "?"}}, "shipping_address.region", "region_unknown",
    ),
    "a time without a zone": ({"at": "2030-06-01T00:00:00"}, "at", "timezone_aware"),
    "an address that is none": ({"email": "ada"}, "email", "value_error"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_wrong_is_named(desk: Desk, name: str) -> None:
    members, field, code = CASES[name]
    answer = desk.staff.ask("carts.preview_pricing", "POST", "/admin/pricing-preview", LINES | members)
    assert (field, code) in faults(answer)


def test_nothing_is_stored(desk: Desk, shop: Shop) -> None:
    before = shop.snapshot()
    ask(desk, coupon="SPRING", shipping_address=GB)
    assert shop.snapshot() == before
