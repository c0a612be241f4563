"""Orders in MongoDB."""

from datetime import datetime

from commerce.orders.model import Order, OrderStatus
from commerce.runtime.changes import Changes
from commerce.runtime.mongo import Collection, Index


class Orders(Collection[Order]):
    """The collection `orders`. Ids are time-ordered, so the newest first is `_id` descending."""

    name = "orders"
    model = Order
    indexes = (
        Index((("number", 1),), unique=True),
        Index((("cart_id", 1),), unique=True),
        Index((("slots", 1),), unique=True, partial={"slots": {"$exists": True}}),
        Index((("user_id", 1), ("_id", -1))),
        Index((("status", 1), ("pay_by", 1))),
    )

    def of_user(self, user_id: str, *, before: str | None, limit: int) -> list[Order]:
        """A person's orders, newest first, that come before this id. One round trip."""
        where: dict[str, object] = {"user_id": user_id}
        if before:
            where["_id"] = {"$lt": before}
        return self.find(where, sort=[("_id", -1)], limit=limit)

    def due(self, status: OrderStatus, before: datetime, limit: int) -> list[Order]:
        """Orders in this state whose time to pay ended before a moment, the longest overdue first. One round trip."""
        return self.find({"status": status, "pay_by": {"$lte": before}}, sort=[("pay_by", 1)], limit=limit)

    def slots_taken(self, slots: list[str]) -> set[str]:
        """Which of these are held by unpaid orders. One round trip."""
        return {slot for order in self.find({"slots": {"$in": slots}}) for slot in order.slots or []}

    def save(self, changes: Changes, order: Order) -> None:
        """Writes an order that was read at its present version; stale if someone was quicker."""
        seen = order.version
        order.version += 1
        changes.replace(self, order, version=seen)


ORDERS = Orders()
