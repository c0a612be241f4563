"""Payments in MongoDB."""

from collections.abc import Sequence
from datetime import datetime

from commerce.payments.model import Dispute, DisputeStatus, Payment, Refund
from commerce.runtime.clock import Moment
from commerce.runtime.mongo import Collection, Document, Index


class Payments(Collection[Payment]):
    """The collection `payments`."""

    name = "payments"
    model = Payment
    indexes = (
        Index((("order_id", 1),), unique=True, partial={"open": True}),
        Index((("order_id", 1), ("_id", 1))),
        Index((("provider_ref", 1),)),
        Index((("capture_ref", 1),)),
        Index((("look_at", 1),), partial={"look_at": {"$exists": True}}),
    )

    def open_for(self, order_id: str) -> Payment | None:
        """The attempt that stands in the way of another one. One round trip."""
        return self.find_one({"order_id": order_id, "open": True})

    def of_order(self, order_id: str) -> list[Payment]:
        """Every attempt for an order, in order. One round trip."""
        return self.find({"order_id": order_id}, sort=[("_id", 1)])

    def by_ref(self, provider_ref: str) -> Payment | None:
        """The attempt behind a provider's object. One round trip."""
        return self.find_one({"provider_ref": provider_ref})

    def holding(self, ref: str) -> Payment | None:
        """The attempt whose money is what the provider knows by this id. Two round trips where that is a capture."""
        return self.by_ref(ref) or self.find_one({"capture_ref": ref})

    def due(self, before: datetime, limit: int) -> list[Payment]:
        """Those that the sweep has something to find out about, the longest waiting first. One round trip."""
        return self.find({"look_at": {"$lte": before}}, sort=[("look_at", 1)], limit=limit)


class Refunds(Collection[Refund]):
    """The collection `refunds`."""

    name = "refunds"
    model = Refund
    indexes = (
        Index((("payment_id", 1), ("_id", 1))),
        Index((("provider_ref", 1),)),
        Index((("look_at", 1),), partial={"look_at": {"$exists": True}}),
    )

    def by_ref(self, provider_ref: str) -> Refund | None:
        """The refund behind a provider's object. One round trip."""
        return self.find_one({"provider_ref": provider_ref})

    def page(self, payment_id: str, *, before: str | None, limit: int) -> list[Refund]:
        """Of one payment, the newest first, those before this id. One round trip."""
        where: dict[str, object] = {"payment_id": payment_id} | ({"_id": {"$lt": before}} if before else {})
        return self.find(where, sort=[("_id", -1)], limit=limit)

    def of_payments(self, payment_ids: Sequence[str]) -> list[Refund]:
        """Every refund of these payments, in order. One round trip."""
        found = self.find({"payment_id": {"$in": sorted(payment_ids)}})
        return sorted(found, key=lambda refund: refund.id)

    def due(self, before: datetime, limit: int) -> list[Refund]:
        """Those that have not ended and are to be asked about again. One round trip."""
        return self.find({"look_at": {"$lte": before}}, sort=[("look_at", 1)], limit=limit)


class Disputes(Collection[Dispute]):
    """The collection `disputes`."""

    name = "disputes"
    model = Dispute
    indexes = (
        Index((("provider_ref", 1),), unique=True),
        Index((("payment_id", 1), ("_id", 1))),
        Index((("status", 1), ("_id", -1))),
        Index((("reversal_ref", 1),)),
    )

    def by_ref(self, provider_ref: str) -> Dispute | None:
        """The dispute behind a provider's object. One round trip."""
        return self.find_one({"provider_ref": provider_ref})

    def by_reversal(self, refund_ref: str) -> Dispute | None:
        """The dispute whose money the provider's refund is. One round trip."""
        return self.find_one({"reversal_ref": refund_ref})

    def of_payment(self, payment_id: str) -> list[Dispute]:
        """Every dispute of a payment, in order. One round trip."""
        return self.find({"payment_id": payment_id}, sort=[("_id", 1)])

    def page(self, *, status: DisputeStatus | None, before: str | None, limit: int) -> list[Dispute]:
        """The newest first, those in one state or all, those before this id. One round trip."""
        where: dict[str, object] = {"status": status} if status else {}
        if before:
            where["_id"] = {"$lt": before}
        return self.find(where, sort=[("_id", -1)], limit=limit)


class ProviderEvent(Document):
    """A webhook event that was applied; the id is `<provider>:<event id>`."""

    type: str
    object_ref: str
    received_at: Moment


class ProviderEvents(Collection[ProviderEvent]):
    """The collection `provider_events`: each event is applied once."""

    name = "provider_events"
    model = ProviderEvent
    indexes = (Index((("object_ref", 1), ("received_at", 1))),)


PAYMENTS = Payments()
REFUNDS = Refunds()
DISPUTES = Disputes()
PROVIDER_EVENTS = ProviderEvents()
