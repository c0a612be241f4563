"""Orders: placed in one transaction, confirmed by money, expired without it."""

from commerce.orders.expiry import expire_due
from commerce.orders.model import CancelOrder, HoldOrder, OrderLineView, OrderSummary, OrderView, PlaceOrder
from commerce.orders.paying import Due, confirm, note_decline, note_refund, note_void, open_for_payment
from commerce.orders.placing import place
from commerce.orders.service import cancel, check_access, get, has_bought, hold, list_mine, release, with_token

__all__ = [
    "CancelOrder",
    "Due",
    "HoldOrder",
    "OrderLineView",
    "OrderSummary",
    "OrderView",
    "PlaceOrder",
    "cancel",
    "check_access",
    "confirm",
    "expire_due",
    "get",
    "has_bought",
    "hold",
    "list_mine",
    "note_decline",
    "note_refund",
    "note_void",
    "open_for_payment",
    "place",
    "release",
    "with_token",
]
