"""Sales: what an order that was confirmed brought in, kept for what may go back of it."""

from collections import defaultdict
from collections.abc import Collection as Some
from collections.abc import Iterable, Mapping

from pydantic import BaseModel

from commerce.payments import ledger
from commerce.payments.credit import Credit
from commerce.payments.ledger import LEDGER
from commerce.payments.model import Refund
from commerce.pricing import Totals
from commerce.runtime.changes import Changes
from commerce.runtime.clock import Moment, now
from commerce.runtime.mongo import Collection, Versioned

_SHIPPING = ""  # The id under which a statement has the shipping among the lines.


class SoldTax(BaseModel):
    """What of an amount is tax of one rate, in minor units."""

    rate_id: str
    name: str
    percent: str
    included: bool
    amount: int


class SoldPart(BaseModel):
    """What something brought in, in minor units: without taxes, and each of them."""

    net: int
    taxes: list[SoldTax] = []

    @property
    def gross(self) -> int:
        """With all taxes."""
        return self.net + sum(tax.amount for tax in self.taxes)


class SoldLine(SoldPart):
    """A line of the order. `cards` are the ids of the gift cards that were made for it, where it is of gift cards."""

    line_id: str
    quantity: int
    gift_card: bool = False
    cards: list[str] = []

    @property
    def each(self) -> int:
        """What a piece brought in; exact for gift cards, which bear no tax and are never reduced."""
        return self.gross // self.quantity


class Sale(Versioned):
    """What an order brought in. Its id is the order's; `payment_ids` are those that paid for it. `issued`: the gift
    cards in it were made, unless their money had gone back before.
    """

    payment_ids: list[str]
    currency: str
    lines: list[SoldLine]
    shipping: SoldPart
    rounding: int
    issued: bool = False
    booked_at: Moment

    @property
    def gift_cards(self) -> list[SoldLine]:
        """The lines of gift cards."""
        return [line for line in self.lines if line.gift_card]

    @property
    def total(self) -> int:
        """All of it, in minor units."""
        return sum(line.gross for line in self.lines) + self.shipping.gross + self.rounding


class Sales(Collection[Sale]):
    """The collection `sales`."""

    name = "sales"
    model = Sale


SALES = Sales()


def of_payment(order_id: str, payment_id: str) -> Sale | None:
    """The sale that a payment paid for; None where its order has not taken it (yet). One round trip."""
    sale = SALES.get(order_id)
    return sale if sale and payment_id in sale.payment_ids else None


def credited(refunds: Iterable[Refund]) -> list[Credit]:
    """What refunds that have not failed, nor were cancelled, take off their sale."""
    return [refund.credit for refund in refunds if refund.live and refund.credit]


def sold(
    order_id: str,
    payment_ids: list[str],
    totals: Totals,
    quantities: Mapping[str, int],
    gift_cards: Some[str] = (),
) -> Sale:
    """An order's totals as a sale: what of them is whose, taken from their derivation. Pure.

    Args:
        order_id: the order.
        payment_ids: what paid for it.
        totals: as it was placed.
        quantities: pieces by line id.
        gift_cards: the ids of the lines of gift cards.
    """
    net: defaultdict[str, int] = defaultdict(int)
    taxes: defaultdict[str, list[SoldTax]] = defaultdict(list)
    rates = iter(totals.taxes)
    for part in totals.explain:
        shares = {share.line_id: share.amount.amount for share in part.shares}
        if part.kind == "item":
            net[part.reference] += part.amount.amount
        elif part.kind == "shipping":
            net[_SHIPPING] += part.amount.amount
        elif part.kind == "promotion":
            for line_id, off in shares.items():
                net[line_id] += off
        elif part.kind == "tax":
            rate = next(rates)
            for line_id, amount in shares.items():
                tax = SoldTax(
                    rate_id=part.reference,
                    name=rate.name,
                    percent=rate.percent,
                    included=part.included,
                    amount=amount,
                )
                taxes[line_id].append(tax)
                net[line_id] -= amount if part.included else 0
    return Sale(
        id=order_id,
        payment_ids=payment_ids,
        currency=totals.total.currency,
        lines=[
            SoldLine(
                line_id=line_id,
                quantity=quantity,
                net=net[line_id],
                taxes=taxes[line_id],
                gift_card=line_id in gift_cards,
            )
            for line_id, quantity in quantities.items()
        ],
        shipping=SoldPart(net=net[_SHIPPING], taxes=taxes[_SHIPPING]),
        rounding=totals.rounding.amount if totals.rounding else 0,
        booked_at=now(),
    )


def add(changes: Changes, sale: Sale) -> None:
    """Books a sale and keeps it."""
    parts = [*sale.lines, sale.shipping]
    of_gift_cards = sum(line.net for line in sale.gift_cards)
    booked = ledger.entry(
        "sale",
        f"souk|{sale.id}",
        {
            "receivable": sale.total,
            "revenue": of_gift_cards - sum(line.net for line in sale.lines),
            "gift_cards_sold": -of_gift_cards,
            "shipping": -sale.shipping.net,
            "tax": -sum(tax.amount for part in parts for tax in part.taxes),
            "rounding": -sale.rounding,
        },
        order_id=sale.id,
        payment_id="",
        currency=sale.currency,
    )
    changes.insert(SALES, sale)
    if booked.postings:
        changes.insert(LEDGER, booked)
