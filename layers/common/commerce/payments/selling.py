"""A sale is booked when its order is confirmed, once.

Money may have gone back before that news came: such a refund is credited with the sale, so the books end the same
whichever was first.
"""

from collections.abc import Callable, Mapping, Sequence

from commerce.payments import crediting, ledger, sales
from commerce.payments.credit import Credit
from commerce.payments.ledger import LEDGER
from commerce.payments.model import Payment
from commerce.payments.sales import SALES, Sale
from commerce.payments.store import PAYMENTS, REFUNDS
from commerce.pricing import Totals
from commerce.runtime.changes import Changes, retry_stale


def book_sale(
    order_id: str,
    payment_ids: Sequence[str],
    totals: Totals,
    quantities: Mapping[str, int],
    *,
    begin: Callable[[], Changes] = Changes,
) -> None:
    """Books what a confirmed order brought in, unless it is booked.

    Args:
        order_id: the order.
        payment_ids: what paid for it; none where there was nothing to pay.
        totals: as it was placed.
        quantities: pieces by line id.
        begin: begins the change that it joins, and that is committed either way.
    """

    def once() -> None:
        changes = begin()
        if SALES.get(order_id) is None:
            sale = sales.sold(order_id, list(payment_ids), totals, quantities)
            payments = [payment for payment_id in payment_ids if (payment := PAYMENTS.get(payment_id))]
            _credit_earlier(changes, sale, payments)
            for payment in payments:  # Their versions move: who decides on a refund at this moment reads the sale anew.
                changes.replace(PAYMENTS, payment)
            sales.add(changes, sale)
        changes.commit()

    retry_stale(once)


def _credit_earlier(changes: Changes, sale: Sale, payments: Sequence[Payment]) -> None:
    by_id = {payment.id: payment for payment in payments}
    known: list[Credit] = []
    for refund in REFUNDS.of_payments(list(by_id)) if by_id else []:
        if not refund.live:
            continue
        refund.credit = crediting.of_amount(sale, known, refund.amount)
        known.append(refund.credit)
        changes.replace(REFUNDS, refund)
        if refund.status == "succeeded":
            changes.insert(LEDGER, ledger.credit(by_id[refund.payment_id], refund.id, refund.credit))
