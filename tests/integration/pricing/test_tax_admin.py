"""The shop's rates of tax: exact to four decimals, one of a name for a category at a place."""

from collections.abc import Callable
from typing import Any

import pytest

from commerce.pricing import tax_admin
from commerce.pricing.tax_admin import NewTaxRate
from tests.support.desk import RATE, Desk, faults, raced
from tests.support.race import NO_KEY
from tests.support.shop import Shop

CASES: dict[str, tuple[dict[str, Any], str, str]] = {
    # name: (members, field, code)
    "no name": ({"name": " "}, "name", "string_too_short"),
    "a country that is none": ({"country": "ZZ"}, "country", "country_unknown"),
    "a country in words": ({"country": "Germany"}, "country", "string_pattern_mismatch"),
    "a region that is none": ({"country": "US", "region": "Atlantis"}, "region", "region_unknown"),
    "a region where addresses name none": ({"region": "Bavaria"}, "region", "region_unknown"),
    "less than nothing": ({"percent": -1}, "percent", "greater_than_equal"),
    "more than everything": ({"percent": "100.0001"}, "percent", "less_than_equal"),
    "five decimals": ({"percent": "8.87512"}, "percent", "decimal_max_places"),
    "in words": ({"percent": "nineteen"}, "percent", "decimal_parsing"),
    "infinite": ({"percent": "Infinity"}, "percent", "finite_number"),
    "no percentage": ({"percent": None}, "percent", "missing"),
    "a country's that adds": ({"adds": True}, "adds", "adds_to_nothing"),
    "an unknown member": ({"rate": 5}, "rate", "extra_forbidden"),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_wrong_is_named(desk: Desk, shop: Shop, name: str) -> None:
    members, field, code = CASES[name]
    before = shop.snapshot()
    body = {key: value for key, value in (RATE | members).items() if value is not None}
    assert (field, code) in faults(desk.post("tax-rates", body))
    assert shop.snapshot() == before


@pytest.mark.parametrize(
    ("percent", "shown", "ppm"),
    [(19, "19", 190_000), ("8.875", "8.875", 88_750), (8.875, "8.875", 88_750), (0, "0", 0), ("9.975", "9.975", 99_750),
     ("0.0001", "0.0001", 1), (100, "100", 1_000_000), ("7.0000", "7", 70_000)],
)  # fmt: skip
def test_a_rate_is_a_decimal_without_a_loss(desk: Desk, shop: Shop, percent: Any, shown: str, ppm: int) -> None:
    made = desk.rate(percent=percent)
    assert (made["percent"], shop.one("tax_rates", _id=made["id"])["ppm"]) == (shown, ppm)
    again = desk.patch("tax-rates", made["id"], {"name": "Other"}).json
    assert (again["percent"], again["name"]) == (shown, "Other")


def test_one_of_a_name_for_a_category_at_a_place(desk: Desk) -> None:
    first = desk.rate(country="US", region="new york", name="Sales tax", percent="4", included=False)
    assert first["region"] == "NY"
    same = {"country": "US", "region": "NY", "name": "Sales tax", "percent": "5"}
    taken = desk.post("tax-rates", same)
    assert (taken.status, taken.json["code"]) == (409, "rate_taken")
    city = desk.make("tax-rates", same | {"name": "City tax"})
    food = desk.make("tax-rates", same | {"category": "food", "percent": 0})
    desk.make("tax-rates", same | {"region": ""})
    assert desk.patch("tax-rates", city["id"], {"name": "Sales tax"}).json["code"] == "rate_taken"
    assert desk.patch("tax-rates", food["id"], {"category": None}).json["code"] == "rate_taken"
    assert desk.patch("tax-rates", city["id"], {"percent": "4.5"}).json["percent"] == "4.5"


def test_of_those_alike_made_at_once_one_is(shop: Shop) -> None:
    def making(percent: int) -> Callable[[], object]:
        wanted = NewTaxRate.model_validate(RATE | {"percent": percent})
        return lambda: tax_admin.create(wanted, who="user_1", once=NO_KEY)

    assert raced([making(percent) for percent in range(5)]) == ["done", *["rate_taken"] * 4]
    assert shop.count("tax_rates") == shop.count("audit") == 1


def test_a_regions_rates_all_add_or_none(desk: Desk, shop: Shop) -> None:
    there = {"country": "CA", "region": "BC", "percent": 7, "included": False}
    pst = desk.rate(**there, name="PST", adds=True)
    levy = there | {"name": "Levy", "percent": 1}
    assert faults(desk.post("tax-rates", levy)) == [("adds", "adds_in_part")]
    desk.rate(**levy, category="books")  # another tax category, another rule
    desk.rate(**levy | {"region": "QC"})
    other = desk.rate(**levy, adds=True)
    assert faults(desk.patch("tax-rates", other["id"], {"adds": False})) == [("adds", "adds_in_part")]
    desk.delete("tax-rates", pst["id"])
    assert desk.patch("tax-rates", other["id"], {"adds": False}).json["adds"] is False
    assert shop.count("tax_rates") == 3


def test_a_region_that_is_told_both_at_once_is_told_one(shop: Shop) -> None:
    def making(number: int) -> Callable[[], object]:
        there = {"country": "CA", "region": "BC", "name": f"Tax {number}", "included": False, "adds": number % 2 == 0}
        wanted = NewTaxRate.model_validate(RATE | there)
        return lambda: tax_admin.create(wanted, who="user_1", once=NO_KEY)

    raced([making(number) for number in range(4)])
    assert len({rate["adds"] for rate in shop.all("tax_rates")}) == 1


def test_so_many_and_no_more(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commerce.pricing.tax_admin.MAX_RATES", 1)
    desk.rate()
    refused = desk.post("tax-rates", RATE | {"country": "FR"})
    assert (refused.status, refused.json["code"]) == (409, "too_many")


def test_a_countrys_rates(desk: Desk) -> None:
    for country in ("DE", "FR", "DE"):
        desk.rate(country=country, name=f"VAT {len(desk.listed('tax-rates'))}")
    assert [rate["name"] for rate in desk.listed("tax-rates", "?country=DE")] == ["VAT 0", "VAT 2"]
    assert desk.get("tax-rates", "?country=Germany").status == 400
