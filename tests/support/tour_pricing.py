"""The tour's station at the desk where prices are made: promotions, shipping, taxes, and what a cart would cost."""

from typing import Any

from tests.support.api import Answer
from tests.support.desk import NAMES, Desk
from tests.support.shop import Buyer
from tests.support.staff import Staff


def take(tour: Any) -> None:
    """Rules are made, hold for a cart, and go again. `tour` is the `Tour` of `tests.support.tour`."""
    desk = Desk(Staff(tour.shop.sandbox, "owner@example.com", "admin"))
    made = _make(desk)
    _hold(tour, desk, made)
    _change(desk, made)
    for kind in ("shipping-methods", "shipping-zones", "tax-rates", "coupons"):
        found = desk.listed(kind)
        assert found, kind
        for rule in found:
            _ok(desk.delete(kind, rule["id"], f'W/"{rule["version"]}"'), 204)


def _make(desk: Desk) -> dict[str, dict[str, Any]]:
    zone = _ok(
        desk.post(
            "shipping-zones",
            {"title": "North America", "areas": [{"country": "CA"}, {"country": "US", "regions": ["CA", "NY"]}]},
            Idempotency_Key="zone-1",
        ),
        201,
    ).json
    method = {
        "zone_id": zone["id"],
        "title": "Parcel",
        "kind": "by_weight",
        "rates": {"USD": [{"up_to": 1000, "amount": 600}, {"up_to": 20_000, "amount": 1400}]},
        "free_over": {"USD": 20_000},
        "min_days": 2,
        "max_days": 5,
    }
    rate = {"name": "Sales tax", "country": "US", "region": "NY", "percent": "8.875"}
    coupon = {
        "code": "WELCOME-10",
        "title": "Ten per cent off the first order",
        "kind": "percent",
        "percent": "10",
        "first_order": True,
        "starts_at": "2026-01-01T00:00:00Z",
    }
    return {
        "shipping-zones": zone,
        "shipping-methods": _ok(desk.post("shipping-methods", method, Idempotency_Key="method-1"), 201).json,
        "tax-rates": _ok(desk.post("tax-rates", rate, Idempotency_Key="rate-1"), 201).json,
        "coupons": _ok(desk.post("coupons", coupon, Idempotency_Key="coupon-1"), 201).json,
    }


def _hold(tour: Any, desk: Desk, made: dict[str, dict[str, Any]]) -> None:
    """What the preview says is what a cart costs."""
    tour.shop.stock("ATLAS", 3, price=4000)
    buyer = Buyer(email="mercator@example.com")
    tour.shop.cart_with(buyer, ("ATLAS", 2))
    place = {"country": "US", "region": "NY", "city": "New York", "postal_code": "10001"}
    cart = _ok(tour.shop.deliver_to(buyer, **place)).json
    asked = {
        "currency": "USD",
        "lines": [{"sku": "ATLAS", "quantity": 2}],
        "shipping_address": {"country": "US", "region": "New York"},
    }
    seen = _ok(desk.staff.ask("carts.preview_pricing", "POST", "/admin/pricing-preview", asked)).json
    assert seen["totals"]["total"] == cart["totals"]["total"]
    asked["coupon"] = made["coupons"]["code"]
    seen = _ok(desk.staff.ask("carts.preview_pricing", "POST", "/admin/pricing-preview", asked)).json
    assert seen["totals"]["discount"]["amount"] == 800


def _change(desk: Desk, made: dict[str, dict[str, Any]]) -> None:
    changes: dict[str, dict[str, Any]] = {
        "shipping-zones": {"areas": [{"country": "CA"}, {"country": "US"}]},
        "shipping-methods": {"free_over": {"USD": 15_000}},
        "tax-rates": {"on_shipping": False},
        "coupons": {"percent": "12.5", "ends_at": "2027-01-01T00:00:00Z"},
    }
    for kind, body in changes.items():
        _ok(desk.patch(kind, made[kind]["id"], body, 'W/"1"'))
        assert desk.patch(kind, made[kind]["id"], body, 'W/"1"').status == 412
    refusals = [
        desk.post("shipping-zones", {"title": "Maple", "areas": [{"country": "CA"}]}),
        desk.delete("shipping-zones", made["shipping-zones"]["id"]),
        desk.post("coupons", {"code": "welcome-10", "title": "Again", "kind": "free_shipping"}),
        desk.post("coupons", {"code": "HALF", "title": "Half", "kind": "percent", "percent": 150}),
    ]
    assert [refusal.status for refusal in refusals] == [409, 409, 409, 422], [refusal.text for refusal in refusals]
    assert set(made) == set(NAMES)


def _ok(answer: Answer, status: int = 200) -> Answer:
    assert answer.status == status, f"{answer.status}: {answer.text}"
    return answer
