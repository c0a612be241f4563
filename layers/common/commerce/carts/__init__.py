"""Carts: what someone means to buy, where it goes, and what it would cost today."""

from commerce.carts.delivery import Contact, Delivery
from commerce.carts.model import AddLine, CartView, CreateCart, UpdateLine
from commerce.carts.service import (
    CartAlreadyOrdered,
    Checkout,
    QuoteStale,
    add_line,
    checkout,
    create,
    get,
    mark_ordered,
    remove_line,
    set_delivery,
    update_line,
    with_token,
)

__all__ = [
    "AddLine",
    "CartAlreadyOrdered",
    "CartView",
    "Checkout",
    "Contact",
    "CreateCart",
    "Delivery",
    "QuoteStale",
    "UpdateLine",
    "add_line",
    "checkout",
    "create",
    "get",
    "mark_ordered",
    "remove_line",
    "set_delivery",
    "update_line",
    "with_token",
]
