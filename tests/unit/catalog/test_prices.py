"""The lowest price of the 30 days before a reduction (Directive 98/6/EC, article 6a), by the calendar."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from commerce.catalog import prices
from commerce.catalog.model import Product, Variant

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def sold(*asked: tuple[float, int]) -> Variant:
    """A variant whose price was set to so much on these days."""
    known = None
    for day, amount in asked:
        at = BEGAN + timedelta(days=day)
        variant = Variant(sku="LAMP", prices={"USD": amount})
        product = Product(
            id="prod_1", slug="lamp", title="Lamp", status="active", variants=[variant], created_at=BEGAN, updated_at=at
        )
        prices.carry(product, known, at)
        known = product
    assert known
    return known.variants[0]


def lowest(*asked: tuple[float, int]) -> int | None:
    """What must be said of it."""
    return prices.lowest_before(sold(*asked)).get("USD")


def test_a_price_that_never_changed_has_no_other_before_it() -> None:
    assert lowest((0, 1000)) is None
    assert lowest((0, 1000), (5, 1000)) is None


def test_what_was_in_force_within_the_thirty_days_counts() -> None:
    assert lowest((0, 1000), (1, 800), (5, 1200), (20, 900)) == 800
    assert lowest((0, 1000), (1, 800), (5, 1200), (34.9, 900)) == 800, "it ended within them"
    assert lowest((0, 1000), (1, 800), (5, 1200), (35.1, 900)) == 1200, "it ended before them"
    assert lowest((0, 800), (100, 700)) == 800, "however long ago it began"


def test_the_thirty_days_are_those_before_the_present_price() -> None:
    """An offer that lasts keeps saying what was before it began."""
    assert lowest((0, 1000), (10, 900), (10.5, 900), (90, 900)) == 1000


def test_currencies_are_apart() -> None:
    variant = sold((0, 1000), (1, 900))
    variant.prices["EUR"] = 800
    assert prices.lowest_before(variant) == {"USD": 1000}


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(1, 2000)), min_size=1, max_size=12))
def test_it_is_the_lowest_of_all_that_were_in_force_then(steps: list[tuple[int, int]]) -> None:
    """Held against a shop that keeps every price for ever."""
    asked: list[tuple[int, int]] = []
    day = 0
    for days, amount in steps:
        day += days
        if not asked or asked[-1][1] != amount:
            asked.append((day, amount))
    now = asked[-1][0]
    ends = [*(begin for begin, _ in asked[1:]), now]
    before = [amount for (_, amount), end in zip(asked[:-1], ends, strict=False) if end > now - 30]
    assert lowest(*asked) == (min(before) if before else None)
