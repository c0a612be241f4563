"""The demo shop's rules: made by staff's own services, once, and good for every place and currency."""

from typing import Any

import pytest

from commerce.runtime.settings import settings
from scripts import seed
from tests.support.desk import Desk
from tests.support.shop import Shop

RULES = ("promotions", "shipping_zones", "shipping_methods", "tax_rates", "pricing_rules", "audit")


@pytest.fixture
def sown(shop: Shop) -> Shop:
    """The shop as `make up` leaves it."""
    assert seed.main([]) == 0
    return shop


def rules(shop: Shop) -> dict[str, list[dict[str, Any]]]:
    return {name: shop.all(name) for name in RULES}


def cost(desk: Desk, sku: str, country: str, *, region: str = "", quantity: int = 1, **wanted: Any) -> Any:
    place = {"country": country, "region": region}
    body = {"lines": [{"sku": sku, "quantity": quantity}], "shipping_address": place} | wanted
    answer = desk.staff.ask("carts.preview_pricing", "POST", "/admin/pricing-preview", body)
    assert answer.status == 200, answer.text
    return answer.json


def test_sowing_twice_changes_nothing(sown: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    before = rules(sown)
    assert [len(before[name]) for name in RULES[:4]] == [3, 4, 7, 20]
    assert len(before["audit"]) == 34, "by the same way as staff's"
    assert seed.main([]) == 0
    assert rules(sown) == before
    assert "0 new rules" in capsys.readouterr().out


def test_what_the_shop_has_of_its_own_stays(desk: Desk, shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    mine = desk.zone(title="Home", areas=[{"country": "US"}])
    coupon = desk.coupon(code="WELCOME10", percent=5)
    rate = desk.rate(country="DE", name="MwSt.", percent=16)
    assert seed.main([]) == 0
    assert "left as it is: US would be in Home and in United States." in capsys.readouterr().out
    assert {zone["title"] for zone in shop.all("shipping_zones")} == {
        "Home", "Europe", "United Kingdom", "Rest of the world",
    }  # fmt: skip
    assert [zone for zone in desk.listed("shipping-zones") if zone["id"] == mine["id"]] == [mine]
    assert next(item for item in desk.listed("coupons", "?q=WELCOME"))["percent"] == coupon["percent"]
    assert rate in desk.listed("tax-rates", "?country=DE")


def test_a_crash_in_the_middle_is_made_good(sown: Shop, desk: Desk) -> None:
    before = {name: len(sown.all(name)) for name in RULES[:4]}
    gone = desk.listed("shipping-methods")[-1]
    desk.delete("shipping-methods", gone["id"])
    desk.delete("tax-rates", desk.listed("tax-rates")[0]["id"])
    assert seed.main([]) == 0
    assert {name: len(sown.all(name)) for name in RULES[:4]} == before


def test_every_place_is_served_in_every_currency(sown: Shop, desk: Desk) -> None:
    variant = {"sku": "PLATE", "prices": dict.fromkeys(settings().currencies, 2_000), "weight_grams": 900}
    body = {"title": "Plate", "status": "active", "variants": [variant]}
    assert desk.staff.ask("products.create_product", "POST", "/admin/products", body).status == 201
    for currency in settings().currencies:
        for country in ("DE", "CH", "US", "GB", "JP", "BR", "AU"):
            seen = cost(desk, "PLATE", country, currency=currency)
            assert seen["served"], country
            assert seen["method"]["kind"] != "pickup", "nobody fetches a parcel without having said so"
            assert seen["totals"]["shipping"]["amount"] > 0, (country, currency)


def test_taxes_and_promotions_are_to_be_seen(sown: Shop, desk: Desk) -> None:
    mug = sown.one("products", slug="zellige-mug")["variants"][0]["sku"]
    tea = sown.one("products", slug="mint-tea")["variants"][0]["sku"]

    def taxed(sku: str, country: str, region: str = "") -> list[tuple[str, str, bool]]:
        taxes = cost(desk, sku, country, region=region)["totals"]["taxes"]
        return [(tax["name"], tax["percent"], tax["included"]) for tax in taxes]

    assert taxed(mug, "DE") == [("MwSt.", "19", True)]
    assert ("MwSt.", "7", True) in taxed(tea, "DE")
    assert taxed(mug, "US", "California") == [("Sales tax", "7.25", False)]
    assert taxed(tea, "US", "CA") == [("Sales tax", "0", False)]
    assert taxed(mug, "US", "OR") == []
    assert taxed(mug, "CA", "Quebec") == [("GST", "5", False), ("QST", "9.975", False)]
    assert taxed(mug, "CA", "ON") == [("GST", "5", False)]
    three = cost(desk, tea, "DE", quantity=3)
    assert [promotion["title"] for promotion in three["promotions"]] == ["Three for two on tea and spices"]
    assert three["totals"]["discount"]["amount"] * 3 == three["totals"]["items"]["amount"]
    assert cost(desk, mug, "DE", coupon="SHIPFREE")["totals"]["discount"]["amount"] == 500
    welcome = cost(desk, mug, "DE", coupon="WELCOME10")["totals"]
    assert welcome["discount"]["amount"] * 10 == welcome["items"]["amount"]
