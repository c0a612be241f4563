"""Stock that comes with new SKUs, and goes with them when they are taken back before anything happened to it."""

from collections.abc import Iterable

from commerce.inventory.model import Movement, Quantities
from commerce.inventory.store import LEVELS, MOVEMENTS
from commerce.runtime.changes import Changes
from commerce.runtime.clock import now
from commerce.runtime.ids import new_id


def on_hand(skus: Iterable[str]) -> Quantities:
    """What is on hand by SKU; one that never had stock is missing. One round trip."""
    return {level.id: level.on_hand for level in LEVELS.of(skus)}


def untouched(opened: Quantities) -> list[str]:
    """Those of the SKUs whose stock is still what it was opened with, nothing of it set aside. One round trip."""
    return [level.id for level in LEVELS.of(opened) if _is_opening(level.on_hand, level.reserved, opened[level.id])]


def open_levels(changes: Changes, pieces: Quantities, *, reference: str) -> None:
    """The opening stock of SKUs that have none; the change is stale when one has got stock meanwhile."""
    for sku, quantity in sorted(pieces.items()):
        level = LEVELS.model(id=sku, on_hand=quantity, available=quantity)
        level.state = level.stands
        changes.insert(LEVELS, level)
        if quantity:
            _move(changes, sku, quantity, "received", reference)


def close_levels(changes: Changes, opened: Quantities, *, reference: str) -> None:
    """Takes the opening stock back; the change is stale when it is not what it was any more."""
    for sku, quantity in sorted(opened.items()):
        changes.update(LEVELS, {"_id": sku, "on_hand": quantity, "reserved": 0}, {"$set": {"available": 0}})
        changes.delete(LEVELS, {"_id": sku})
        if quantity:
            _move(changes, sku, -quantity, "adjusted", reference)


def _is_opening(on_hand_now: int, reserved: int, opened: int) -> bool:
    return on_hand_now == opened and reserved == 0


def _move(changes: Changes, sku: str, quantity: int, reason: str, reference: str) -> None:
    movement = {"sku": sku, "quantity": quantity, "reason": reason, "reference": reference, "at": now()}
    changes.insert(MOVEMENTS, Movement.model_validate({"_id": new_id("mov"), **movement}))
