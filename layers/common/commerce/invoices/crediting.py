"""What a credit note says, and how it is taken back. Pure.

A refund names lines, the shipping, an amount, or any of these. What it names is taken from what is still left of that
part of the invoice, the rest from all that is left, by largest remainder; each part is split into net and taxes in the
same way. What gives back all that is left takes every rest to the unit, so that an invoice that was wholly refunded
comes to nothing, rate by rate.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from commerce.invoices.composing import SHIPPING
from commerce.invoices.model import Content, Invoice, Part, PartTax
from commerce.money import allocate


@dataclass(frozen=True)
class Refunded:
    """A refund: how much went back, and for what as far as it was said. Amounts with taxes, in minor units."""

    refund_id: str
    amount: int
    reason: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)
    pieces: Mapping[str, int] = field(default_factory=dict)
    shipping: int = 0


def credit_note(invoice: Invoice, others: Sequence[Invoice], refunded: Refunded) -> Content | None:
    """What the credit note of a refund says; None where nothing of the invoice is left to give back.

    Args:
        invoice: what it is about.
        others: the credit notes and corrections that there are already.
        refunded: the refund. What goes beyond the invoice is no part of it.
    """
    left, rounding = _left(invoice, others)
    total = sum(part.gross for part in left) + rounding
    amount = min(refunded.amount, total)
    if amount <= 0:
        return None
    if amount == total:
        parts = left
    else:
        gross = _spread(amount, left, max(0, rounding), refunded)
        rounding = amount - sum(gross)
        parts = [_share(part, taken) for part, taken in zip(left, gross, strict=True)]
    named = {part.line_id for part in parts if part.gross or part.net or any(tax.amount for tax in part.taxes)}
    pieces = {part.line_id: part.quantity for part in invoice.parts} if amount == invoice.total else refunded.pieces
    shown = [
        part.model_copy(update={"quantity": pieces.get(part.line_id, 0), "unit_price": 0, "discount": 0})
        for part in parts
        if part.line_id in named
    ]
    return _content(
        invoice,
        kind="credit_note",
        cause=f"refund:{refunded.refund_id}",
        parts=shown,
        rounding=rounding,
        total=amount,
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


def _content(invoice: Invoice, *, parts: Sequence[Part], **said: object) -> Content:
    """A document about an invoice: its sale and its rates, with the parts' own sums."""
    taxes = []
    for index, row in enumerate(invoice.taxes):
        shares = [tax for part in parts for tax in part.taxes if tax.rate == index]
        base, amount = sum(tax.base for tax in shares), sum(tax.amount for tax in shares)
        taxes.append(row.model_copy(update={"base": base, "amount": amount}))
    of_sale = ("order_id", "order_number", "ordered_at", "buyer", "currency")
    known = {name: getattr(invoice, name) for name in of_sale}
    return Content.model_validate({**known, "parts": list(parts), "taxes": taxes, **said})


def _left(invoice: Invoice, others: Sequence[Invoice]) -> tuple[list[Part], int]:
    """The parts of the invoice without what was credited, and the rounding."""
    parts = [part.model_copy(deep=True) for part in invoice.parts]
    by_id, rounding = {part.line_id: part for part in parts}, invoice.rounding
    for other in others:
        sign = 1 if other.kind == "correction" else -1
        rounding += sign * other.rounding
        for taken in other.parts:
            part = by_id[taken.line_id]
            part.net += sign * taken.net
            part.gross += sign * taken.gross
            taxes = {tax.rate: tax for tax in part.taxes}
            for tax in taken.taxes:
                taxes[tax.rate].base += sign * tax.base
                taxes[tax.rate].amount += sign * tax.amount
    return parts, rounding


def _spread(amount: int, left: Sequence[Part], rounding: int, refunded: Refunded) -> list[int]:
    """What of the amount falls on each part, taxes and all. What falls on none is of the rounding."""
    named = {**refunded.lines, SHIPPING: refunded.shipping}
    taken, rest = [], amount
    for part in left:
        taken.append(min(rest, part.gross, max(0, named.get(part.line_id, 0))))
        rest -= taken[-1]
    free = [part.gross - share for part, share in zip(left, taken, strict=True)]
    more = allocate(rest, [*free, rounding])[:-1] if rest else [0] * len(free)
    return [one + two for one, two in zip(taken, more, strict=True)]


def _share(part: Part, gross: int) -> Part:
    """So much of a part, split as the part is."""
    if gross == part.gross:
        return part
    net, *amounts = allocate(gross, [part.net, *(tax.amount for tax in part.taxes)])
    taxes = [
        PartTax(rate=tax.rate, base=_base(tax.base, net, part.net), amount=amount)
        for tax, amount in zip(part.taxes, amounts, strict=True)
    ]
    return part.model_copy(update={"net": net, "taxes": taxes, "gross": gross})


def _base(base: int, net: int, of: int) -> int:
    """What of a rate's base goes with so much of the net: the same part of it."""
    return allocate(net, [base, of - base])[0] if of else 0
