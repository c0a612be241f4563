"""Carts in MongoDB."""

from dataclasses import dataclass

from commerce import pricing
from commerce.carts.model import Cart
from commerce.pricing import Promotion
from commerce.runtime.mongo import Collection, Index


@dataclass(frozen=True)
class Opened:
    """A cart, with the stamp of the rules in force and the promotion whose code was entered, if it is still there."""

    cart: Cart
    rules_stamp: str
    coupon: Promotion | None


class Carts(Collection[Cart]):
    """The collection `carts`; the database itself deletes those that expired."""

    name = "carts"
    model = Cart
    indexes = (Index((("expires_at", 1),), expire_after_seconds=0),)

    def open(self, cart_id: str) -> Opened | None:
        """The cart with this id and what its price depends on. One round trip."""
        row = next(iter(self.handle.aggregate([{"$match": {"_id": cart_id}}, *pricing.join("coupon_id")])), None)
        if row is None:
            return None
        stamp, coupon = pricing.joined(row)
        return Opened(Cart.model_validate(row), stamp, coupon)


CARTS = Carts()
