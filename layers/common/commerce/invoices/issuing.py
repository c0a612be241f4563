"""Making the documents of an order, from what orders and payments say, in whatever order that comes.

What is heard of refunds is noted first; then everything that can be made by now is made. Each document has a cause and
a place among those of its order that are unique, so doing it again, or beside oneself, makes nothing twice, and no two
credit notes count on the same money. The file follows its document, and only when all is there the event counts as
handled.
"""

from collections.abc import Sequence
from datetime import timedelta

from commerce.invoices import composing, crediting, filing, numbering
from commerce.invoices.crediting import Refunded
from commerce.invoices.model import Invoice, Paid, Sale
from commerce.invoices.store import HEARD_REFUNDS, INVOICES, HeardRefund
from commerce.runtime.clock import now
from commerce.runtime.consumer import Delivery

REMEMBERED = timedelta(days=730)
"""How long what was heard of a refund is kept: longer than any provider takes to send one back."""


def issue(sale: Sale, paid: Sequence[Paid], delivery: Delivery) -> None:
    """Makes the invoice of a confirmed order, and the credit notes of refunds that were quicker.

    Raises:
        Stale: someone else took a number, or made a document of this order, at the same moment.
        ValueError: the order's totals do not add up.
    """
    documents = INVOICES.of_order(sale.id) or [numbering.issue(composing.invoice(sale, paid), step=1)]
    _catch_up(documents)
    delivery.changes().commit()


def credit(order_id: str, refunded: Refunded, delivery: Delivery) -> None:
    """Money went back: makes the credit note, now or when the invoice is made.

    Raises:
        Stale: see `issue`.
        BeyondInvoice: it is more than the invoice has left.
    """
    _hear(refunded.refund_id, order_id, told=refunded.model_dump())
    _catch_up(INVOICES.of_order(order_id))
    delivery.changes().commit()


def take_back(order_id: str, refund_id: str, delivery: Delivery) -> None:
    """A refund that had been told of did not arrive: its credit note is corrected.

    Raises:
        Stale: see `issue`.
    """
    _hear(refund_id, order_id, returned=True)
    _catch_up(INVOICES.of_order(order_id))
    delivery.changes().commit()


def _hear(refund_id: str, order_id: str, **heard: object) -> None:
    HEARD_REFUNDS.hear(refund_id, order_id=order_id, until=now() + REMEMBERED, **heard)


def _catch_up(documents: list[Invoice]) -> None:
    """Makes what can be made by now. What is heard is noted before this looks, and the invoice is stored before it
    looks for what was heard: whichever of two is later sees the other's.

    Args:
        documents: those that the order has, its invoice first; none before it is confirmed.
    """
    if not documents:
        return
    for refund in HEARD_REFUNDS.of_order(documents[0].order_id):
        if refund.told:
            documents = _credit(documents, refund)
    for document in documents:
        filing.filed(document)


def _credit(documents: list[Invoice], refund: HeardRefund) -> list[Invoice]:
    """The documents, with those that the refund leads to."""
    invoice, by_cause = documents[0], {document.cause: document for document in documents}
    note = by_cause.get(f"refund:{refund.id}")
    if note is None:
        content = crediting.credit_note(invoice, documents[1:], Refunded.model_validate(refund.told))
        if content is None:
            return documents
        note = numbering.issue(content, step=len(documents) + 1)
        documents = [*documents, note]
    if refund.returned and f"returned:{refund.id}" not in by_cause:
        content = crediting.correction(invoice, note)
        documents = [*documents, numbering.issue(content, step=len(documents) + 1)]
    return documents
