"""What can be done with stock. Everything that changes it joins the caller's `Changes`, so that it is one transaction
with the order it is for; the guard of each write is what keeps `available` from going below zero.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from commerce.inventory.model import HeldLine, Level, Movement, Quantities, Reservation
from commerce.inventory.store import LEVELS, MOVEMENTS, RESERVATIONS
from commerce.runtime.changes import Changes
from commerce.runtime.clock import now
from commerce.runtime.errors import Conflict, FieldError
from commerce.runtime.ids import new_id


class InsufficientStock(Conflict):
    """409: fewer pieces are left than are wanted."""

    code, title = "insufficient_stock", "Not enough is left"

    def __init__(self, sku: str, *, errors: list[FieldError] | None = None) -> None:
        super().__init__(f"Not enough of {sku} is left.", errors=errors)
        self.sku = sku


def levels(skus: Iterable[str]) -> dict[str, Level]:
    """How the stock stands, by SKU; one that never had any is missing. One round trip."""
    return {level.id: level for level in LEVELS.of(skus)}


def available(skus: Iterable[str]) -> Quantities:
    """What can be ordered now, by SKU; a SKU without stock is missing or 0. One round trip."""
    return {level.id: level.available for level in LEVELS.of(skus)}


def join(sku_path: str) -> list[dict[str, Any]]:
    """The stages that put `stock` (a list of at most one level) beside a SKU in another context's query: a cart asks
    for prices and stock in one round trip.
    """
    return [{"$lookup": {"from": LEVELS.name, "localField": sku_path, "foreignField": "_id", "as": "stock"}}]


def hold(changes: Changes, order_id: str, wanted: Quantities, *, until: datetime) -> None:
    """Sets pieces aside for an order until it is paid, or a time has passed.

    The change raises InsufficientStock, naming the SKU, when one of them has too few left.
    """
    lines = [HeldLine(sku=sku, quantity=quantity) for sku, quantity in sorted(wanted.items())]
    for line in lines:
        enough = {"_id": line.sku, "available": {"$gte": line.quantity}}
        moved = {"$inc": {"available": -line.quantity, "reserved": line.quantity}}
        changes.update(LEVELS, enough, moved, otherwise=InsufficientStock(line.sku))
    changes.insert(RESERVATIONS, Reservation(id=order_id, lines=lines, held_until=until))


def sell(changes: Changes, order_id: str, wanted: Quantities) -> None:
    """Sells pieces in one step, to an order that waits for no money.

    The change raises InsufficientStock, naming the SKU, when one of them has too few left.
    """
    lines = [HeldLine(sku=sku, quantity=quantity) for sku, quantity in sorted(wanted.items())]
    for line in lines:
        _take(changes, order_id, line.sku, line.quantity)
    changes.insert(RESERVATIONS, Reservation(id=order_id, lines=lines, status="committed", held_until=now()))


def renew(changes: Changes, order_id: str, *, until: datetime) -> None:
    """Lengthens a hold that is still live; else the change is stale."""
    changes.update(RESERVATIONS, _live(order_id), {"$set": {"held_until": until}})


def commit(changes: Changes, order_id: str, wanted: Quantities) -> None:
    """The held pieces are sold: they leave what is on hand. If they are not held any more, the change is stale."""
    changes.update(RESERVATIONS, _live(order_id), {"$set": {"status": "committed"}})
    for sku, quantity in sorted(wanted.items()):
        moved = {"$inc": {"on_hand": -quantity, "reserved": -quantity}}
        changes.update(LEVELS, {"_id": sku, "reserved": {"$gte": quantity}}, moved)
        _move(changes, sku, -quantity, "sold", order_id)


def release(changes: Changes, order_id: str, wanted: Quantities) -> None:
    """The held pieces can be sold to others again. If they are not held any more, the change is stale."""
    changes.update(RESERVATIONS, _live(order_id), {"$set": {"status": "released"}})
    for sku, quantity in sorted(wanted.items()):
        moved = {"$inc": {"available": quantity, "reserved": -quantity}}
        changes.update(LEVELS, {"_id": sku, "reserved": {"$gte": quantity}}, moved)


def retake(changes: Changes, order_id: str, wanted: Quantities) -> None:
    """Sells pieces whose hold had been released (money that came after expiry), in one step.

    The change raises InsufficientStock when others have bought them meanwhile.
    """
    released = {"_id": order_id, "status": "released"}
    changes.update(RESERVATIONS, released, {"$set": {"status": "committed"}})
    for sku, quantity in sorted(wanted.items()):
        _take(changes, order_id, sku, quantity)


def restock(changes: Changes, order_id: str, wanted: Quantities) -> None:
    """Sold pieces that never left the house come back, because the order was cancelled."""
    for sku, quantity in sorted(wanted.items()):
        changes.update(LEVELS, {"_id": sku}, {"$inc": {"available": quantity, "on_hand": quantity}})
        _move(changes, sku, quantity, "returned", order_id)


def receive(pieces: Quantities, *, reference: str) -> None:
    """Pieces arrive: the opening stock of new SKUs. A SKU that has a level already keeps it."""
    new = set(pieces) - {level.id for level in LEVELS.of(pieces)}
    for sku in sorted(new):
        changes = Changes()
        quantity = pieces[sku]
        level = LEVELS.model(id=sku, on_hand=quantity, available=quantity)
        level.state = level.stands
        changes.insert(LEVELS, level, taken=Conflict(f"{sku} has stock already."))
        if quantity:
            _move(changes, sku, quantity, "received", reference)
        changes.commit()


def _take(changes: Changes, order_id: str, sku: str, quantity: int) -> None:
    enough = {"_id": sku, "available": {"$gte": quantity}}
    moved = {"$inc": {"available": -quantity, "on_hand": -quantity}}
    changes.update(LEVELS, enough, moved, otherwise=InsufficientStock(sku))
    _move(changes, sku, -quantity, "sold", order_id)


def _live(order_id: str) -> dict[str, str]:
    return {"_id": order_id, "status": "held"}


def _move(changes: Changes, sku: str, quantity: int, reason: str, reference: str) -> None:
    movement = {"sku": sku, "quantity": quantity, "reason": reason, "reference": reference, "at": now()}
    changes.insert(MOVEMENTS, Movement.model_validate({"_id": new_id("mov"), **movement}))
