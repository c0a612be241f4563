"""What holds for every rule that staff makes: versions, audit, keys, pages, roles, and the stamp that carts go by."""

from functools import partial
from typing import Any

import pytest
from pydantic import BaseModel

from commerce.pricing import method_admin, promotion_admin, tax_admin, zone_admin
from commerce.pricing.method_admin import MethodPatch
from commerce.pricing.promotion_input import PromotionPatch
from commerce.pricing.tax_admin import TaxRatePatch
from commerce.pricing.zone_admin import ZonePatch
from tests.support.api import call
from tests.support.desk import COUPON, METHOD, NAMES, RATE, ZONE, Desk, raced
from tests.support.shop import Shop
from tests.support.staff import Staff

KINDS = sorted(NAMES)
COLLECTIONS = {
    "coupons": "promotions",
    "shipping-zones": "shipping_zones",
    "shipping-methods": "shipping_methods",
    "tax-rates": "tax_rates",
}
ACTIONS = {
    "coupons": "promotion",
    "shipping-zones": "shipping_zone",
    "shipping-methods": "shipping_method",
    "tax-rates": "tax_rate",
}
SERVICES: dict[str, tuple[Any, type[BaseModel]]] = {
    "coupons": (promotion_admin, PromotionPatch),
    "shipping-zones": (zone_admin, ZonePatch),
    "shipping-methods": (method_admin, MethodPatch),
    "tax-rates": (tax_admin, TaxRatePatch),
}
# What changes in a thing of the kind.
OTHER: dict[str, dict[str, Any]] = {
    "coupons": {"title": "Summer"},
    "shipping-zones": {"title": "Elsewhere"},
    "shipping-methods": {"title": "By bicycle"},
    "tax-rates": {"name": "MwSt."},
}
# Something new to make of the kind, that does not get in the way of the first.
MORE: dict[str, list[dict[str, Any]]] = {
    "coupons": [COUPON | {"code": f"CODE-{number}"} for number in range(5)],
    "shipping-zones": [{"title": code, "areas": [{"country": code}]} for code in ("US", "CA", "JP", "CH", "GB")],
    "shipping-methods": [METHOD | {"title": f"Method {number}"} for number in range(5)],
    "tax-rates": [RATE | {"country": code} for code in ("FR", "GB", "JP", "CH", "AT")],
}


def body(desk: Desk, kind: str) -> dict[str, Any]:
    """What makes the first thing of the kind."""
    if kind == "shipping-methods":
        return METHOD | {"zone_id": desk.zone()["id"]}
    first: dict[str, dict[str, Any]] = {"coupons": COUPON, "shipping-zones": ZONE, "tax-rates": RATE}
    return first[kind]


def stamp(shop: Shop) -> str:
    """What the rules are known by."""
    return next((str(found["stamp"]) for found in shop.all("pricing_rules")), "")


@pytest.mark.parametrize("kind", KINDS)
def test_a_rule_is_made_changed_and_removed(desk: Desk, shop: Shop, kind: str) -> None:
    made = desk.post(kind, body(desk, kind))
    assert (made.status, made.headers["ETag"]) == (201, 'W/"1"'), made.text
    assert made.headers["Location"] == f"/admin/{kind}/{made.json['id']}"
    assert [item["id"] for item in desk.listed(kind)] == [made.json["id"]]
    assert OTHER[kind].items() <= desk.patch(kind, made.json["id"], OTHER[kind], 'W/"1"').json.items()
    found = desk.listed(kind)[0]
    found.pop("used", None)
    assert found == made.json | OTHER[kind] | {"version": 2}
    gone = desk.delete(kind, made.json["id"], 'W/"2"')
    assert (gone.status, gone.text) == (204, "")
    assert desk.listed(kind) == []
    assert shop.count(COLLECTIONS[kind]) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_change_says_which_version_it_was_made_from(desk: Desk, kind: str) -> None:
    made = desk.make(kind, body(desk, kind))
    path, one = f"/admin/{kind}/{made['id']}", NAMES[kind]
    assert desk.staff.ask(f"carts.update_{one}", "PATCH", path, OTHER[kind]).status == 428
    assert desk.staff.ask(f"carts.delete_{one}", "DELETE", path).status == 428
    assert desk.patch(kind, made["id"], OTHER[kind], 'W/"7"').status == 412
    assert desk.delete(kind, made["id"], 'W/"7"').status == 412
    assert desk.patch(kind, "none", OTHER[kind]).status == 404
    assert desk.delete(kind, "none").status == 404
    assert desk.patch(kind, made["id"], {"surprise": 1}).status == 422
    assert desk.listed(kind)[0]["version"] == 1


