"""Payments: attempts, what the providers say of them, refunds, and a ledger that sums to zero."""

from commerce.payments.attempts import get, sync
from commerce.payments.authorizations import capture_authorized
from commerce.payments.beginning import attempt, start
from commerce.payments.capturing import capture
from commerce.payments.model import CreatePayment, Payment, PaymentRef, PaymentView, view
from commerce.payments.paypal_events import take_paypal_event
from commerce.payments.privacy import erase, personal_data
from commerce.payments.refunds import give_back_gift_cards, refund_all
from commerce.payments.selling import Sold, book_sale
from commerce.payments.stripe_events import take_stripe_event
from commerce.payments.sweeping import sweep
from commerce.payments.voiding import close_cancelled, close_expiring, give_up

__all__ = [
    "CreatePayment",
    "Payment",
    "PaymentRef",
    "PaymentView",
    "Sold",
    "attempt",
    "book_sale",
    "capture",
    "capture_authorized",
    "close_cancelled",
    "close_expiring",
    "erase",
    "get",
    "give_back_gift_cards",
    "give_up",
    "personal_data",
    "refund_all",
    "start",
    "sweep",
    "sync",
    "take_paypal_event",
    "take_stripe_event",
    "view",
]
