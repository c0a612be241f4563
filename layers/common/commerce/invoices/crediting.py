"""What a credit note says, and how it is taken back. Pure.

A refund says itself what it takes off the sale: lines, shipping, rounding, each with its taxes, and a courtesy that
stands for none of them. That is what the ledger takes back from revenue and taxes, so the credit note says just that.
One that was quicker than the news of the sale says nothing yet; it is credited as the ledger does then: all that is
left where it is as much, else a courtesy.
"""

from collections import defaultdict
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from commerce.invoices.composing import SHIPPING
from commerce.invoices.model import Content, Invoice, Part, PartTax
from commerce.money import Money

COURTESY = "-"
"""The id under which an amount stands that is for no line."""


class RefundedTax(BaseModel):
    """What of an amount is tax of one rate."""

    model_config = ConfigDict(from_attributes=True)

    rate_id: str
    amount: Money


class RefundedPart(BaseModel):
    """Something that went back: `amount` with all its taxes, and what of it each of them is."""

    model_config = ConfigDict(from_attributes=True)

    amount: Money
    taxes: list[RefundedTax] = []


class RefundedLine(RefundedPart):
    """So many pieces of a line."""

    line_id: str
    quantity: int


class Refunded(BaseModel):
    """A refund and what it takes off a sale (`of_sale`), by the names that payments give it: the parts sum to `amount`.
    `plain` is for no line and without taxes; it is negative where lines go back whole of which something had been given
    before.
    """

    model_config = ConfigDict(from_attributes=True)

    refund_id: str
    payment_id: str
    amount: Money
    reason: str = ""
    of_sale: bool = False
    lines: list[RefundedLine] = []
    shipping: RefundedPart | None = None
    rounding: Money | None = None
    plain: Money | None = None


class BeyondInvoice(ValueError):
    """More would be given back than was charged."""


def credit_note(invoice: Invoice, others: Sequence[Invoice], refunded: Refunded) -> Content | None:
    """What the credit note of a refund says; None for money that the order never took: it was not invoiced.

    Args:
        invoice: what it is about.
        others: the credit notes and corrections that there are already.
        refunded: the refund.

    Raises:
        BeyondInvoice: together with the others it is more than the invoice.
        ValueError: its parts are not those of the invoice, or do not sum to it.
    """
    if not refunded.of_sale and all(paid.payment_id != refunded.payment_id for paid in invoice.paid):
        return None
    gone = sum(other.total if other.kind == "credit_note" else -other.total for other in others)
    if gone + refunded.amount.amount > invoice.total:
        raise BeyondInvoice(f"{refunded.refund_id} goes beyond {invoice.number}")
    rounding = refunded.rounding.amount if refunded.rounding else 0
    if refunded.of_sale:
        parts = _named(invoice, refunded)
    elif gone + refunded.amount.amount < invoice.total or _by_part(others):
        parts = [_courtesy(refunded.amount.amount)]
    else:
        parts, rounding = [_whole(part) for part in invoice.parts], invoice.rounding
        parts += [_courtesy(-gone)] if gone else []
    return _content(
        invoice,
        kind="credit_note",
        cause=f"refund:{refunded.refund_id}",
        parts=parts,
        rounding=rounding,
        total=refunded.amount.amount,
        about=[invoice.reference],
        refund_id=refunded.refund_id,
        reason=refunded.reason,
    )


def correction(invoice: Invoice, note: Invoice) -> Content:
    """What takes a credit note back whose refund did not arrive: the same amounts, owed to the buyer again."""
    return _content(
        invoice,
        kind="correction",
        cause=f"returned:{note.refund_id}",
        parts=note.parts,
        rounding=note.rounding,
        total=note.total,
        about=[note.reference, invoice.reference],
        refund_id=note.refund_id,
        reason="refund_failed",
    )


def _named(invoice: Invoice, refunded: Refunded) -> list[Part]:
    """What the refund names, as parts of the invoice."""
    known = {part.line_id: part for part in invoice.parts}
    rates = {row.rate_id: index for index, row in enumerate(invoice.taxes)}
    parts = [_part(known[line.line_id], line, rates, line.quantity) for line in refunded.lines]
    if refunded.shipping:
        parts.append(_part(known[SHIPPING], refunded.shipping, rates, 0))
    if refunded.plain:
        parts.append(_courtesy(refunded.plain.amount, further=bool(parts)))
    return parts


def _by_part(others: Sequence[Invoice]) -> bool:
    """Whether any of them names a part of the invoice."""
    return any(part.line_id != COURTESY for other in others for part in other.parts)


def _whole(part: Part) -> Part:
    return part.model_copy(update={"unit_price": 0, "discount": 0})


def _part(sold: Part, back: RefundedPart, rates: dict[str, int], quantity: int) -> Part:
    """What goes back of a part. A rate is on as much of it as it was on of the whole: all, save of some shippings."""
    by_rate = {rates[tax.rate_id]: tax.amount.amount for tax in back.taxes}
    net = back.amount.amount - sum(by_rate.values())
    taxes = [
        PartTax(rate=tax.rate, base=net * tax.base // sold.net if sold.net else 0, amount=by_rate.pop(tax.rate, 0))
        for tax in sold.taxes
    ]
    if by_rate:
        raise ValueError(f"{sold.line_id} was not taxed so")
    told = {"quantity": quantity, "unit_price": 0, "discount": 0, "net": net, "taxes": taxes}
    return sold.model_copy(update=told | {"gross": back.amount.amount})


def _courtesy(amount: int, *, further: bool = False) -> Part:
    title = "Given back before" if amount < 0 else "Further amount" if further else "Amount"
    return Part(line_id=COURTESY, title=title, quantity=0, unit_price=0, net=amount, taxes=[], gross=amount)


def _content(invoice: Invoice, *, parts: Sequence[Part], **said: object) -> Content:
    """A document about an invoice: its sale and its rates, with the parts' own sums."""
    sums: defaultdict[tuple[int, str], int] = defaultdict(int)
    for part in parts:
        for tax in part.taxes:
            sums[tax.rate, "base"] += tax.base
            sums[tax.rate, "amount"] += tax.amount
    taxes = [
        row.model_copy(update={"base": sums[index, "base"], "amount": sums[index, "amount"]})
        for index, row in enumerate(invoice.taxes)
    ]
    of_sale = ("order_id", "order_number", "ordered_at", "buyer", "currency")
    known = {name: getattr(invoice, name) for name in of_sale}
    return Content.model_validate({**known, "parts": list(parts), "taxes": taxes, **said})
