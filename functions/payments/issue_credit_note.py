"""Credit notes for money that went back, from a queue; and their correction when it did not arrive."""

from commerce import invoices
from commerce.invoices import Refunded
from commerce.payments.events import RefundFailed, RefundSucceeded
from commerce.runtime.consumer import Consumer, Delivery

consume = Consumer("payments.issue_credit_note")


@consume.on(RefundSucceeded)
def credit(fact: RefundSucceeded, delivery: Delivery) -> None:
    invoices.credit(fact.order_id, Refunded.model_validate(fact, from_attributes=True), delivery)


@consume.on(RefundFailed)
def take_back(fact: RefundFailed, delivery: Delivery) -> None:
    """Where it had been told of as succeeded; else there is nothing to take back."""
    if fact.reversed:
        invoices.take_back(fact.order_id, fact.refund_id, delivery)


handler = consume.handler
