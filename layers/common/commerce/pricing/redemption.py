"""Promotions and who uses them."""

from collections.abc import Iterable

from commerce.pricing.model import Customer
from commerce.pricing.promotions import Promotion
from commerce.pricing.store import PROMOTIONS
from commerce.runtime import quotas


def find_coupon(code: str) -> Promotion | None:
    """The promotion behind a code. One round trip."""
    return PROMOTIONS.by_code(code)


def customer(user_id: str, email: str) -> Customer:
    """Who buys, as far as promotions care."""
    return Customer(user_id=user_id, email=email)


def used(promotion_ids: Iterable[str]) -> dict[str, int]:
    """How many orders each promotion stands in that were not cancelled or left unpaid; one that nobody used is missing.

    One round trip.
    """
    keys = {key(id_): id_ for id_ in promotion_ids}
    return {keys[found]: number for found, number in quotas.used(keys).items()}


def key(promotion_id: str) -> str:
    """What all uses of a promotion are counted under."""
    return f"promotion|{promotion_id}"
