"""Money: whole minor units of an ISO 4217 currency, and nothing that could lose a cent.

Amounts are ints everywhere (1999 is USD 19.99, JPY 1999, KWD 1.999); no float comes near them.
"""

import re
from collections.abc import Sequence
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

# ISO 4217 list one: how many digits follow the decimal sign, where it is not two.
_EXPONENTS = dict.fromkeys(
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0
) | dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3)

_TWO_DIGITS = frozenset(
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP "
    "CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES "
    "KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK "
    "NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB "
    "TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD YER ZAR ZMW ZWG".split()
)

# The largest amount there can be: Stripe's own limit of eight digits in minor units, with four to spare for sums: the
# fullest cart (50 lines of 99 pieces) has a total, even if nobody can pay it.
MAX_AMOUNT = 999_999_999_999


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies met in one calculation: a mistake of ours, never of the buyer's."""


def exponent(currency: str) -> int:
    """How many decimal digits the currency has.

    Raises:
        ValueError: not a currency of ISO 4217 that money can be held in.
    """
    if currency in _EXPONENTS:
        return _EXPONENTS[currency]
    if currency in _TWO_DIGITS:
        return 2
    raise ValueError(f"{currency!r} is not an ISO 4217 currency")


def _known(currency: str) -> str:
    exponent(currency)
    return currency


Currency = Annotated[str, AfterValidator(_known), Field(examples=["USD"], description="ISO 4217 code")]


class Money(BaseModel):
    """An amount in minor units (cents, yen, fils) of one currency."""

    model_config = ConfigDict(frozen=True)

    amount: Annotated[int, Field(strict=True, ge=-MAX_AMOUNT, le=MAX_AMOUNT, description="Minor units")]
    currency: Currency

    def __add__(self, other: Self) -> Self:
        return self._with(self.amount + self._same(other))

    def __sub__(self, other: Self) -> Self:
        return self._with(self.amount - self._same(other))

    def __mul__(self, factor: int) -> Self:
        return self._with(self.amount * factor)

    def __neg__(self) -> Self:
        return self._with(-self.amount)

    def __str__(self) -> str:
        return f"{self.currency} {to_decimal(self.amount, self.currency)}"

    def _same(self, other: Self) -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} met {other.currency}")
        return other.amount

    def _with(self, amount: int) -> Self:
        return type(self)(amount=amount, currency=self.currency)


def to_decimal(amount: int, currency: str) -> str:
    """Minor units as the exact decimal string that providers and files want: (1999, USD) is "19.99"."""
    digits = exponent(currency)
    sign, units = ("-" if amount < 0 else ""), str(abs(amount)).rjust(digits + 1, "0")
    return f"{sign}{units[:-digits]}.{units[-digits:]}" if digits else f"{sign}{units}"


def from_decimal(text: str, currency: str) -> int:
    """An exact decimal string in minor units: ("19.99", USD) is 1999, ("19.9", USD) is 1990.

    Raises:
        ValueError: not a plain decimal number, or finer than the currency's smallest unit.
    """
    digits = exponent(currency)
    match = re.fullmatch(r"(-?)(\d{1,12})(?:\.(\d*))?", text.strip(), re.ASCII)
    if match is None:
        raise ValueError(f"{text!r} is not a plain decimal number")
    sign, whole, fraction = match[1], match[2], (match[3] or "")
    if fraction[digits:].strip("0"):
        raise ValueError(f"{text!r} is finer than {currency} allows ({digits} decimals)")
    units = int(whole + fraction[:digits].ljust(digits, "0"))
    return -units if sign else units


def allocate(amount: int, weights: Sequence[int]) -> list[int]:
    """Splits minor units over the weights so that the parts sum to the whole, to the cent.

    Largest remainder (Hamilton's method): everyone gets the floor of the exact share, and the units left over go to
    the largest remainders, the earlier first among equals. All-zero weights share equally.

    Raises:
        ValueError: no weights, or a negative one.
    """
    if not weights or min(weights) < 0:
        raise ValueError("weights must be given, none of them negative")
    if len(weights) == 1:
        return [amount]
    shares = list(weights) if any(weights) else [1] * len(weights)
    total, size = sum(shares), abs(amount)
    parts = [size * share // total for share in shares]
    by_remainder = sorted(range(len(shares)), key=lambda i: (-(size * shares[i] % total), i))
    for i in by_remainder[: size - sum(parts)]:
        parts[i] += 1
    return parts if amount >= 0 else [-part for part in parts]
