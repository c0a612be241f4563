"""Worked examples: where an amount is not a whole number of cents, and where there is much of it."""

import pytest

from commerce.carts.model import MAX_LINES, MAX_QUANTITY
from commerce.catalog.drafts import MAX_PRICE
from commerce.pricing.taxes import TaxPolicy
from tests.unit.pricing.worked import EUR, USD, Expected, check, rate

EVEN, UP, DOWN = (TaxPolicy(rounding=rounding) for rounding in ("half_even", "half_up", "down"))
TEN = rate("Sales tax", "10", "US-WA")
VAT = rate("VAT", "20", "FR", included=True)

HALVES = [
    # 10 % of 0.25 is 2.5 cents.
    *(
        USD.example(
            f"2.5 cents, {policy.rounding}",
            to="US-WA",
            buy=[USD.line(1, "clip", "0.25")],
            rates=[TEN],
            policy=policy,
            items="0.25", tax=tax, total=total,
        )
        for policy, tax, total in ((EVEN, "0.02", "0.27"), (UP, "0.03", "0.28"), (DOWN, "0.02", "0.27"))
    ),
    # 10 % of 0.35 is 3.5 cents.
    *(
        USD.example(
            f"3.5 cents, {policy.rounding}",
            to="US-WA",
            buy=[USD.line(1, "clip", "0.35")],
            rates=[TEN],
            policy=policy,
            items="0.35", tax=tax, total=total,
        )
        for policy, tax, total in ((EVEN, "0.04", "0.39"), (UP, "0.04", "0.39"), (DOWN, "0.03", "0.38"))
    ),
    # 10 % of 0.26 is 2.6 cents, of 0.24 it is 2.4: no half, so only `down` is different.
    *(
        USD.example(
            f"{price} at 10 %, {policy.rounding}",
            to="US-WA",
            buy=[USD.line(1, "clip", price)],
            rates=[TEN],
            policy=policy,
            items=price, tax=tax, total=total,
        )
        for policy, price, tax, total in (
            (EVEN, "0.26", "0.03", "0.29"), (UP, "0.26", "0.03", "0.29"), (DOWN, "0.26", "0.02", "0.28"),
            (EVEN, "0.24", "0.02", "0.26"), (UP, "0.24", "0.02", "0.26"), (DOWN, "0.24", "0.02", "0.26"),
        )
    ),
    # 0.09 x 20/120 is 1.5 cents, which the price holds: it stays what it is.
    *(
        EUR.example(
            f"1.5 cents inside, {policy.rounding}",
            to="FR",
            buy=[EUR.line(1, "clip", "0.09")],
            rates=[VAT],
            policy=policy,
            items="0.09", included_tax=tax, total="0.09",
        )
        for policy, tax in ((EVEN, "0.02"), (UP, "0.02"), (DOWN, "0.01"))
    ),
    # A third of a cent each: 10 % of 0.03 three times is nothing per line; per total 0.9 cents, so one, for the first.
    USD.example(
        "less than a cent, per line",
        to="US-WA",
        buy=[USD.line(1, name, "0.03") for name in ("a", "b", "c")],
        rates=[TEN],
        items="0.09", total="0.09",
    ),
    USD.example(
        "less than a cent, per total",
        to="US-WA",
        buy=[USD.line(1, name, "0.03") for name in ("a", "b", "c")],
        rates=[TEN],
        policy=TaxPolicy(per="total"),
        items="0.09", tax="0.01", total="0.10",
        lines={"a": "0.04", "b": "0.03", "c": "0.03"},
    ),
]  # fmt: skip

FULL = [USD.line(MAX_QUANTITY, f"line {number:02}", "19.99") for number in range(MAX_LINES)]
MUCH = [
    # 50 x 99 x 19.99 = 98950.50. 7 % of it is 6926.535, so 6926.54 (half to even); 92023.96 are left.
    # 8.875 % of that is 8167.12645, so 8167.13.
    USD.example(
        "the fullest cart",
        to="US-NY",
        buy=FULL,
        offers=[USD.percent("7")],
        rates=[rate("Sales tax", "8.875", "US-NY")],
        policy=TaxPolicy(per="total"),
        items="98950.50", discount="6926.54", tax="8167.13", total="100191.09",
    ),
    # 6926.54 over fifty lines is 138.5308 each: 138.54 for four of them, 138.53 for the others, which leaves 1840.47 or
    # 1840.48 of 1979.01. 8.875 % of those is 163.3417 and 163.3426: 163.34 each, so 8167.00.
    USD.example(
        "the fullest cart, per line",
        to="US-NY",
        buy=FULL,
        offers=[USD.percent("7")],
        rates=[rate("Sales tax", "8.875", "US-NY")],
        items="98950.50", discount="6926.54", tax="8167.00", total="100190.96",
    ),
    # 50 x 99 x 999999.99 and 10 % on top of it.
    USD.example(
        "the dearest cart",
        to="US-WA",
        buy=[USD.line(MAX_QUANTITY, f"line {number:02}", f"{MAX_PRICE // 100}.99") for number in range(MAX_LINES)],
        rates=[TEN],
        policy=TaxPolicy(per="total"),
        # 4949999950.50, and 494999995.05.
        items="4949999950.50", tax="494999995.05", total="5444999945.55",
    ),
]  # fmt: skip


@pytest.mark.parametrize("example", HALVES)
def test_halves(example: Expected) -> None:
    check(example)


@pytest.mark.parametrize("example", MUCH)
def test_much(example: Expected) -> None:
    check(example)
