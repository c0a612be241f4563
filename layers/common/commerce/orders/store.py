"""Orders in MongoDB."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from commerce.orders.model import Order, OrderStatus
from commerce.runtime.mongo import Collection, Index
from commerce.runtime.people import Person


class Orders(Collection[Order]):
    """The collection `orders`. Ids are time-ordered, so the newest first is `_id` descending."""

    name = "orders"
    model = Order
    indexes = (
        Index((("number", 1),), unique=True),
        Index((("cart_id", 1),), unique=True),
        Index((("slots", 1),), unique=True, partial={"slots": {"$exists": True}}),
        Index((("user_id", 1), ("_id", -1))),
        Index((("user_id", 1), ("status", 1), ("_id", -1))),
        Index((("user_id", 1), ("lines.product_id", 1), ("status", 1))),
        Index((("contact.email", 1), ("user_id", 1), ("_id", -1))),
        Index((("status", 1), ("payment_id", 1), ("pay_by", 1))),
        Index((("status", 1), ("payment_id", 1), ("expiring_since", 1))),
    )
    # One person's orders are few: dates and numbers are looked at along their index.
    residual = frozenset({"placed_at", "number"})

    def of_user(
        self,
        user_id: str,
        *,
        status: OrderStatus | None = None,
        placed: Mapping[str, datetime] | None = None,
        number: str = "",
        before: str | None = None,
        limit: int,
    ) -> list[Order]:
        """A person's orders, newest first. One round trip.

        Args:
            user_id: whose.
            status: those in this state alone.
            placed: bounds of the time of placement, as MongoDB's operators.
            number: those alone whose number begins so.
            before: those that come before this id.
            limit: as many at most.
        """
        where: dict[str, Any] = {"user_id": user_id} | ({"status": status} if status else {})
        if placed:
            where["placed_at"] = placed
        if number:
            where["number"] = {"$gte": number, "$lt": f"{number}\uffff"}
        if before:
            where["_id"] = {"$lt": before}
        return self.find(where, sort=[("_id", -1)], limit=limit)

    def count_of_user(self, user_id: str) -> int:
        """How many orders a person has. One round trip."""
        return self.handle.count_documents({"user_id": user_id})

    def of_person(self, person: Person) -> list[Order]:
        """All that someone ordered: signed in, or as a guest with an email that is proved to be theirs. Two round
        trips, one without such an email.
        """
        found = self.find({"user_id": person.user_id}, sort=[("_id", -1)])
        if person.emails:
            guest = {"contact.email": {"$in": list(person.emails)}, "user_id": ""}
            found += self.find(guest)
        return found

    def bought(self, user_id: str, product_id: str) -> bool:
        """Whether a paid order of this person holds the product. One round trip."""
        paid = {"$in": ["confirmed", "completed"]}
        return self.find_one({"user_id": user_id, "lines.product_id": product_id, "status": paid}) is not None

    def some(self, ids: list[str]) -> list[Order]:
        """The orders with these ids. One round trip."""
        return self.find({"_id": {"$in": ids}})

    def due(self, before: datetime, limit: int) -> list[Order]:
        """Pending orders whose time to pay ended before a moment, the longest overdue first. One round trip.

        Those that were paid, but not as quoted, are not among them: they wait for a person.
        """
        where = {"status": "pending", "payment_id": "", "pay_by": {"$lte": before}}
        return self.find(where, sort=[("pay_by", 1)], limit=limit)

    def unanswered(self, asked_before: datetime, limit: int) -> list[Order]:
        """Expiring orders for which nobody has answered since a moment, the longest waiting first. One round trip."""
        where = {"status": "expiring", "payment_id": "", "expiring_since": {"$lte": asked_before}}
        return self.find(where, sort=[("expiring_since", 1)], limit=limit)

    def slots_taken(self, slots: list[str]) -> set[str]:
        """Which of these are held by unpaid orders. One round trip."""
        return {slot for order in self.find({"slots": {"$in": slots}}) for slot in order.slots or []}


ORDERS = Orders()