@pytest.mark.parametrize("kind", KINDS)
def test_of_those_who_know_the_same_version_one_wins(desk: Desk, shop: Shop, kind: str) -> None:
    made = desk.make(kind, body(desk, kind))
    service, patch = SERVICES[kind]
    change = partial(service.update, made["id"], patch.model_validate(OTHER[kind]), version=1, who="user_1")
    assert raced([change] * 4) == ["done", *["precondition_failed"] * 3]
    assert shop.count("audit", action=f"{ACTIONS[kind]}.updated") == 1


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_key_makes_one(desk: Desk, shop: Shop, kind: str) -> None:
    wanted = body(desk, kind)
    answers = [desk.post(kind, wanted, Idempotency_Key="once") for _ in "ab"]
    assert [answer.status for answer in answers] == [201, 201], answers[1].text
    assert answers[0].json == answers[1].json
    assert shop.count(COLLECTIONS[kind]) == 1
    assert desk.post(kind, wanted | OTHER[kind], Idempotency_Key="once").status in {409, 422}
    assert shop.count(COLLECTIONS[kind]) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_the_stamp_and_the_trail_are_written_with_the_change_or_not_at_all(desk: Desk, shop: Shop, kind: str) -> None:
    wanted = body(desk, kind)
    stamps = [stamp(shop)]
    made = desk.make(kind, wanted)
    stamps.append(stamp(shop))
    assert desk.patch(kind, made["id"], OTHER[kind], 'W/"9"').status == 412
    assert desk.post(kind, {"surprise": 1}).status == 422
    assert stamp(shop) == stamps[-1], "what was refused changes nothing"
    desk.patch(kind, made["id"], OTHER[kind])
    stamps.append(stamp(shop))
    desk.delete(kind, made["id"])
    stamps.append(stamp(shop))
    assert len(set(stamps)) == 4
    trail = desk.staff.ask("products.list_audit", "GET", f"/admin/audit?subject={made['id']}").json["items"]
    assert [entry["action"].partition(".")[::2] for entry in trail] == [
        (ACTIONS[kind], "deleted"),
        (ACTIONS[kind], "updated"),
        (ACTIONS[kind], "created"),
    ]
    assert {change["member"] for change in trail[1]["changes"]} == set(OTHER[kind])
    assert all(entry["who"].startswith("user_") for entry in trail)


@pytest.mark.parametrize("kind", KINDS)
def test_a_walk_through_pages_meets_each_once(desk: Desk, kind: str) -> None:
    zone = desk.zone(title="Z", areas=[{"country": "AU"}])["id"] if kind == "shipping-methods" else ""
    extra = {"zone_id": zone} if zone else {}
    made = [desk.make(kind, wanted | extra)["id"] for wanted in MORE[kind]]
    walked: list[str] = []
    cursor = ""
    while True:
        page = desk.get(kind, f"?limit=2{cursor}").json
        walked += [item["id"] for item in page["items"]]
        if not page["next_cursor"]:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert walked == (made[::-1] if kind == "coupons" else made)
    assert desk.get(kind, "?cursor=forged").json["code"] == "invalid_cursor"
    assert desk.get(kind, "?limit=101").status == 400


def test_who_may(shop: Shop) -> None:
    """Customers nothing, staff everything but changing taxes."""
    customer, staff = (Desk(Staff(shop.sandbox, f"{role}@example.com", role)) for role in ("customer", "staff"))
    for kind in KINDS:
        one, wanted = NAMES[kind], MORE[kind][0] | ({"zone_id": "z"} if kind == "shipping-methods" else {})
        assert call(f"carts.create_{one}", "POST", f"/admin/{kind}", body=wanted).status == 401
        assert customer.get(kind).status == 403
        assert customer.post(kind, wanted).status == 403
        assert customer.patch(kind, "x", OTHER[kind]).status == 403
        assert customer.delete(kind, "x").status == 403
        assert staff.get(kind).status == 200
        assert staff.patch(kind, "x", OTHER[kind]).status == (403 if kind == "tax-rates" else 404)
        assert staff.delete(kind, "x").status == (403 if kind == "tax-rates" else 404)
    assert staff.post("tax-rates", RATE).status == 403
    assert staff.post("coupons", COUPON).status == 201
    asked = {"lines": [{"sku": "MUG"}]}
    assert customer.staff.ask("carts.preview_pricing", "POST", "/admin/pricing-preview", asked).status == 403
