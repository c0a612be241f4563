"""The pieces of a calculation by themselves: rounding, zones, methods, rates, and the words of an explanation."""

from dataclasses import replace
from fractions import Fraction
from math import floor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.money import exponent
from commerce.pricing.calculation import Priced, Rules, calculate
from commerce.pricing.model import Basket, Destination
from commerce.pricing.promotions import in_order
from commerce.pricing.rounding import payable, payable_step, portion
from commerce.pricing.shipping import Area, ShippingZone, offered, zone_of
from commerce.pricing.taxes import TaxRate, rates_for
from tests.unit.pricing.worked import AT, EVERYWHERE, KWD, USD, place, rate
from tests.unit.test_money import CURRENCIES

amounts = st.integers(0, 10**13)
MUG = USD.line(1, "mug", "10.00", weight_grams=500)
BASKET = Basket(currency="USD", lines=(MUG,), at=AT, destination=Destination("US", "OR"))


@given(amounts, st.integers(0, 10**6), st.integers(1, 10**7))
def test_a_portion_is_the_nearest_whole_number(amount: int, numerator: int, denominator: int) -> None:
    exact = Fraction(amount * numerator, denominator)
    assert portion(amount, numerator, denominator, "half_even") == round(exact)
    assert portion(amount, numerator, denominator, "half_up") == floor(exact + Fraction(1, 2))
    assert portion(amount, numerator, denominator, "down") == floor(exact)


@pytest.mark.parametrize(
    ("half", "even", "up", "down"), [(1, 0, 1, 0), (3, 2, 2, 1), (5, 2, 3, 2), (7, 4, 4, 3), (9, 4, 5, 4)]
)
def test_halves(half: int, even: int, up: int, down: int) -> None:
    rounded = (portion(half, 1, 2), portion(half, 1, 2, "half_up"), portion(half, 1, 2, "down"))
    assert rounded == (even, up, down)


@given(amounts, st.sampled_from(CURRENCIES))
def test_what_is_payable_is_a_step_and_near(amount: int, currency: str) -> None:
    step = payable_step(currency)
    assert payable(amount, currency) % step == 0
    assert abs(payable(amount, currency) - amount) * 2 <= step


def test_cards_go_in_steps_where_there_are_three_decimals() -> None:
    steps = {currency: payable_step(currency) for currency in CURRENCIES}
    assert {c for c, step in steps.items() if step == 10} == {c for c in CURRENCIES if exponent(c) == 3}
    assert {c for c, step in steps.items() if step == 100} == {"MGA"}
    assert set(steps.values()) == {1, 10, 100}


def zone(name: str, *areas: str, everywhere: bool = False) -> ShippingZone:
    found: dict[str, list[str]] = {}
    for area in areas:
        country, _, region = area.partition("-")
        found.setdefault(country, []).extend([region] if region else [])
    made = [Area(country=country, regions=regions) for country, regions in found.items()]
    return ShippingZone(id=name, title=name, areas=made, everywhere=everywhere, created_at=AT)


@pytest.mark.parametrize(
    ("where", "wanted"),
    [
        ("US-HI", "islands"),  # the region before the country, wherever it stands
        ("US-CA", "states"),
        ("US", "states"),
        ("CA-QC", "north"),
        ("FR", "europe"),
        ("FR-HI", "europe"),  # another country's HI
        ("JP", "world"),
        ("ES-TF", "islands"),
        ("ES-M", "world"),  # of Spain only the islands are named
    ],
)
def test_the_zone_that_names_a_place_most_exactly(where: str, wanted: str) -> None:
    zones = [
        zone("world", everywhere=True),
        zone("states", "US"),
        zone("islands", "US-HI", "ES-TF"),
        zone("north", "CA"),
        zone("europe", "FR", "DE"),
        zone("late", "US", "US-HI", "FR", everywhere=True),
    ]
    to = place(where)
    assert to is not None
    found = zone_of(zones, to)
    assert found is not None
    assert found.id == wanted


