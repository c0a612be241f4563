"""Stock in MongoDB."""

from collections.abc import Iterable

from commerce.inventory.model import Level, Movement, Reservation
from commerce.runtime.mongo import Collection, Index


class Levels(Collection[Level]):
    """The collection `stock`, one document per SKU."""

    name = "stock"
    model = Level

    def of(self, skus: Iterable[str]) -> list[Level]:
        """The levels of these SKUs. One round trip."""
        return self.find({"_id": {"$in": sorted(set(skus))}})


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


LEVELS = Levels()
RESERVATIONS = Reservations()
MOVEMENTS = Movements()
