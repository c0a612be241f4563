"""Which amounts PayPal takes: https://developer.paypal.com/api/rest/reference/currency-codes/."""

import re
from typing import Any

from scripts.sandbox.paypal.errors import malformed, refused
from scripts.sandbox.store import Document

SUPPORTED = frozenset(
    "AUD BRL CAD CNY CZK DKK EUR HKD HUF ILS JPY MYR MXN TWD NZD NOK PHP PLN GBP SGD SEK CHF THB USD".split()
)
NO_DECIMALS = frozenset({"HUF", "JPY", "TWD"})
_VALUE = re.compile(r"(-?)(\d{1,15})(?:\.(\d+))?", re.ASCII)


def units_of(money: Any, field: str) -> tuple[int, str]:
    """An amount object in PayPal's smallest units, and its currency. Raises PayPalError."""
    if not isinstance(money, dict):
        raise malformed("MISSING_REQUIRED_PARAMETER", "A required field / parameter is missing.", field)
    currency, value = money.get("currency_code"), money.get("value")
    if not isinstance(currency, str) or not re.fullmatch("[A-Z]{3}", currency):
        raise malformed("INVALID_STRING_LENGTH", "The value of a field is either too short or too long.", field)
    match = _VALUE.fullmatch(value) if isinstance(value, str) and len(value) <= 32 else None
    if match is None:
        raise malformed("INVALID_PARAMETER_SYNTAX", "The value does not conform to the expected format.", field)
    if currency not in SUPPORTED:
        raise refused("CURRENCY_NOT_SUPPORTED", "Currency code is not currently supported.")
    digits = 0 if currency in NO_DECIMALS else 2
    fraction = match[3] or ""
    if len(fraction) > digits:
        if digits:
            raise refused("DECIMAL_PRECISION", "Only two decimal place precision is supported.")
        raise refused("DECIMALS_NOT_SUPPORTED", "Currency does not support decimals.")
    units = int(match[2] + fraction.ljust(digits, "0"))
    if match[1] or units == 0:
        raise refused("CANNOT_BE_ZERO_OR_NEGATIVE", "Must be greater than zero.")
    return units, currency


def money_of(units: int, currency: str) -> Document:
    """The amount object of so many of PayPal's smallest units."""
    if currency in NO_DECIMALS:
        return {"currency_code": currency, "value": str(units)}
    whole, part = divmod(units, 100)
    return {"currency_code": currency, "value": f"{whole}.{part:02d}"}


def for_people(money: Document) -> str:
    """`12.34 USD`."""
    return f"{money['value']} {money['currency_code']}"
