"""Stripe's rules for amounts (https://docs.stripe.com/currencies), checked before Stripe is asked."""

from commerce.money import Money, exponent
from commerce.runtime.errors import Invalid

# "Minimum and maximum charge amounts", in Stripe's smallest units.
MINIMUMS = {
    "USD": 50, "AED": 200, "ARS": 50, "AUD": 50, "BRL": 50, "CAD": 50, "CHF": 50, "COP": 50, "CZK": 1500, "DKK": 250,
    "EUR": 50, "GBP": 30, "HKD": 400, "HUF": 17500, "IDR": 50, "ILS": 50, "INR": 50, "JPY": 50, "KRW": 50, "MXN": 1000,
    "MYR": 200, "NOK": 300, "NZD": 50, "PHP": 50, "PLN": 200, "RON": 200, "RUB": 50, "SEK": 300, "SGD": 50,
    "THB": 1000, "ZAR": 50,
}  # fmt: skip
MAXIMUM = 99_999_999

# No decimals by ISO 4217, but Stripe still takes two ("Special cases").
_TWO_EXTRA_DIGITS = frozenset({"ISK", "UGX"})
# Two decimals by ISO 4217 (a fifth of an ariary is the smallest coin), none by Stripe ("Zero-decimal currencies").
_TWO_DIGITS_LESS = frozenset({"MGA"})


def check(amount: Money) -> None:
    """Whether Stripe takes this amount.

    Raises:
        Invalid: it does not; the code says why.
    """
    units = to_stripe(amount)
    if units < max(1, MINIMUMS.get(amount.currency, 1)):
        raise Invalid.field("amount", "amount_too_small", f"{amount} is below what Stripe takes.")
    if units > MAXIMUM:
        raise Invalid.field("amount", "amount_too_large", f"{amount} is above what Stripe takes.")
    if from_stripe(units, amount.currency) != amount.amount:
        raise Invalid.field("amount", "amount_not_payable", f"Stripe takes {amount.currency} in steps of 1.00.")
    if exponent(amount.currency) == 3 and units % 10:
        raise Invalid.field("amount", "amount_not_payable", f"Stripe takes {amount.currency} in steps of 0.010.")


def to_stripe(amount: Money) -> int:
    """Our minor units in Stripe's."""
    if amount.currency in _TWO_DIGITS_LESS:
        return amount.amount // 100
    return amount.amount * 100 if amount.currency in _TWO_EXTRA_DIGITS else amount.amount


def from_stripe(units: int, currency: str) -> int:
    """Stripe's smallest units in our minor units."""
    if currency in _TWO_DIGITS_LESS:
        return units * 100
    return units // 100 if currency in _TWO_EXTRA_DIGITS else units
