"""Orders: placed in one transaction, confirmed by money, expired without it."""

from commerce.orders.disputes import hold_for_dispute, note_dispute_closed, note_fraud_warning
from commerce.orders.expiry import expire_due
from commerce.orders.model import (
    CancelOrder,
    HoldOrder,
    OrderLineView,
    OrderStatus,
    OrderSummary,
    OrderView,
    PlaceOrder,
)
from commerce.orders.paying import (
    Due,
    Returned,
    check_payable,
    confirm,
    note_decline,
    note_overdue,
    note_refund,
    note_refund_failed,
    note_void,
    open_for_payment,
    say_of_captures,
)
from commerce.orders.placing import place
from commerce.orders.privacy import erase, personal_data, references
from commerce.orders.service import (
    MyOrders,
    cancel,
    check_access,
    get,
    has_bought,
    hold,
    list_mine,
    overview,
    release,
    with_token,
)

__all__ = [
    "CancelOrder",
    "Due",
    "HoldOrder",
    "MyOrders",
    "OrderLineView",
    "OrderStatus",
    "OrderSummary",
    "OrderView",
    "PlaceOrder",
    "Returned",
    "cancel",
    "check_access",
    "check_payable",
    "confirm",
    "erase",
    "expire_due",
    "get",
    "has_bought",
    "hold",
    "hold_for_dispute",
    "list_mine",
    "note_decline",
    "note_dispute_closed",
    "note_fraud_warning",
    "note_overdue",
    "note_refund",
    "note_refund_failed",
    "note_void",
    "open_for_payment",
    "overview",
    "personal_data",
    "place",
    "references",
    "release",
    "say_of_captures",
    "with_token",
]
