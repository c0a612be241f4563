"""Carts in MongoDB."""

from dataclasses import dataclass
from typing import Any

from commerce import pricing
from commerce.carts.model import Cart
from commerce.pricing import Promotion
from commerce.runtime.mongo import Collection, Filter, Index
from commerce.runtime.people import Person


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
    indexes = (
        Index((("expires_at", 1),), expire_after_seconds=0),
        Index((("active_for", 1),), unique=True, partial={"active_for": {"$exists": True}}),
        Index((("user_id", 1), ("_id", -1))),
        Index((("delivery.contact.email", 1), ("user_id", 1))),
    )

    def open(self, cart_id: str) -> Opened | None:
        """The cart with this id and what its price depends on. One round trip."""
        return self._opened({"_id": cart_id})

    def active(self, user_id: str) -> Opened | None:
        """The user's one active cart, be its time over, and what its price depends on. One round trip."""
        return self._opened({"active_for": user_id})

    def _opened(self, where: Filter) -> Opened | None:
        row = next(iter(self.handle.aggregate([{"$match": where}, *pricing.join("coupon_id")])), None)
        if row is None:
            return None
        stamp, coupon = pricing.joined(row)
        return Opened(Cart.model_validate(row), stamp, coupon)

    def of_person(self, person: Person) -> list[Cart]:
        """Someone's carts: signed in, as a guest with an email of theirs, or ordered since. Three round trips."""
        found = [cart for where in _theirs(person) for cart in self.find(where)]
        return list({cart.id: cart for cart in found}.values())

    def forget(self, person: Person) -> None:
        """Deletes those. Three round trips."""
        for where in _theirs(person):
            self.handle.delete_many(where)


def _theirs(person: Person) -> list[dict[str, Any]]:
    guest = {"delivery.contact.email": {"$in": list(person.emails)}, "user_id": ""}
    ordered = {"_id": {"$in": list(person.cart_ids)}}
    return [{"user_id": person.user_id}, *([guest] if person.emails else []), *([ordered] if person.cart_ids else [])]


CARTS = Carts()
