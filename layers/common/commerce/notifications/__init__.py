"""Notifications: facts become messages to people, each of them once."""

from commerce.notifications.model import Handover, MessageOrder
from commerce.notifications.privacy import erase, personal_data
from commerce.notifications.routing import (
    account_closing,
    back_in_stock,
    cancellation,
    confirmation,
    data_ready,
    dispute,
    gift_card,
    hand_over,
    order_held,
    refund_failed,
)
from commerce.notifications.sending import send_email

__all__ = [
    "Handover",
    "MessageOrder",
    "account_closing",
    "back_in_stock",
    "cancellation",
    "confirmation",
    "data_ready",
    "dispute",
    "erase",
    "gift_card",
    "hand_over",
    "order_held",
    "personal_data",
    "refund_failed",
    "send_email",
]
