"""Invoices in MongoDB."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from commerce.invoices.model import Invoice
from commerce.runtime.clock import Moment
from commerce.runtime.mongo import Collection, Document, Index


class Invoices(Collection[Invoice]):
    """The collection `invoices`: documents of every kind.

    `cause` is unique: an order has one invoice, a refund one credit note. So are the number within its series, and the
    place among those of the order.
    """

    name = "invoices"
    model = Invoice
    indexes = (
        Index((("cause", 1),), unique=True),
        Index((("series", 1), ("serial", 1)), unique=True),
        Index((("order_id", 1), ("step", 1)), unique=True),
        Index((("issued_on", -1), ("_id", -1))),
        *(
            Index(((name, 1), ("issued_on", -1), ("_id", -1)))
            for name in ("kind", "number", "order_id", "order_number")
        ),
        Index((("keep_until", 1),), expire_after_seconds=0),
    )
    # A number and an order have a handful each, which are looked at one after the other.
    residual = frozenset({"kind", "issued_on", "number", "order_id", "order_number"})

    def of_order(self, order_id: str) -> list[Invoice]:
        """An order's invoice and what belongs to it, in the order of their making. One round trip."""
        return self.find({"order_id": order_id}, sort=[("step", 1)])

    def of_orders(self, order_ids: list[str]) -> list[Invoice]:
        """The documents of these orders. One round trip."""
        return self.find({"order_id": {"$in": order_ids}})

    def page(
        self, where: Mapping[str, str], *, days: Mapping[str, str], before: tuple[str, str] | None, limit: int
    ) -> list[Invoice]:
        """Those that fit, the newest first. One round trip.

        Args:
            where: members and what they must be.
            days: bounds of the date, as MongoDB's operators.
            before: those that come after the one of this date and id.
            limit: as many at most.
        """
        wanted: dict[str, Any] = {**where}
        if before:
            day, id_ = before
            days = {**days, "$lte": min(day, days.get("$lte", day))}
            wanted["$or"] = [{"issued_on": {"$lt": day}}, {"_id": {"$lt": id_}}]
        if days:
            wanted["issued_on"] = dict(days)
        return self.find(wanted, sort=[("issued_on", -1), ("_id", -1)], limit=limit)


class Series(Document):
    """A series of numbers: the last that was given, and when. The id names the seller, the prefix and the year."""

    last: int
    last_at: Moment


class SeriesOfNumbers(Collection[Series]):
    """The collection `invoice_series`."""

    name = "invoice_series"
    model = Series


class HeardRefund(Document):
    """What has been heard of a refund, in whatever order: that the money went back, that it did not arrive. The id is
    the refund's. `told` is empty until its success has been heard of.
    """

    order_id: str
    told: dict[str, Any] = {}
    returned: bool = False
    until: datetime


class HeardRefunds(Collection[HeardRefund]):
    """The collection `invoice_refunds`."""

    name = "invoice_refunds"
    model = HeardRefund
    indexes = (
        Index((("order_id", 1), ("_id", 1))),
        Index((("until", 1),), expire_after_seconds=0),
    )

    def of_order(self, order_id: str) -> list[HeardRefund]:
        """Everything heard of an order's refunds, the oldest first. One round trip."""
        return self.find({"order_id": order_id}, sort=[("_id", 1)])

    def hear(self, refund_id: str, *, order_id: str, until: datetime, **heard: Any) -> None:
        """Adds what was heard, once. One round trip."""
        whose = {"order_id": order_id, "until": until}
        said = {"$set": heard, "$setOnInsert": whose}
        self.handle.update_one({"_id": refund_id}, said, upsert=True)


INVOICES = Invoices()
SERIES = SeriesOfNumbers()
HEARD_REFUNDS = HeardRefunds()
