"""Promotions and who uses them."""

from commerce.pricing.model import Customer
from commerce.pricing.promotions import Promotion
from commerce.pricing.store import PROMOTIONS


def find_coupon(code: str) -> Promotion | None:
    """The promotion behind a code. One round trip."""
    return PROMOTIONS.by_code(code)


def customer(user_id: str, email: str) -> Customer:
    """Who buys, as far as promotions care."""
    return Customer(user_id=user_id, email=email)
