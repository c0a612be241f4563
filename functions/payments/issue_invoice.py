"""The invoice of an order that was paid, from a queue."""

from commerce import invoices, orders, payments
from commerce.invoices import Paid, Sale
from commerce.orders.events import OrderConfirmed
from commerce.runtime.consumer import Consumer, Delivery

consume = Consumer("payments.issue_invoice")


@consume.on(OrderConfirmed)
def issue(fact: OrderConfirmed, delivery: Delivery) -> None:
    """As the order was sold: what it says by now of its payment and delivery is not on its invoice."""
    sale = Sale.model_validate(orders.told_of(fact.order_id), from_attributes=True)
    held = [payments.get(payment_id) for payment_id in fact.paid_by]  # Nothing, where there was nothing to pay.
    paid = [Paid(payment_id=payment.id, by=payment.provider, amount=payment.captured) for payment in held]
    invoices.issue(sale, paid, delivery)


handler = consume.handler
