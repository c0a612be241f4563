"""Money: nothing is lost, whatever is divided, shown or read back."""

from datetime import UTC, datetime
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from commerce import money
from commerce.money import MAX_AMOUNT, CurrencyMismatch, Money, allocate, exponent, from_decimal, to_decimal

CURRENCIES = sorted(money._EXPONENTS | dict.fromkeys(money._TWO_DIGITS))
amounts = st.integers(-MAX_AMOUNT, MAX_AMOUNT)
weights = st.lists(st.integers(0, 10**9), min_size=1, max_size=40)


@given(amounts, weights)
def test_allocated_parts_sum_to_the_whole(amount: int, shares: list[int]) -> None:
    parts = allocate(amount, shares)
    assert sum(parts) == amount
    assert len(parts) == len(shares)


@given(amounts, weights)
def test_no_part_is_a_unit_or_more_from_its_exact_share(amount: int, shares: list[int]) -> None:
    total = sum(shares)
    exact = [Fraction(amount * share, total) if total else Fraction(amount, len(shares)) for share in shares]
    assert all(abs(part - share) < 1 for part, share in zip(allocate(amount, shares), exact, strict=True))


@given(amounts, weights)
def test_parts_follow_their_weights(amount: int, shares: list[int]) -> None:
    """Whoever weighs more never gets less; equal weights differ by one unit at most; no weight, no part."""
    parts = sorted(zip(shares, map(abs, allocate(amount, shares)), strict=True))
    for (less, smaller), (more, larger) in pairwise(parts):
        assert smaller <= larger + (1 if less == more else 0)
    if any(shares):
        assert all(part == 0 for share, part in parts if share == 0)


@given(amounts, weights)
def test_order_decides_only_who_gets_the_last_units(amount: int, shares: list[int]) -> None:
    assert sorted(allocate(amount, shares)) == sorted(allocate(amount, shares[::-1]))


@given(st.integers(0, MAX_AMOUNT), weights)
def test_what_is_given_back_is_what_was_taken(amount: int, shares: list[int]) -> None:
    assert allocate(-amount, shares) == [-part for part in allocate(amount, shares)]


def test_the_earlier_of_equals_gets_the_odd_cent() -> None:
    assert allocate(100, [1, 1, 1]) == [34, 33, 33]
    assert allocate(1, [0, 0]) == [1, 0]


@pytest.mark.parametrize("bad", [[], [1, -1]])
def test_weights_must_make_sense(bad: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        allocate(100, bad)


@given(amounts, st.sampled_from(CURRENCIES))
def test_decimal_and_back_is_exact_in_every_currency(amount: int, currency: str) -> None:
    text = to_decimal(amount, currency)
    assert from_decimal(text, currency) == amount
    assert len(text.partition(".")[2]) == exponent(currency)


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (1999, "USD", "19.99"),
        (1999, "JPY", "1999"),
        (1999, "KWD", "1.999"),
        (5, "USD", "0.05"),
        (5, "KWD", "0.005"),
        (-5, "USD", "-0.05"),
        (-1999, "JPY", "-1999"),
        (0, "JPY", "0"),
    ],
)
def test_decimals_by_the_currency(amount: int, currency: str, text: str) -> None:
    assert to_decimal(amount, currency) == text
    assert from_decimal(text, currency) == amount


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [("19.9", "USD", 1990), ("19.900", "USD", 1990), (" 7 ", "KWD", 7000), ("7.", "USD", 700)],
)
def test_other_spellings_of_the_same_amount(text: str, currency: str, amount: int) -> None:
    assert from_decimal(text, currency) == amount


@pytest.mark.parametrize(
    ("text", "currency"),
    [("19.999", "USD"), ("1.5", "JPY"), ("1.0001", "KWD"), ("1e3", "USD"), ("1,000", "USD"), ("", "USD"), (".5", "USD"),
     ("٣", "USD"), ("NaN", "USD"), ("1" * 13, "USD"), ("--1", "USD"), ("1.00", "XXX")],
)  # fmt: skip
def test_what_is_not_exact_is_refused(text: str, currency: str) -> None:
    with pytest.raises(ValueError, match=r"decimal|finer|currency"):
        from_decimal(text, currency)


@pytest.mark.parametrize("amount", [19.99, 19.0, "1999", True, None, MAX_AMOUNT + 1, -MAX_AMOUNT - 1])
def test_an_amount_is_an_int_and_nothing_else(amount: object) -> None:
    with pytest.raises(ValidationError):
        Money.model_validate({"amount": amount, "currency": "USD"})


@pytest.mark.parametrize("currency", ["usd", "XXX", "", "US", "BTC"])
def test_a_currency_is_one_of_iso_4217(currency: str) -> None:
    with pytest.raises(ValidationError):
        Money(amount=1, currency=currency)


def test_money_of_two_currencies_never_mixes() -> None:
    with pytest.raises(CurrencyMismatch):
        Money(amount=1, currency="USD") + Money(amount=1, currency="EUR")
    with pytest.raises(CurrencyMismatch):
        Money(amount=1, currency="USD") - Money(amount=1, currency="EUR")


@given(st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6), st.integers(-99, 99))
def test_arithmetic(left: int, right: int, factor: int) -> None:
    one, other = Money(amount=left, currency="KWD"), Money(amount=right, currency="KWD")
    assert (one + other).amount == left + right
    assert (one - other).amount == left - right
    assert (one * factor).amount == left * factor
    assert (-one).amount == -left


def test_the_fullest_cart_has_a_total() -> None:
    """50 lines of 99 pieces at the highest price; a sum that can't be held would be a fault of ours, a 500."""
    from commerce.carts.model import MAX_LINES, MAX_QUANTITY
    from commerce.catalog.drafts import MAX_PRICE
    from commerce.pricing import Basket, PricedLine, Rules, calculate

    lines = tuple(PricedLine(f"l{n}", MAX_QUANTITY, MAX_PRICE) for n in range(MAX_LINES))
    basket = Basket("USD", lines, at=datetime(2026, 1, 1, tzinfo=UTC))
    assert calculate(basket, Rules()).totals.total.amount == 50 * 99 * 99_999_999


def test_money_reads_well() -> None:
    assert str(Money(amount=123456, currency="USD")) == "USD 1234.56"
