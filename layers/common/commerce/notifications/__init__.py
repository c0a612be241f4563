"""Notifications: facts become messages to people, each of them once."""

from commerce.notifications.model import Handover, MessageOrder
from commerce.notifications.routing import back_in_stock, cancellation, confirmation, hand_over
from commerce.notifications.sending import send_email

__all__ = ["Handover", "MessageOrder", "back_in_stock", "cancellation", "confirmation", "hand_over", "send_email"]
