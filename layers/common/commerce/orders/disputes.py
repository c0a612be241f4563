"""What orders do when a bank or a buyer disputes how they were paid: they wait for a person."""

from commerce.money import Money
from commerce.orders.events import OrderHeld, identity
from commerce.orders.model import Hold, Order
from commerce.orders.store import ORDERS
from commerce.runtime.changes import Changes
from commerce.runtime.clock import now
from commerce.runtime.consumer import Delivery
from commerce.runtime.errors import NotFound


def hold_for_dispute(order_id: str, *, amount: Money, reason: str, delivery: Delivery) -> None:
    """A payment is disputed: nothing more goes out until a person has looked."""
    order = _get(order_id)
    why = f"{amount} disputed: {reason.replace('_', ' ')}"
    changes = delivery.changes()
    order.note(why, at=now())
    if order.held is None and order.status not in {"cancelled", "expired"}:
        order.held = Hold(reason=why, by="system", at=now())
        changes.emit(OrderHeld(**identity(order), reason=why, by="system"))
    _keep(changes, order)


def note_dispute_closed(order_id: str, *, amount: Money, won: bool, delivery: Delivery) -> None:
    """A dispute was decided. Whether the order goes on is for a person to say."""
    order = _get(order_id)
    order.note(f"dispute of {amount} {'won' if won else 'lost'}", at=now())
    _keep(delivery.changes(), order)


def note_fraud_warning(order_id: str, *, kind: str, delivery: Delivery) -> None:
    """A bank suspects the payment; nothing was taken."""
    order = _get(order_id)
    order.note(f"fraud warning by the bank: {kind.replace('_', ' ')}", at=now())
    _keep(delivery.changes(), order)


def _keep(changes: Changes, order: Order) -> None:
    changes.replace(ORDERS, order)
    changes.commit()


def _get(order_id: str) -> Order:
    order = ORDERS.get(order_id)
    if order is None:
        raise NotFound(f"There is no order {order_id}.")
    return order