def test_where_no_zone_is_nothing_is_sent() -> None:
    europe = zone("europe", "FR")
    assert zone_of([europe], Destination("US")) is None
    assert zone_of([], Destination("US")) is None
    rules = Rules(zones=[europe], methods=[USD.post("5.00", zone_id="europe")])
    unserved = calculate(BASKET, rules)
    assert (unserved.served, unserved.options, unserved.method) == (False, [], None)
    served = calculate(replace(BASKET, destination=Destination("FR")), rules)
    assert (served.served, [option.id for option in served.options]) == (True, ["post"])
    nowhere = calculate(replace(BASKET, destination=None), rules)
    assert (nowhere.served, nowhere.options) == (True, [])


def test_methods_are_those_of_the_zone() -> None:
    methods = [USD.post("5.00", "here"), USD.post("1.00", "elsewhere", zone_id="other")]
    assert [option.id for option in priced(methods=methods).options] == ["here"]


def test_methods_are_offered_cheapest_first_then_in_their_own_order() -> None:
    methods = [
        USD.post("5.00", "b", position=1),
        USD.post("9.00", "express"),
        USD.post("5.00", "c", position=0),
        USD.post("5.00", "a", position=1),
        USD.post("0.00", "off", active=False),
        KWD.post("1.000", "other currency"),
    ]
    assert [(method.id, cost) for method, cost in offered(methods, BASKET, 1_000)] == [
        ("c", 500), ("a", 500), ("b", 500), ("express", 900),
    ]  # fmt: skip


def test_an_option_tells_what_a_buyer_wants_to_know() -> None:
    method = USD.post("5.00", description="To the door", min_days=2, max_days=4, pickup_at="")
    (option,) = priced(methods=[method]).options
    assert option.model_dump() == {
        "id": "post", "title": "post", "description": "To the door", "kind": "flat", "pickup_at": "",
        "price": {"amount": 500, "currency": "USD"}, "min_days": 2, "max_days": 4,
    }  # fmt: skip


def test_picking_up_is_a_choice_unless_there_is_nothing_else() -> None:
    shop = USD.method("shop", "pickup", [(None, "0.00")], pickup_at="12 Main Street")
    assert chosen(priced(methods=[USD.post("5.00"), shop])) == "post"
    assert chosen(priced(methods=[shop])) == "shop"


def test_a_method_that_is_not_offered_is_none() -> None:
    """Another is not put in its place: the buyer has to choose anew."""
    stale = priced(methods=[USD.post("5.00")], method="gone")
    assert (chosen(stale), stale.totals.shipping.amount, len(stale.options)) == (None, 0, 1)


def test_what_can_be_sent_goes_before_what_cannot() -> None:
    """Up to 8.00 there is a way; a code that stands alone saves less than that way costs, but makes it possible."""
    ladder = USD.method("parcel", "by_total", [("8.00", "5.00")])
    code = USD.percent("20", stacks=False)
    assert chosen(priced(methods=[ladder], promotions=[code])) == "parcel"
    assert chosen(priced(methods=[ladder])) is None


RATES = [
    rate("GST", "5", "CA"),
    rate("GST", "0", "CA", "books"),
    rate("PST", "7", "CA-BC", adds=True),
    rate("HST", "13", "CA-ON"),
    rate("Local", "1", "CA-NB", adds=True),
    rate("Local", "14", "CA-NB", "tobacco"),
    rate("Either", "1", "CA-SK", adds=True),
    rate("Or", "2", "CA-SK"),
    rate("VAT", "19", "DE"),
]


@pytest.mark.parametrize(
    ("where", "category", "wanted"),
    [
        ("CA", "", ["GST 5 %"]),
        ("CA-AB", "", ["GST 5 %"]),
        ("CA-AB", "books", ["GST 0 %"]),
        ("CA-AB", "toys", ["GST 5 %"]),  # a category without a rate of its own has the usual one
        ("CA-BC", "", ["GST 5 %", "PST 7 %"]),
        ("CA-BC", "books", ["GST 0 %", "PST 7 %"]),  # each level for itself: PST has to be told that books are free
        ("CA-ON", "books", ["HST 13 %"]),  # what replaces the country's rates replaces all of them
        ("CA-NB", "", ["GST 5 %", "Local 1 %"]),
        ("CA-NB", "tobacco", ["Local 14 %"]),
        ("CA-SK", "", ["Either 1 %", "Or 2 %"]),  # one that replaces is enough
        ("DE", "books", ["VAT 19 %"]),
        ("FR", "", []),
    ],
)
def test_the_rates_of_a_place(where: str, category: str, wanted: list[str]) -> None:
    to = place(where)
    assert to is not None
    assert [found.name for found in rates_for(RATES, to, category)] == wanted


