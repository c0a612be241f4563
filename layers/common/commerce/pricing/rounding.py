"""Where a share of an amount is not a whole number of minor units: which one it becomes."""

from typing import Literal

from commerce.money import exponent

type Rounding = Literal["half_even", "half_up", "down"]


def portion(amount: int, numerator: int, denominator: int, rounding: Rounding = "half_even") -> int:
    """Amount * numerator / denominator in whole units, all of them not negative. Exact: no floats, no decimals.

    `half_even` is the banker's rounding of IEEE 754, which favours nobody over many sums; `half_up` is what tax
    authorities' examples use; `down` drops what is less than a unit.
    """
    whole, rest = divmod(amount * numerator, denominator)
    if rounding == "down" or 2 * rest < denominator:
        return whole
    if 2 * rest > denominator or rounding == "half_up":
        return whole + 1
    return whole + whole % 2


def payable_step(currency: str) -> int:
    """The smallest step in minor units that cards can be charged in: 10 fils where there are three decimals, a whole
    ariary, whose hundredths ISO 4217 alone counts.

    Source: https://docs.stripe.com/currencies#three-decimal and #zero-decimal
    """
    return 100 if currency == "MGA" else 10 if exponent(currency) == 3 else 1


def payable(amount: int, currency: str) -> int:
    """The nearest amount that can be charged."""
    step = payable_step(currency)
    return portion(amount, 1, step, "half_even") * step
