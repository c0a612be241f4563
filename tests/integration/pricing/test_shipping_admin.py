"""Staff says where the shop sends to and how: a place belongs to one zone, a ladder of rates rises."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from commerce.pricing import method_admin, zone_admin
from commerce.pricing.method_admin import NewMethod
from commerce.pricing.zone_admin import NewZone, ZonePatch
from tests.support.desk import METHOD, ZONE, Desk, faults, raced
from tests.support.race import NO_KEY
from tests.support.shop import Shop

ZONES: dict[str, tuple[dict[str, Any], str, str]] = {
    # name: (body, field, code)
    "for nowhere": ({"title": "Nowhere"}, "areas", "areas_missing"),
    "no title": (ZONE | {"title": ""}, "title", "string_too_short"),
    "a country in small letters": ({"title": "x", "areas": [{"country": "de"}]}, "areas.0.country",
                                   "string_pattern_mismatch"),
    "a country that is none": ({"title": "x", "areas": [{"country": "DE"}, {"country": "ZZ"}]}, "areas.1.country",
                               "country_unknown"),
    "a country twice": ({"title": "x", "areas": [{"country": "DE"}, {"country": "DE"}]}, "areas.1.country",
                        "country_duplicate"),
    "a region that is none": ({"title": "x", "areas": [{"country": "US", "regions": ["CA", "XX"]}]},
                              "areas.0.regions.1", "region_unknown"),
    "a region where addresses name none": ({"title": "x", "areas": [{"country": "DE", "regions": ["BY"]}]},
                                           "areas.0.regions.0", "region_unknown"),
    "an empty region": ({"title": "x", "areas": [{"country": "US", "regions": [""]}]}, "areas.0.regions.0",
                        "string_too_short"),
    "an unknown member": (ZONE | {"regions": []}, "regions", "extra_forbidden"),
    "areas that are no list": ({"title": "x", "areas": "DE"}, "areas", "list_type"),
}  # fmt: skip


@pytest.mark.parametrize("name", ZONES)
def test_what_is_wrong_with_a_zone_is_named(desk: Desk, shop: Shop, name: str) -> None:
    body, field, code = ZONES[name]
    before = shop.snapshot()
    assert (field, code) in faults(desk.post("shipping-zones", body))
    assert shop.snapshot() == before


def test_regions_are_kept_as_addresses_bear_them(desk: Desk) -> None:
    areas = [
        {"country": "US", "regions": ["california", "CA", "New York"]},
        {"country": "JP", "regions": ["Tokyo"]},
        {"country": "CA", "regions": ["québec"]},
    ]
    made = desk.zone(areas=areas)
    assert [(area["country"], area["regions"]) for area in made["areas"]] == [
        ("US", ["CA", "NY"]),
        ("JP", ["東京都"]),
        ("CA", ["QC"]),
    ]


def test_a_place_belongs_to_one_zone(desk: Desk) -> None:
    west = desk.zone(title="West", areas=[{"country": "US", "regions": ["CA", "OR"]}])
    america = desk.zone(title="America", areas=[{"country": "US"}, {"country": "MX"}])
    world = desk.zone(title="World", areas=[], everywhere=True)
    refusals: list[tuple[dict[str, Any], dict[str, Any], str, str]] = [
        ({"title": "New", "areas": [{"country": "JP"}, {"country": "MX"}]}, america, "MX", ""),
        ({"title": "New", "areas": [{"country": "US", "regions": ["NY", "Oregon"]}]}, west, "US", "OR"),
        ({"title": "New", "everywhere": True}, world, "", ""),
    ]
    for body, other, country, region in refusals:
        refused = desk.post("shipping-zones", body)
        assert (refused.status, refused.json["code"]) == (409, "zone_overlap"), refused.text
        assert (refused.json["country"], refused.json["region"]) == (country, region)
        assert refused.json["zones"][0] == {"id": other["id"], "title": other["title"]}
        assert {"New", other["title"]} <= {zone["title"] for zone in refused.json["zones"]}
        assert other["title"] in refused.json["detail"]
        assert "New" in refused.json["detail"]
    grown = desk.patch("shipping-zones", west["id"], {"areas": [{"country": "US"}]})
    assert (grown.status, grown.json["code"]) == (409, "zone_overlap")
    assert (
        desk.patch("shipping-zones", west["id"], {"areas": [{"country": "US", "regions": ["CA", "WA"]}]}).status == 200
    )
    assert desk.patch("shipping-zones", america["id"], {"areas": [{"country": "MX"}]}).status == 200
    assert desk.patch("shipping-zones", west["id"], {"areas": [{"country": "US"}]}).status == 200, "it is free now"


def test_of_zones_that_claim_a_country_at_once_one_gets_it(shop: Shop) -> None:
    def claiming(other: str) -> Callable[[], object]:
        areas = [{"country": "DE"}, {"country": other}]
        wanted = NewZone.model_validate({"title": other, "areas": areas})
        return lambda: zone_admin.create(wanted, who="user_1", once=NO_KEY)

    jobs = [claiming(other) for other in ("AT", "CH", "FR", "IT", "NL", "BE")]
    assert raced(jobs) == ["done", *["zone_overlap"] * 5]
    assert shop.count("shipping_zones") == shop.count("audit") == 1


def test_of_zones_that_grow_at_once_one_gets_the_place(desk: Desk) -> None:
    def growing(country: str) -> Callable[[], object]:
        zone = desk.zone(title=country, areas=[{"country": country}])["id"]
        patch = ZonePatch.model_validate({"areas": [{"country": country}, {"country": "CH"}]})
        return lambda: zone_admin.update(zone, patch, version=None, who="user_1")

    assert raced([growing(country) for country in ("DE", "FR", "IT")]) == ["done", *["zone_overlap"] * 2]
    claimed = [zone for zone in desk.listed("shipping-zones") if {"country": "CH", "regions": []} in zone["areas"]]
    assert len(claimed) == 1


def test_a_zone_with_methods_stays(desk: Desk) -> None:
    zone = desk.zone()
    method = desk.method(zone["id"])
    refused = desk.delete("shipping-zones", zone["id"])
    assert (refused.status, refused.json["code"]) == (409, "zone_not_empty")
    assert desk.delete("shipping-methods", method["id"]).status == 204
    assert desk.delete("shipping-zones", zone["id"]).status == 204


def test_a_zone_goes_and_a_method_comes_at_once(desk: Desk, shop: Shop) -> None:
    """Either there is no zone, or there is one with its method; never a method of no zone."""
    for number in range(4):
        zone = desk.zone(title=f"Zone {number}", areas=[{"country": ("DE", "FR", "IT", "ES")[number]}])["id"]
        wanted = NewMethod.model_validate(METHOD | {"zone_id": zone})
        gone = partial(zone_admin.delete, zone, version=None, who="user_1")
        come = partial(method_admin.create, wanted, who="user_1", once=NO_KEY)
        assert raced([gone, come]) in (["done", "validation_failed"], ["done", "zone_not_empty"])
        for method in shop.all("shipping_methods"):
            assert shop.count("shipping_zones", _id=method["zone_id"]) == 1


def test_so_many_zones_and_methods_and_no_more(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commerce.pricing.zone_admin.MAX_ZONES", 2)
    monkeypatch.setattr("commerce.pricing.method_admin.MAX_METHODS", 2)
    zone = desk.zone()["id"]
    desk.zone(title="US", areas=[{"country": "US"}])
    refused = desk.post("shipping-zones", {"title": "JP", "areas": [{"country": "JP"}]})
    assert (refused.status, refused.json["code"]) == (409, "too_many")
    for _ in range(2):
        desk.method(zone)
    refused = desk.post("shipping-methods", METHOD | {"zone_id": zone})
    assert (refused.status, refused.json["code"]) == (409, "too_many")


WEIGHT = {"kind": "by_weight", "rates": {"USD": [{"up_to": 1000, "amount": 500}, {"up_to": 5000, "amount": 900}]}}
PICKUP = {"kind": "pickup", "rates": {"USD": [{"amount": 0}]}, "pickup_at": "Gate 3, Main Street 1"}


def ladder(*steps: tuple[int | None, int], kind: str = "by_weight") -> dict[str, Any]:
    rates = [{"amount": amount} | ({} if up_to is None else {"up_to": up_to}) for up_to, amount in steps]
    return {"kind": kind, "rates": {"USD": rates}}


METHODS: dict[str, tuple[dict[str, Any], str, str]] = {
    # name: (members, field, code)
    "an unknown zone": ({"zone_id": "zone_none"}, "zone_id", "unknown_zone"),
    "no title": ({"title": ""}, "title", "string_too_short"),
    "an unknown kind": ({"kind": "drone"}, "kind", "literal_error"),
    "no rates": ({"rates": {}}, "rates", "too_short"),
    "no steps": ({"rates": {"USD": []}}, "rates.USD", "too_short"),
    "another currency": ({"rates": {"CHF": [{"amount": 5}]}}, "rates.CHF", "unknown_currency"),
    "an amount below 0": ({"rates": {"USD": [{"amount": -1}]}}, "rates.USD.0.amount", "greater_than_equal"),
    "an amount with a fraction": ({"rates": {"USD": [{"amount": 4.5}]}}, "rates.USD.0.amount", "int_type"),
    "an amount of 10^12": ({"rates": {"USD": [{"amount": 10**12}]}}, "rates.USD.0.amount", "less_than_equal"),
    "flat with two steps": ({"rates": {"USD": [{"up_to": 1, "amount": 1}, {"amount": 2}]}}, "rates.USD",
                            "one_open_step"),
    "flat up to something": ({"rates": {"USD": [{"up_to": 1, "amount": 1}]}}, "rates.USD", "one_open_step"),
    "a pick-up up to something": (PICKUP | {"rates": {"USD": [{"up_to": 1, "amount": 0}]}}, "rates.USD",
                                  "one_open_step"),
    "steps that fall": (ladder((500, 1), (400, 2)), "rates.USD.1.up_to", "steps_not_rising"),
    "steps that stay": (ladder((500, 1), (500, 2)), "rates.USD.1.up_to", "steps_not_rising"),
    "steps that fall at the end": (ladder((500, 1), (600, 1), (550, 2), (None, 5)), "rates.USD.2.up_to",
                                   "steps_not_rising"),
    "an open step in the middle": (ladder((500, 1), (None, 2), (900, 3)), "rates.USD.1.up_to", "step_open"),
    "two open steps": (ladder((None, 1), (None, 2), kind="by_total"), "rates.USD.0.up_to", "step_open"),
    "up to 0": (ladder((0, 1)), "rates.USD.0.up_to", "greater_than_equal"),
    "up to less than nothing": (ladder((-5, 1)), "rates.USD.0.up_to", "greater_than_equal"),
    "51 steps": (ladder(*((number, 1) for number in range(1, 52))), "rates.USD", "too_long"),
    "free over, another currency": ({"free_over": {"CHF": 5000}}, "free_over.CHF", "unknown_currency"),
    "free over without a rate": ({"free_over": {"EUR": 5000}}, "free_over.EUR", "rate_missing"),
    "free over 0": ({"free_over": {"USD": 0}}, "free_over.USD", "greater_than_equal"),
    "days below 0": ({"min_days": -1}, "min_days", "greater_than_equal"),
    "days the wrong way round": ({"min_days": 5, "max_days": 2}, "max_days", "days_reversed"),
    "a place to fetch what is sent": ({"pickup_at": "Gate 3"}, "pickup_at", "not_for_kind"),
    "a country to fetch what is sent": ({"pickup_country": "DE"}, "pickup_country", "not_for_kind"),
    "a pick-up nowhere": (PICKUP | {"pickup_at": ""}, "pickup_at", "required_for_kind"),
    "a pick-up in no country": (PICKUP | {"pickup_country": "ZZ"}, "pickup_country", "country_unknown"),
    "a pick-up in no region": (PICKUP | {"pickup_country": "US", "pickup_region": "ZZ"}, "pickup_region",
                               "region_unknown"),
    "a pick-up in a region of nowhere": (PICKUP | {"pickup_region": "CA"}, "pickup_country", "country_missing"),
    "a position below 0": ({"position": -1}, "position", "greater_than_equal"),
    "an unknown member": ({"price": 5}, "price", "extra_forbidden"),
}  # fmt: skip


@pytest.mark.parametrize("name", METHODS)
def test_what_is_wrong_with_a_method_is_named(desk: Desk, shop: Shop, name: str) -> None:
    members, field, code = METHODS[name]
    zone = desk.zone()["id"]
    before = shop.snapshot()
    assert (field, code) in faults(desk.post("shipping-methods", METHOD | {"zone_id": zone} | members))
    assert shop.snapshot() == before


def test_methods_of_every_kind(desk: Desk) -> None:
    zone = desk.zone()["id"]
    weight = desk.method(zone, **WEIGHT, free_over={"USD": 7500}, min_days=2, max_days=4)
    assert weight["rates"]["USD"] == [{"up_to": 1000, "amount": 500}, {"up_to": 5000, "amount": 900}]
    total = desk.method(zone, **ladder((5000, 700), (None, 0), kind="by_total"))
    assert total["rates"]["USD"][1] == {"up_to": None, "amount": 0}
    pickup = desk.method(zone, **PICKUP, pickup_country="US", pickup_region="new york")
    assert (pickup["pickup_country"], pickup["pickup_region"]) == ("US", "NY")
    sent = {"kind": "flat", "pickup_at": None, "pickup_country": None, "pickup_region": None}
    changed = desk.patch("shipping-methods", pickup["id"], sent).json
    assert (changed["kind"], changed["pickup_at"], changed["pickup_country"]) == ("flat", "", None)
    assert faults(desk.patch("shipping-methods", weight["id"], {"kind": "flat"})) == [("rates.USD", "one_open_step")]
    other = desk.zone(title="US", areas=[{"country": "US"}])["id"]
    assert desk.patch("shipping-methods", total["id"], {"zone_id": other}).json["zone_id"] == other
    found = [method["id"] for method in desk.listed("shipping-methods", f"?zone_id={zone}")]
    assert found == [weight["id"], pickup["id"]]
