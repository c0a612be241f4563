"""What holds of every calculation, whatever is in the basket and whatever the rules."""

from collections import Counter

from commerce.money import Money
from commerce.pricing.calculation import Priced
from commerce.pricing.model import Basket, Explanation, Totals
from commerce.pricing.rounding import payable_step


def check(basket: Basket, priced: Priced) -> None:
    """All of them."""
    totals = priced.totals
    _sums(totals)
    _signs(totals)
    _lines(basket, totals)
    _parts(basket, priced)
    _promotions(priced)
    assert {money.currency for money in _amounts(totals)} == {basket.currency}
    assert totals.total.amount % payable_step(basket.currency) == 0


def of_kind(totals: Totals, kind: str, *, included: bool = False) -> int:
    """What the parts of a kind come to."""
    return sum(part.amount.amount for part in totals.explain if part.kind == kind and part.included is included)


def falls_on(totals: Totals, line_id: str) -> int:
    """What of the parts that are not included falls on a line; on the shipping for an empty id."""
    own = {"item": line_id, "shipping": "" if line_id else None}
    whole = sum(
        part.amount.amount
        for part in totals.explain
        if (part.kind == "item" and part.reference == own["item"]) or (part.kind == "shipping" and not line_id)
    )
    return whole + sum(
        share.amount.amount
        for part in totals.explain
        if not part.included
        for share in part.shares
        if share.line_id == line_id
    )


def _sums(totals: Totals) -> None:
    parts = sum(part.amount.amount for part in totals.explain if not part.included)
    assert totals.rounding is not None
    assert totals.included_tax is not None
    told = totals.items - totals.discount + totals.shipping + totals.tax + totals.rounding
    assert totals.total == told
    assert totals.total.amount == parts
    assert totals.items.amount == of_kind(totals, "item")
    assert totals.discount.amount == -of_kind(totals, "promotion")
    assert totals.shipping.amount == of_kind(totals, "shipping")
    assert totals.tax.amount == of_kind(totals, "tax") == sum(t.amount.amount for t in totals.taxes if not t.included)
    assert totals.included_tax.amount == of_kind(totals, "tax", included=True)
    assert totals.included_tax.amount == sum(t.amount.amount for t in totals.taxes if t.included)
    assert totals.rounding.amount == of_kind(totals, "rounding")


def _signs(totals: Totals) -> None:
    """Nothing is negative but what is taken off and what is rounded; nobody is paid for buying."""
    assert all(money.amount >= 0 for money in (totals.items, totals.discount, totals.shipping, totals.tax))
    assert totals.total.amount >= 0
    assert totals.discount.amount <= totals.items.amount + totals.shipping.amount
    for line in totals.lines:
        assert 0 <= line.discount.amount <= line.subtotal.amount
        assert line.tax.amount >= 0
        assert 0 <= line.included_tax.amount <= line.subtotal.amount - line.discount.amount
        assert line.total.amount >= 0
    assert all(tax.base.amount >= 0 and tax.amount.amount >= 0 for tax in totals.taxes)
    assert falls_on(totals, "") >= 0


def _lines(basket: Basket, totals: Totals) -> None:
    """A line says of itself what the parts say of it; the lines, the shipping and the rounding are all there is."""
    assert [line.line_id for line in totals.lines] == [line.line_id for line in basket.lines]
    for line in totals.lines:
        assert line.total == line.subtotal - line.discount + line.tax
        assert line.total.amount == falls_on(totals, line.line_id)
    assert totals.rounding is not None
    on_lines = sum(line.total.amount for line in totals.lines)
    assert totals.total.amount == on_lines + falls_on(totals, "") + totals.rounding.amount


def _parts(basket: Basket, priced: Priced) -> None:
    """The shares of a part sum to it, each on a line of its own; each part is told once."""
    lines = {line.line_id for line in basket.lines}
    for part in priced.totals.explain:
        if part.kind in {"promotion", "tax"}:
            assert sum(share.amount.amount for share in part.shares) == part.amount.amount
            assert {share.line_id for share in part.shares} <= lines | {""}
            assert max(Counter(share.line_id for share in part.shares).values(), default=1) == 1
        else:
            assert part.shares == []
    assert max(Counter(map(_name, priced.totals.explain)).values(), default=1) == 1
    told = [part for part in priced.totals.explain if part.kind == "shipping"]
    assert [part.reference for part in told] == ([priced.method.id] if priced.method else [])
    assert priced.totals.shipping == (priced.method.price if priced.method else priced.totals.shipping * 0)


def _promotions(priced: Priced) -> None:
    """Each promotion that was applied took something off, and is told as a part."""
    told = {part.reference: part.amount for part in priced.totals.explain if part.kind == "promotion"}
    assert {promotion.id: -promotion.amount for promotion in priced.promotions} == told
    assert all(promotion.amount.amount > 0 for promotion in priced.promotions)


def _name(part: Explanation) -> tuple[str, str]:
    return part.kind, part.reference


def _amounts(totals: Totals) -> list[Money]:
    amounts = [totals.items, totals.discount, totals.shipping, totals.tax, totals.total]
    amounts += [money for money in (totals.included_tax, totals.rounding) if money]
    amounts += [part.amount for part in totals.explain]
    amounts += [share.amount for part in totals.explain for share in part.shares]
    amounts += [tax.amount for tax in totals.taxes] + [tax.base for tax in totals.taxes]
    for line in totals.lines:
        amounts += [line.subtotal, line.discount, line.tax, line.included_tax, line.total]
    return amounts
