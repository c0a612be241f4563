"""From a sale to its invoice: all from the order's own totals and their derivation, nothing worked out anew. Pure.

The order's `explain` says of each rate what of its tax falls on which line; what is left of a rate's base after the
lines that it is on is the shipping's.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from commerce import postal
from commerce.invoices.model import Buyer, Content, Paid, Part, PartTax, Sale, SoldLine, TaxRow
from commerce.pricing import LineTotals, Totals

VOUCHER = "multi-purpose voucher, taxed when it is spent"
"""What stands beside a gift card that bears no tax; see `pricing.calculation` for the law."""
SHIPPING = ""
"""The id under which the shipping stands among the parts, as in the order's `explain`."""


@dataclass(frozen=True, slots=True)
class _Rate:
    """A rate with what of its tax falls on which part."""

    row: TaxRow
    shares: dict[str, int]


def invoice(sale: Sale, paid: Sequence[Paid]) -> Content:
    """What the invoice of a sale says.

    Raises:
        ValueError: the order's totals do not add up.
    """
    totals = sale.totals
    rates = _rates(totals)
    by_line = {line.line_id: line for line in totals.lines}
    parts = [_line(line, by_line[line.line_id], rates) for line in sale.lines]
    if sale.shipping or totals.shipping.amount:
        parts.append(_shipping(sale, rates, parts))
    billed, sent = postal.printed(sale.billing_address), postal.printed(sale.shipping_address)
    return Content(
        kind="invoice",
        cause=f"order:{sale.id}",
        order_id=sale.id,
        order_number=sale.number,
        ordered_at=sale.placed_at,
        buyer=Buyer(address=billed, country=sale.billing_address.country),
        deliver_to=sent if sent != billed and sale.shipping else [],
        currency=totals.total.currency,
        parts=parts,
        taxes=[rate.row for rate in rates],
        rounding=totals.rounding.amount if totals.rounding else 0,
        total=totals.total.amount,
        paid=list(paid),
    )


def _rates(totals: Totals) -> list[_Rate]:
    """The rates, which stand in `taxes` and in `explain` in one order."""
    explained = [part for part in totals.explain if part.kind == "tax"]
    found = []
    for tax, part in zip(totals.taxes, explained, strict=True):
        row = TaxRow(
            rate_id=part.reference,
            name=tax.name,
            percent=tax.percent,
            included=tax.included,
            base=tax.base.amount,
            amount=tax.amount.amount,
        )
        found.append(_Rate(row, {share.line_id: share.amount.amount for share in part.shares}))
    return found


def _line(line: SoldLine, totals: LineTotals, rates: Sequence[_Rate]) -> Part:
    net = totals.total.amount - totals.tax.amount - totals.included_tax.amount
    taxes = [
        PartTax(rate=index, base=net, amount=rate.shares[line.line_id])
        for index, rate in enumerate(rates)
        if line.line_id in rate.shares
    ]
    return Part(
        line_id=line.line_id,
        title=line.title,
        detail=" \u00b7 ".join(
            filter(None, [line.variant_title, line.sku, VOUCHER if line.kind == "gift_card" else ""])
        ),
        quantity=line.quantity,
        unit_price=line.unit_price.amount,
        discount=totals.discount.amount,
        net=net,
        taxes=taxes,
        gross=totals.total.amount,
    )


def _shipping(sale: Sale, rates: Sequence[_Rate], lines: Sequence[Part]) -> Part:
    price = sale.totals.shipping.amount
    off = -sum(
        share.amount.amount
        for part in sale.totals.explain
        if part.kind == "promotion"
        for share in part.shares
        if share.line_id == SHIPPING
    )
    taxes = []
    for index, rate in enumerate(rates):
        on_lines = sum(tax.base for part in lines for tax in part.taxes if tax.rate == index)
        if SHIPPING in rate.shares:
            taxes.append(PartTax(rate=index, base=rate.row.base - on_lines, amount=rate.shares[SHIPPING]))
    inside = sum(tax.amount for tax in taxes if rates[tax.rate].row.included)
    on_top = sum(tax.amount for tax in taxes) - inside
    return Part(
        line_id=SHIPPING,
        title="Shipping",
        detail=sale.shipping.title if sale.shipping else "",
        quantity=1,
        unit_price=price,
        discount=off,
        net=price - off - inside,
        taxes=taxes,
        gross=price - off + on_top,
    )
