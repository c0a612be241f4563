"""Orders: placed in one transaction, confirmed by money, expired without it."""

from commerce.orders.expiry import expire_due
from commerce.orders.gift_cards import (
    give_up_gift_card,
    open_for_gift_card,
    open_for_taking_back,
    take_gift_card,
)
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
    "cancel",
    "check_access",
    "check_payable",
    "confirm",
    "erase",
    "expire_due",
    "get",
    "give_up_gift_card",
    "has_bought",
    "hold",
    "list_mine",
    "note_decline",
    "note_overdue",
    "note_refund",
    "note_refund_failed",
    "note_void",
    "open_for_gift_card",
    "open_for_payment",
    "open_for_taking_back",
    "overview",
    "personal_data",
    "place",
    "references",
    "release",
    "say_of_captures",
    "take_gift_card",
    "with_token",
]
