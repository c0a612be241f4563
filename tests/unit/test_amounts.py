"""Amounts as the providers take them: https://docs.stripe.com/currencies, and
https://developer.paypal.com/api/rest/reference/currency-codes/.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.money import Money, exponent, to_decimal
from commerce.payments.gateways.amounts import RULES
from commerce.payments.gateways.paypal import wire
from commerce.payments.model import Provider
from commerce.runtime.errors import Invalid
from scripts.sandbox.paypal import amounts as paypal_sandbox
from scripts.sandbox.paypal.errors import PayPalError
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
STRIPE, PAYPAL = RULES["stripe"], RULES["paypal"]
supported = st.sampled_from([currency for currency in CURRENCIES if currency.lower() in sandbox.SUPPORTED])


def refusal(amount: int, currency: str, provider: Provider = "stripe") -> str:
    try:
        RULES[provider].check(Money(amount=amount, currency=currency))
    except Invalid as refused:
        return refused.errors[0].code
    return ""


def test_the_published_minimums() -> None:
    assert {currency: to_decimal(units, currency) for currency, units in STRIPE.minimums.items()} == PUBLISHED


@pytest.mark.parametrize("currency", STRIPE.minimums)
def test_the_minimum_is_enough_and_less_is_not(currency: str) -> None:
    least = STRIPE.minimums[currency]
    assert refusal(least, currency) == ""
    assert refusal(least - 1, currency) == "amount_too_small"


@pytest.mark.parametrize("currency", ["USD", "JPY"])
def test_the_maximum_is_eight_digits(currency: str) -> None:
    assert refusal(STRIPE.maximum, currency) == ""
    assert refusal(STRIPE.maximum + 1, currency) == "amount_too_large"


@pytest.mark.parametrize("amount", [0, -1, -10_000])
def test_nothing_is_not_paid(amount: int) -> None:
    for currency in ("USD", "KWD", "MGA", "ISK"):
        assert refusal(amount, currency) == "amount_too_small"


def test_three_decimals_end_in_0() -> None:
    assert refusal(1_990, "KWD") == ""
    assert refusal(1_999, "KWD") == "amount_not_payable"


@given(st.integers(1, 900_000), supported)
def test_what_stripe_is_sent_is_worth_the_same(amount: int, currency: str) -> None:
    units = STRIPE.units(Money(amount=amount, currency=currency))
    decimals = 0 if currency in ZERO_DECIMAL else 3 if currency in THREE_DECIMAL else 2
    if refusal(amount, currency):
        return
    assert units * 10 ** exponent(currency) == amount * 10**decimals
    assert STRIPE.minor(units, currency) == amount
    if currency in SPECIAL:
        assert units % 100 == 0


def test_an_ariary_is_one_to_stripe_and_a_hundred_of_ours() -> None:
    assert STRIPE.units(Money(amount=500_000, currency="MGA")) == 5_000
    assert STRIPE.minor(5_000, "MGA") == 500_000
    assert refusal(500_050, "MGA") == "amount_not_payable"


@given(st.integers(1, 10_000_000), supported)
def test_what_we_take_the_sandbox_takes(amount: int, currency: str) -> None:
    """The sandbox's own tables came from Stripe's pages by another way."""
    from scripts.sandbox.stripe.errors import StripeError

    if refusal(amount, currency):
        return
    said = ""
    try:
        sandbox.check_amount(STRIPE.units(Money(amount=amount, currency=currency)), currency.lower())
    except StripeError as refused:
        said = str(refused)
    assert not said or "at least" in said, "only minimums by exchange rate, which Stripe alone knows"


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        (1, "USD", ""), (999_999_999, "EUR", ""), (1_000_000_000, "EUR", "amount_too_large"), (1, "JPY", ""),
        (0, "USD", "amount_too_small"), (150_000, "HUF", ""), (150_050, "HUF", "amount_not_payable"),
        (50, "HUF", "amount_too_small"), (9_000, "TWD", ""), (9_001, "TWD", "amount_not_payable"),
        (1_990, "KWD", "currency_not_supported"), (100, "RUB", "currency_not_supported"),
    ],
)  # fmt: skip
def test_what_paypal_takes(amount: int, currency: str, code: str) -> None:
    assert refusal(amount, currency, "paypal") == code


@given(st.integers(1, 99_999_999), st.sampled_from(sorted(PAYPAL.currencies or ())))
def test_what_we_take_for_paypal_paypal_takes_and_reads_the_same(amount: int, currency: str) -> None:
    """Through the very text that is sent, read by the sandbox's own rules."""
    if refusal(amount, currency, "paypal"):
        assert currency in {"HUF", "TWD"}
        return
    sent = paypal_sandbox.money_of(PAYPAL.units(Money(amount=amount, currency=currency)), currency)
    assert wire(Money(amount=amount, currency=currency)) == sent
    units, _ = paypal_sandbox.units_of(sent, "amount")
    assert PAYPAL.minor(units, currency) == amount


@given(st.integers(1, 99_999_999), st.sampled_from(sorted(PAYPAL.currencies or ())))
def test_what_we_refuse_for_paypal_paypal_would_refuse(amount: int, currency: str) -> None:
    if not refusal(amount, currency, "paypal"):
        return
    with pytest.raises(PayPalError):
        paypal_sandbox.units_of({"currency_code": currency, "value": to_decimal(amount, currency)}, "amount")


def test_each_provider_takes_only_currencies_that_there_are() -> None:
    for rules in RULES.values():
        for currency in {*rules.decimals, *rules.steps, *rules.minimums, *(rules.currencies or ())}:
            exponent(currency)
