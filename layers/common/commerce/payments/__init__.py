"""Payments: attempts, what the providers say of them, refunds, and a ledger that sums to zero."""

from commerce.payments.attempts import attempt, get, start, sync
from commerce.payments.model import CreatePayment, Payment, PaymentRef, PaymentView, view
from commerce.payments.privacy import erase, personal_data
from commerce.payments.refunds import refund_all
from commerce.payments.voiding import close_cancelled, close_expiring
from commerce.payments.webhooks import take_stripe_event

__all__ = [
    "CreatePayment",
    "Payment",
    "PaymentRef",
    "PaymentView",
    "attempt",
    "close_cancelled",
    "close_expiring",
    "erase",
    "get",
    "personal_data",
    "refund_all",
    "start",
    "sync",
    "take_stripe_event",
    "view",
]
