"""Carts: what someone means to buy, where it goes, and what it would cost today."""

from commerce.carts.delivery import Contact, Delivery
from commerce.carts.model import AddLine, ApplyCoupon, CartView, CreateCart, UpdateLine
from commerce.carts.privacy import erase, personal_data
from commerce.carts.service import (
    CartAlreadyOrdered,
    Checkout,
    QuoteStale,
    add_line,
    apply_coupon,
    checkout,
    create,
    get,
    list_shipping_options,
    mark_ordered,
    remove_coupon,
    remove_line,
    set_delivery,
    update_line,
    with_token,
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
    "QuoteStale",
    "UpdateLine",
    "add_line",
    "apply_coupon",
    "checkout",
    "create",
    "erase",
    "get",
    "list_shipping_options",
    "mark_ordered",
    "personal_data",
    "remove_coupon",
    "remove_line",
    "set_delivery",
    "update_line",
    "with_token",
]