@pytest.mark.parametrize(
    ("ppm", "percent"), [(88_750, "8.875"), (200_000, "20"), (0, "0"), (1_000_000, "100"), (1, "0.0001"), (50_000, "5")]
)
def test_a_rate_is_told_in_percent(ppm: int, percent: str) -> None:
    assert TaxRate(id="r", name="VAT", country="DE", ppm=ppm, created_at=AT).percent == percent


def test_promotions_are_taken_off_by_stage_then_priority_then_age() -> None:
    promotions = [
        USD.free_shipping("7", priority=9),
        USD.percent("1", "5"),
        USD.percent("1", "6"),
        USD.fixed("1.00", "3", priority=2),
        USD.percent("1", "2", target="categories"),
        USD.percent("1", "1", target="products", priority=1),
        USD.fixed("1.00", "8", target="shipping"),
        USD.buy(1, get=1, name="4", priority=1),
    ]
    assert "".join(promotion.id for promotion in in_order(promotions)) == "12345678"


def test_the_words_of_an_explanation() -> None:
    told = priced(
        methods=[USD.post("5.00", title="Parcel service")],
        promotions=[USD.percent("10", title="Welcome")],
        rates=[
            rate("Levy", "2.5", "US-OR", adds=True, on_shipping=False),
            rate("VAT", "25", "US", included=True),
        ],
    ).totals.explain
    assert [(part.kind, part.reference, part.text, str(part.amount), part.included) for part in told] == [
        ("item", "mug", "1 x USD 10.00", "USD 10.00", False),
        ("promotion", "percent", "Welcome", "USD -1.00", False),
        ("shipping", "post", "Parcel service", "USD 5.00", False),
        ("tax", "VAT-US", "VAT 25 %, 25 % of USD 11.20, which the prices hold", "USD 2.80", True),
        ("tax", "Levy-US-OR", "Levy 2.5 %, 2.5 % of USD 7.20", "USD 0.18", False),
    ]
    shares = [[(share.line_id, share.amount.amount) for share in part.shares] for part in told]
    assert shares == [[], [("mug", -100)], [], [("mug", 180), ("", 100)], [("mug", 18)]]


def test_taxes_are_told_the_country_first_then_by_name() -> None:
    rates = [
        rate(name, "1", where, adds=where != "US") for name, where in (("C", "US-OR"), ("B", "US-OR"), ("D", "US"))
    ]
    assert [tax.name for tax in priced(rates=rates).totals.taxes] == ["D 1 %", "B 1 %", "C 1 %"]


def test_the_words_of_a_rounding() -> None:
    basket = Basket(currency="KWD", lines=(KWD.line(3, "mug", "1.115"),), at=AT)
    item, rounding = calculate(basket, Rules()).totals.explain
    assert (item.text, item.amount.amount) == ("3 x KWD 1.115", 3345)
    assert (rounding.kind, rounding.text) == ("rounding", "To what a card can be charged with")
    assert rounding.amount.amount == -5


def test_shipping_that_is_free_is_still_told() -> None:
    assert [part.kind for part in priced(methods=[USD.post("0.00")]).totals.explain] == ["item", "shipping"]
    assert [part.kind for part in priced(methods=[]).totals.explain] == ["item"]


def test_what_each_promotion_took_off_is_told_by_its_code_and_title() -> None:
    promotions = [USD.percent("10", "auto", title="For all"), USD.fixed("1.00", "code", code="ONE", title="Yours")]
    told = [(used.id, used.code, used.title, str(used.amount)) for used in priced(promotions=promotions).promotions]
    assert told == [("auto", "", "For all", "USD 1.00"), ("code", "ONE", "Yours", "USD 1.00")]


def priced(*, method: str = "", **rules: Any) -> Priced:
    """A mug to Oregon."""
    return calculate(replace(BASKET, method=method), Rules(zones=[EVERYWHERE], **rules))


def chosen(found: Priced) -> str | None:
    return found.method.id if found.method else None
