"""From what was worked out to what is shown: the totals with their derivation."""

from collections.abc import Mapping, Sequence
from typing import Literal

from commerce.money import Money
from commerce.pricing.model import (
    Basket,
    Explanation,
    LineTotals,
    PricedLine,
    Reduction,
    Share,
    TaxTotal,
    Totals,
)
from commerce.pricing.promotions import Promotion
from commerce.pricing.rounding import payable
from commerce.pricing.shipping import ShippingMethod
from commerce.pricing.taxes import Levied


def statement(
    basket: Basket,
    reductions: Sequence[tuple[Promotion, Reduction]],
    shipping: tuple[ShippingMethod, int] | None,
    levied: Sequence[Levied],
) -> Totals:
    """The totals of a basket.

    Args:
        basket: what is bought.
        reductions: what each promotion took off.
        shipping: the method and its rate in minor units before reductions; None while nobody knows, or for nothing.
        levied: the taxes.
    """
    currency = basket.currency
    items = sum(line.total for line in basket.lines)
    discount = sum(reduction.amount for _, reduction in reductions)
    rate = shipping[1] if shipping else 0
    tax = sum(found.amount for found in levied if not found.rate.included)
    exact = items - discount + rate + tax
    rounding = payable(exact, currency) - exact
    explain = [_item(line, currency) for line in basket.lines]
    explain += [_promotion(promotion, reduction, currency) for promotion, reduction in reductions]
    if shipping:
        explain.append(_part("shipping", shipping[0].id, shipping[0].title, rate, currency))
    explain += [_tax(found, currency) for found in levied]
    if rounding:
        explain.append(_part("rounding", "", "To what a card can be charged with", rounding, currency))
    return Totals(
        items=Money(amount=items, currency=currency),
        discount=Money(amount=discount, currency=currency),
        shipping=Money(amount=rate, currency=currency),
        tax=Money(amount=tax, currency=currency),
        total=Money(amount=exact + rounding, currency=currency),
        explain=explain,
        included_tax=Money(amount=sum(f.amount for f in levied if f.rate.included), currency=currency),
        rounding=Money(amount=rounding, currency=currency),
        lines=[_line(line, reductions, levied, currency) for line in basket.lines],
        taxes=[_tax_total(found, currency) for found in levied],
    )


def _item(line: PricedLine, currency: str) -> Explanation:
    text = f"{line.quantity} x {Money(amount=line.unit_price, currency=currency)}"
    return _part("item", line.line_id, text, line.total, currency)


def _promotion(promotion: Promotion, reduction: Reduction, currency: str) -> Explanation:
    off = {line_id: -amount for line_id, amount in reduction.lines.items()}
    if reduction.shipping:
        off[""] = -reduction.shipping
    return _part("promotion", promotion.id, promotion.title, -reduction.amount, currency, shares=off)


def _tax(found: Levied, currency: str) -> Explanation:
    rate = found.rate
    base = Money(amount=found.base, currency=currency)
    text = f"{rate.name}, {rate.percent} % of {base}{', which the prices hold' if rate.included else ''}"
    return _part("tax", rate.id, text, found.amount, currency, included=rate.included, shares=found.amounts)


def _part(
    kind: Literal["item", "promotion", "shipping", "tax", "rounding"],
    reference: str,
    text: str,
    amount: int,
    currency: str,
    *,
    included: bool = False,
    shares: Mapping[str, int] | None = None,
) -> Explanation:
    return Explanation(
        kind=kind,
        reference=reference,
        text=text,
        amount=Money(amount=amount, currency=currency),
        included=included,
        shares=[
            Share(line_id=line_id, amount=Money(amount=share, currency=currency))
            for line_id, share in (shares or {}).items()
        ],
    )


def _line(
    line: PricedLine,
    reductions: Sequence[tuple[Promotion, Reduction]],
    levied: Sequence[Levied],
    currency: str,
) -> LineTotals:
    discount = sum(reduction.lines.get(line.line_id, 0) for _, reduction in reductions)
    taxes = {False: 0, True: 0}
    for found in levied:
        taxes[found.rate.included] += found.amounts.get(line.line_id, 0)
    return LineTotals(
        line_id=line.line_id,
        subtotal=Money(amount=line.total, currency=currency),
        discount=Money(amount=discount, currency=currency),
        tax=Money(amount=taxes[False], currency=currency),
        included_tax=Money(amount=taxes[True], currency=currency),
        total=Money(amount=line.total - discount + taxes[False], currency=currency),
    )


def _tax_total(found: Levied, currency: str) -> TaxTotal:
    return TaxTotal(
        name=found.rate.name,
        percent=found.rate.percent,
        base=Money(amount=found.base, currency=currency),
        amount=Money(amount=found.amount, currency=currency),
        included=found.rate.included,
    )
