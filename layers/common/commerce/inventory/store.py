"""Stock in MongoDB."""

from collections.abc import Iterable
from typing import Any

from commerce.inventory.model import Level, Movement, Reservation, StockState
from commerce.runtime.mongo import Collection, Index


class Levels(Collection[Level]):
    """The collection `stock`, one document per SKU."""

    name = "stock"
    model = Level
    indexes = (Index((("state", 1), ("_id", 1))),)

    def of(self, skus: Iterable[str]) -> list[Level]:
        """The levels of these SKUs. One round trip."""
        return self.find({"_id": {"$in": sorted(set(skus))}})

    def page(self, *, begins: str, state: StockState | None, after: str | None, limit: int) -> list[Level]:
        """By SKU, those that begin so and come after this one. One round trip."""
        where: dict[str, Any] = {"state": state} if state else {}
        skus = {"$gte": begins, "$lt": f"{begins}\uffff"} if begins else {}
        if after:
            skus["$gt"] = after
        if skus:
            where["_id"] = skus
        return self.find(where, sort=[("_id", 1)], limit=limit)


class Reservations(Collection[Reservation]):
    """The collection `reservations`, one document per order."""

    name = "reservations"
    model = Reservation
    indexes = (Index((("status", 1), ("held_until", 1))),)


class Movements(Collection[Movement]):
    """The collection `stock_movements`, append-only."""

    name = "stock_movements"
    model = Movement
    indexes = (Index((("sku", 1), ("_id", -1))),)

    def page(self, sku: str, *, before: str | None, limit: int) -> list[Movement]:
        """Of one SKU, the newest first, those before this id. One round trip."""
        where: dict[str, Any] = {"sku": sku}
        if before:
            where["_id"] = {"$lt": before}
        return self.find(where, sort=[("_id", -1)], limit=limit)


LEVELS = Levels()
RESERVATIONS = Reservations()
MOVEMENTS = Movements()
