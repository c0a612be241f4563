"""A sale is booked when its order is confirmed and the money is here, once.

The gift cards in it are made in the same change, each once: whoever finds the sale finds them.

Money may have gone back before that news came: such a refund is credited with the sale, so the books end the same
whichever was first.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from commerce.payments import crediting, ledger, sales
from commerce.payments.credit import Credit
from commerce.payments.giftcards import bought
from commerce.payments.giftcards.bought import Bought
from commerce.payments.ledger import LEDGER
from commerce.payments.model import Payment
from commerce.payments.sales import SALES, Sale
from commerce.payments.store import PAYMENTS, REFUNDS
from commerce.pricing import Totals
from commerce.runtime.changes import Changes, retry_stale


@dataclass(frozen=True)
class Sold:
    """What an order brought: its totals as it was placed, pieces by line id, and the ids of the lines of gift cards."""

    totals: Totals
    quantities: dict[str, int]
    gift_cards: frozenset[str] = field(default=frozenset())


def book_sale(
    order_id: str,
    payment_ids: Sequence[str],
    sold: Sold,
    *,
    send_to: str | None,
    begin: Callable[[], Changes] = Changes,
) -> None:
    """Books what a confirmed order brought in, and makes its gift cards, unless it is booked.

    Args:
        order_id: the order.
        payment_ids: what paid for it; none where there was nothing to pay.
        sold: what it brought.
        send_to: the email that the codes of gift cards go to; None makes no cards, since the order is over already.
        begin: begins the change that it joins, and that is committed either way.
    """

    def once() -> None:
        changes = begin()
        if SALES.get(order_id) is None:
            sale = sales.sold(order_id, list(payment_ids), sold.totals, sold.quantities, sold.gift_cards)
            payments = [payment for payment_id in payment_ids if (payment := PAYMENTS.get(payment_id))]
            known = _credit_earlier(changes, sale, payments)
            if send_to is not None:
                bought.make(changes, sale, known, recipient=send_to)
            for payment in payments:  # Their versions move: who decides on a refund at this moment reads the sale anew.
                changes.replace(PAYMENTS, payment)
            sales.add(changes, sale)
        changes.commit()

    retry_stale(once)


def _credit_earlier(changes: Changes, sale: Sale, payments: Sequence[Payment]) -> list[Credit]:
    """Says of refunds that were quicker what they take off the sale; answers that."""
    by_id = {payment.id: payment for payment in payments}
    left = {payment.id: payment.captured for payment in payments}
    known: list[Credit] = []
    for refund in REFUNDS.of_payments(list(by_id)) if by_id else []:
        if not refund.live:
            continue
        payment = by_id[refund.payment_id]
        share = Bought.of(sale, known, payment).beyond(left[payment.id], refund.amount)
        left[payment.id] -= refund.amount
        refund.credit = crediting.of_amount(sale, known, refund.amount, share.lines)
        known.append(refund.credit)
        changes.replace(REFUNDS, refund)
        if refund.status == "succeeded":
            changes.insert(LEDGER, ledger.credit(payment, refund.id, refund.credit))
    return known
