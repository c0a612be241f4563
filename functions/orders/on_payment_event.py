"""What payments say, from a queue: orders are confirmed, expire, or send money back."""

from commerce import orders
from commerce.orders import Returned
from commerce.payments.events import (
    DisputeClosed,
    DisputeOpened,
    FraudWarned,
    PaymentAuthorized,
    PaymentFailed,
    PaymentOverdue,
    PaymentSucceeded,
    PaymentVoided,
    RefundFact,
    RefundFailed,
    RefundSucceeded,
)
from commerce.runtime.consumer import Consumer, Delivery

consume = Consumer("orders.on_payment_event")


@consume.on(PaymentSucceeded)
def on_success(fact: PaymentSucceeded, delivery: Delivery) -> None:
    orders.confirm(fact.order_id, payment_id=fact.payment_id, paid=fact.paid, delivery=delivery)


@consume.on(PaymentAuthorized)
def on_authorization(fact: PaymentAuthorized, delivery: Delivery) -> None:
    orders.confirm_authorized(fact.order_id, payment_id=fact.payment_id, held=fact.authorized, delivery=delivery)


@consume.on(PaymentFailed)
def on_decline(fact: PaymentFailed, delivery: Delivery) -> None:
    orders.note_decline(fact.order_id, reason=fact.reason, delivery=delivery)


@consume.on(PaymentVoided)
def on_void(fact: PaymentVoided, delivery: Delivery) -> None:
    orders.note_void(fact.order_id, payment_id=fact.payment_id, was_held=fact.authorized, delivery=delivery)


@consume.on(PaymentOverdue)
def on_overdue(fact: PaymentOverdue, delivery: Delivery) -> None:
    orders.note_overdue(fact.order_id, delivery=delivery)


@consume.on(RefundSucceeded)
def on_refund(fact: RefundSucceeded, delivery: Delivery) -> None:
    orders.note_refund(
        fact.order_id, payment_id=fact.payment_id, amount=fact.amount, lines=_lines(fact), delivery=delivery
    )


@consume.on(RefundFailed)
def on_failed_refund(fact: RefundFailed, delivery: Delivery) -> None:
    orders.note_refund_failed(
        fact.order_id,
        amount=fact.amount,
        lines=_lines(fact),
        was_told=fact.reversed,
        disputed=fact.of_a_dispute,
        cancelled=fact.cancelled,
        delivery=delivery,
    )


@consume.on(DisputeOpened)
def on_dispute(fact: DisputeOpened, delivery: Delivery) -> None:
    orders.hold_for_dispute(fact.order_id, amount=fact.amount, reason=fact.reason, delivery=delivery)


@consume.on(DisputeClosed)
def on_closed_dispute(fact: DisputeClosed, delivery: Delivery) -> None:
    orders.note_dispute_closed(fact.order_id, amount=fact.amount, won=fact.won, delivery=delivery)


@consume.on(FraudWarned)
def on_fraud_warning(fact: FraudWarned, delivery: Delivery) -> None:
    orders.note_fraud_warning(fact.order_id, kind=fact.kind, delivery=delivery)


def _lines(fact: RefundFact) -> list[Returned]:
    return [Returned(line.line_id, line.quantity, line.restock) for line in fact.lines]


handler = consume.handler
