"""From numbers to news: a SKU runs low, runs out, comes back.

Levels change in the transactions of orders, many times a minute; what is told of them changes seldom, and is worked out
here, after the fact. Each write is guarded by the very number it was worked out from, so the last of two deliveries
has seen the last number.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from commerce.inventory.events import BackInStock, OutOfStock, StockLow
from commerce.inventory.model import Level
from commerce.inventory.store import LEVELS, RESERVATIONS
from commerce.runtime.changes import Changes


@dataclass(frozen=True)
class Flip:
    """Whether a SKU can be ordered is not what it was."""

    sku: str
    in_stock: bool


def skus_of(order_id: str) -> list[str]:
    """What was set aside for an order. One round trip."""
    reservation = RESERVATIONS.get(order_id)
    return sorted({line.sku for line in reservation.lines}) if reservation else []


def assess(changes: Changes, skus: Iterable[str]) -> list[Flip]:
    """Adds to the change what is to be told of these SKUs, with the facts; answers which came back or ran out.

    One round trip. The change is stale when a level moves meanwhile.
    """
    flips = []
    for level in LEVELS.of(skus):
        if level.stands == level.state:
            continue
        seen = {"_id": level.id, "state": level.state, "available": level.available}
        changes.update(LEVELS, seen, {"$set": {"state": level.stands}})
        _tell(changes, level)
        if "out" in (level.state, level.stands):
            flips.append(Flip(level.id, in_stock=level.stands != "out"))
    return flips


def _tell(changes: Changes, level: Level) -> None:
    if level.stands == "out":
        changes.emit(OutOfStock(sku=level.id))
    elif level.state == "out":
        changes.emit(BackInStock(sku=level.id, available=level.available))
    if level.stands == "low" and level.state == "in":
        changes.emit(StockLow(sku=level.id, available=level.available))
