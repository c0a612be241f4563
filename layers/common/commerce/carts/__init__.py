"""Carts: what someone means to buy, where it goes, and what it would cost today."""

from commerce.carts.checkout import Checkout, QuoteStale, checkout, mark_ordered
from commerce.carts.claiming import claim
from commerce.carts.creating import Made, create, with_token
from commerce.carts.delivery import Contact, Delivery
from commerce.carts.model import (
    AddLine,
    ApplyCoupon,
    CartAlreadyOrdered,
    CartView,
    CreateCart,
    UpdateCart,
    UpdateLine,
)
from commerce.carts.privacy import erase, personal_data
from commerce.carts.service import (
    add_line,
    apply_coupon,
    get,
    list_shipping_options,
    remove_coupon,
    remove_line,
    set_delivery,
    update_cart,
    update_line,
)

__all__ = [
    "AddLine",
    "ApplyCoupon",
    "CartAlreadyOrdered",
    "CartView",
    "Checkout",
    "Contact",
    "CreateCart",
    "Delivery",
    "Made",
    "QuoteStale",
    "UpdateCart",
    "UpdateLine",
    "add_line",
    "apply_coupon",
    "checkout",
    "claim",
    "create",
    "erase",
    "get",
    "list_shipping_options",
    "mark_ordered",
    "personal_data",
    "remove_coupon",
    "remove_line",
    "set_delivery",
    "update_cart",
    "update_line",
    "with_token",
]
