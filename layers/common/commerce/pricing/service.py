"""The calculation."""

from collections.abc import Sequence

from commerce.money import Money
from commerce.pricing.model import Explanation, PricedLine, Totals


def total(lines: Sequence[PricedLine], *, shipping: int | None, currency: str) -> Totals:
    """What the lines cost together.

    Args:
        lines: the pieces with their unit prices in minor units.
        shipping: the rate in minor units, None as long as nobody knows where it goes.
        currency: of all amounts.
    """
    parts = [
        Explanation(
            kind="item",
            reference=line.line_id,
            text=f"{line.quantity} x {Money(amount=line.unit_price, currency=currency)}",
            amount=Money(amount=line.unit_price * line.quantity, currency=currency),
        )
        for line in lines
    ]
    zero = Money(amount=0, currency=currency)
    items = sum((part.amount for part in parts), start=zero)
    if shipping is not None:
        rate = Money(amount=shipping, currency=currency)
        parts.append(Explanation(kind="shipping", reference="flat", text="Flat rate", amount=rate))
    whole = sum((part.amount for part in parts), start=zero)
    return Totals(items=items, discount=zero, shipping=whole - items, tax=zero, total=whole, explain=parts)
