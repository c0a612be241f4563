"""How much of a sale a refund takes back: shares to the cent, by largest remainder. Pure.

Pieces of a line are given back at what is due for so many of them, less what went back for earlier ones. So refunding
piece by piece ends exactly at the line's total, net and tax by tax, whatever was refunded, failed and refunded again.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from commerce.money import Money, allocate
from commerce.payments.credit import Credit, CreditedLine, CreditedPart, CreditedTax
from commerce.payments.sales import Sale, SoldLine, SoldPart, SoldTax
from commerce.runtime.errors import FieldError, Invalid

type _Due = Callable[[int, int], int]
"""What is due now, by the whole and by what went back of it before."""


@dataclass(frozen=True)
class Pieces:
    """So many of a line; `restock`: they are back on the shelf."""

    quantity: int
    restock: bool = False


def of_parts(
    sale: Sale,
    before: Sequence[Credit],
    lines: Mapping[str, Pieces],
    *,
    shipping: bool,
    plain: int = 0,
    gift_cards: Sequence[CreditedLine] = (),
) -> Credit:
    """What these lines, the shipping and a courtesy come to.

    Args:
        sale: of what.
        before: what other refunds that have not failed take off it.
        lines: pieces by line id.
        shipping: whether all that is left of the shipping goes back.
        plain: a courtesy in minor units, for no line and without taxes.
        gift_cards: what pieces of gift cards among them are worth.

    Raises:
        Invalid: a line that the order does not have, or more of one than is left.
    """
    check(sale, before, lines)
    known = {line.line_id: line for line in sale.lines}
    worth = {line.line_id: line for line in gift_cards}
    return Credit(
        lines=[
            worth.get(line_id) or _line(sale.currency, known[line_id], before, pieces)
            for line_id, pieces in lines.items()
        ],
        shipping=_shipping(sale, before) if shipping else None,
        plain=Money(amount=plain, currency=sale.currency) if plain else None,
    )


def of_amount(sale: Sale, before: Sequence[Credit], amount: int, gift_cards: Sequence[CreditedLine] = ()) -> Credit:
    """What an amount in minor units takes off a sale: all that is left of it, where it is as much; else a courtesy.

    Where gift cards were bought, what goes back of them stands by itself, and this holds of all the rest.
    """
    amount -= sum(line.amount.amount for line in gift_cards)
    taken = sum(credit.amount - credit.gift_cards for credit in before)
    if amount != sale.total - sum(line.gross for line in sale.gift_cards) - taken:
        plain = Money(amount=amount, currency=sale.currency) if amount else None
        return Credit(lines=list(gift_cards), plain=plain)
    goods = [line for line in sale.lines if not line.gift_card]
    left = {line.line_id: line.quantity - refunded(before, line.line_id) for line in goods}
    wanted = {line_id: Pieces(quantity) for line_id, quantity in left.items() if quantity}
    whole = of_parts(sale, before, wanted, shipping=True)
    rounding = sale.rounding - sum(credit.rounding.amount for credit in before if credit.rounding)
    rest = amount - whole.amount - rounding
    return whole.model_copy(
        update={
            "lines": [*whole.lines, *gift_cards],
            "rounding": Money(amount=rounding, currency=sale.currency) if rounding else None,
            "plain": Money(amount=rest, currency=sale.currency) if rest else None,
        }
    )


def refunded(taken: Iterable[Credit], line_id: str) -> int:
    """How many pieces of a line they take back."""
    return sum(line.quantity for line in of_line(taken, line_id))


def of_line(taken: Iterable[Credit], line_id: str) -> list[CreditedLine]:
    """What they take off a line."""
    return [line for credit in taken for line in credit.lines if line.line_id == line_id]


def check(sale: Sale, before: Sequence[Credit], lines: Mapping[str, Pieces]) -> None:
    """Lets those pieces through that the order has, and that have not gone back.

    Raises:
        Invalid: a line that it does not have, or more of one than is left.
    """
    left = {line.line_id: line.quantity - refunded(before, line.line_id) for line in sale.lines}
    errors = []
    for number, (line_id, pieces) in enumerate(lines.items()):
        if line_id not in left:
            message = "The order has no such line."
            errors.append(FieldError(field=f"lines.{number}.line_id", code="unknown_line", message=message))
        elif pieces.quantity > left[line_id]:
            message = f"{left[line_id]} can still be refunded."
            errors.append(FieldError(field=f"lines.{number}.quantity", code="above_bought", message=message))
    if errors:
        raise Invalid(errors=errors)


def _line(currency: str, line: SoldLine, before: Sequence[Credit], pieces: Pieces) -> CreditedLine:
    gone = of_line(before, line.line_id)
    until = sum(credited.quantity for credited in gone) + pieces.quantity

    def due(whole: int, done: int) -> int:
        return sum(allocate(whole, [1] * line.quantity)[:until]) - done

    part = _part(currency, line, gone, due)
    return CreditedLine(**dict(part), line_id=line.line_id, quantity=pieces.quantity, restock=pieces.restock)


def _shipping(sale: Sale, before: Sequence[Credit]) -> CreditedPart | None:
    gone = [credit.shipping for credit in before if credit.shipping]
    part = _part(sale.currency, sale.shipping, gone, lambda whole, done: whole - done)
    return part if part.amount.amount else None


def _part(currency: str, sold: SoldPart, gone: Sequence[CreditedPart], due: _Due) -> CreditedPart:
    net = due(sold.net, sum(_net(credited) for credited in gone))
    taxes = [(tax, due(tax.amount, _taxed(gone, tax))) for tax in sold.taxes]
    return CreditedPart(
        amount=Money(amount=net + sum(amount for _, amount in taxes), currency=currency),
        taxes=[
            CreditedTax(**tax.model_dump(exclude={"amount"}), amount=Money(amount=amount, currency=currency))
            for tax, amount in taxes
            if amount
        ],
    )


def _net(part: CreditedPart) -> int:
    return part.amount.amount - sum(tax.amount.amount for tax in part.taxes)


def _taxed(gone: Iterable[CreditedPart], of: SoldTax) -> int:
    return sum(tax.amount.amount for part in gone for tax in part.taxes if tax.rate_id == of.rate_id)
