"""The invoice of an order that was paid, from a queue."""

from commerce import invoices, orders, payments
from commerce.invoices import Paid, Sale
from commerce.orders.events import OrderConfirmed, OrderPaid
from commerce.runtime.consumer import Consumer, Delivery

consume = Consumer("payments.issue_invoice")


@consume.on(OrderConfirmed)
def on_confirmed(fact: OrderConfirmed, delivery: Delivery) -> None:
    """What is merely authorized is invoiced when it is captured: until then it may be let go."""
    if fact.authorized:
        delivery.changes().commit()
        return
    _issue(fact, delivery)


@consume.on(OrderPaid)
def on_paid(fact: OrderPaid, delivery: Delivery) -> None:
    _issue(fact, delivery)


def _issue(fact: OrderConfirmed | OrderPaid, delivery: Delivery) -> None:
    """As the order was sold: what it says by now of its payment and delivery is not on its invoice."""
    sale = Sale.model_validate(orders.told_of(fact.order_id), from_attributes=True)
    held = [payments.get(payment_id) for payment_id in fact.paid_by]  # Nothing, where there was nothing to pay.
    paid = [Paid(payment_id=payment.id, by=payment.provider, amount=payment.captured) for payment in held]
    invoices.issue(sale, paid, delivery)


handler = consume.handler
