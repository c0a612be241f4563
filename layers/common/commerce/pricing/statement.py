"""From what was worked out to what is shown: the totals with their derivation."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
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
        items=_money(items, currency),
        discount=_money(discount, currency),
        shipping=_money(rate, currency),
        tax=_money(tax, currency),
        total=_money(exact + rounding, currency),
        explain=explain,
        included_tax=_money(sum(f.amount for f in levied if f.rate.included), currency),
        rounding=_money(rounding, currency),
        lines=[_line(line, reductions, levied, currency) for line in basket.lines],
        taxes=[_tax_total(found, currency) for found in levied],
    )


@lru_cache(maxsize=2_048)
def _money(amount: int, currency: str) -> Money:
    """The same amount, which never changes, is made once: a statement has hundreds, many of them alike."""
    return Money(amount=amount, currency=currency)


def _item(line: PricedLine, currency: str) -> Explanation:
    text = f"{line.quantity} x {_money(line.unit_price, currency)}"
    return _part("item", line.line_id, text, line.total, currency)


def _promotion(promotion: Promotion, reduction: Reduction, currency: str) -> Explanation:
    off = {line_id: -amount for line_id, amount in reduction.lines.items()}
    if reduction.shipping:
        off[""] = -reduction.shipping
    return _part("promotion", promotion.id, promotion.title, -reduction.amount, currency, shares=off)


def _tax(found: Levied, currency: str) -> Explanation:
    rate = found.rate
    base = _money(found.base, currency)
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
        amount=_money(amount, currency),
        included=included,
        shares=[Share(line_id=line_id, amount=_money(share, currency)) for line_id, share in (shares or {}).items()],
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
        subtotal=_money(line.total, currency),
        discount=_money(discount, currency),
        tax=_money(taxes[False], currency),
        included_tax=_money(taxes[True], currency),
        total=_money(line.total - discount + taxes[False], currency),
    )


def _tax_total(found: Levied, currency: str) -> TaxTotal:
    return TaxTotal(
        name=found.rate.name,
        percent=found.rate.percent,
        base=_money(found.base, currency),
        amount=_money(found.amount, currency),
        included=found.rate.included,
    )
