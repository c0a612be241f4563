"""Amounts as Stripe takes them: https://docs.stripe.com/currencies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.money import Money, exponent, to_decimal
from commerce.payments.gateways.stripe_amounts import MAXIMUM, MINIMUMS, check, from_stripe, to_stripe
from commerce.runtime.errors import Invalid
from scripts.sandbox.stripe import currencies as sandbox
from tests.unit.test_money import CURRENCIES

ZERO_DECIMAL = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split()
THREE_DECIMAL = "BHD JOD KWD OMR TND".split()
# Like two decimals, but the last two must be 00.
SPECIAL = ["ISK", "UGX"]
# Stripe's table "Minimum and maximum charge amounts", in major units as it is printed there.
PUBLISHED = {
    "USD": "0.50", "AED": "2.00", "ARS": "0.50", "AUD": "0.50", "BRL": "0.50", "CAD": "0.50", "CHF": "0.50",
    "COP": "0.50", "CZK": "15.00", "DKK": "2.50", "EUR": "0.50", "GBP": "0.30", "HKD": "4.00", "HUF": "175.00",
    "IDR": "0.50", "ILS": "0.50", "INR": "0.50", "JPY": "50", "KRW": "50", "MXN": "10.00", "MYR": "2.00",
    "NOK": "3.00", "NZD": "0.50", "PHP": "0.50", "PLN": "2.00", "RON": "2.00", "RUB": "0.50", "SEK": "3.00",
    "SGD": "0.50", "THB": "10.00", "ZAR": "0.50",
}  # fmt: skip
supported = st.sampled_from([currency for currency in CURRENCIES if currency.lower() in sandbox.SUPPORTED])


def refusal(amount: int, currency: str) -> str:
    try:
        check(Money(amount=amount, currency=currency))
    except Invalid as refused:
        return refused.errors[0].code
    return ""


def test_the_published_minimums() -> None:
    assert {currency: to_decimal(units, currency) for currency, units in MINIMUMS.items()} == PUBLISHED


@pytest.mark.parametrize("currency", MINIMUMS)
def test_the_minimum_is_enough_and_less_is_not(currency: str) -> None:
    least = MINIMUMS[currency]
    assert refusal(least, currency) == ""
    assert refusal(least - 1, currency) == "amount_too_small"


@pytest.mark.parametrize("currency", ["USD", "JPY"])
def test_the_maximum_is_eight_digits(currency: str) -> None:
    assert refusal(MAXIMUM, currency) == ""
    assert refusal(MAXIMUM + 1, currency) == "amount_too_large"


@pytest.mark.parametrize("amount", [0, -1, -10_000])
def test_nothing_is_not_paid(amount: int) -> None:
    for currency in ("USD", "KWD", "MGA", "ISK"):
        assert refusal(amount, currency) == "amount_too_small"


def test_three_decimals_end_in_0() -> None:
    assert refusal(1_990, "KWD") == ""
    assert refusal(1_999, "KWD") == "amount_not_payable"


@given(st.integers(1, 900_000), supported)
def test_what_stripe_is_sent_is_worth_the_same(amount: int, currency: str) -> None:
    units = to_stripe(Money(amount=amount, currency=currency))
    decimals = 0 if currency in ZERO_DECIMAL else 3 if currency in THREE_DECIMAL else 2
    if refusal(amount, currency):
        return
    assert units * 10 ** exponent(currency) == amount * 10**decimals
    assert from_stripe(units, currency) == amount
    if currency in SPECIAL:
        assert units % 100 == 0


def test_an_ariary_is_one_to_stripe_and_a_hundred_of_ours() -> None:
    assert to_stripe(Money(amount=500_000, currency="MGA")) == 5_000
    assert from_stripe(5_000, "MGA") == 500_000
    assert refusal(500_050, "MGA") == "amount_not_payable"


@given(st.integers(1, 10_000_000), supported)
def test_what_we_take_the_sandbox_takes(amount: int, currency: str) -> None:
    """The sandbox's own tables came from Stripe's pages by another way."""
    from scripts.sandbox.stripe.errors import StripeError

    if refusal(amount, currency):
        return
    said = ""
    try:
        sandbox.check_amount(to_stripe(Money(amount=amount, currency=currency)), currency.lower())
    except StripeError as refused:
        said = str(refused)
    assert not said or "at least" in said, "only minimums by exchange rate, which Stripe alone knows"
