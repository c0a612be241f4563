"""Unpaid orders end: once a minute those past their time are expired, so that others can have the stock."""

from datetime import datetime, timedelta

from commerce.orders.events import OrderExpiring, identity
from commerce.orders.model import Order
from commerce.orders.paying import expire
from commerce.orders.store import ORDERS
from commerce.runtime.changes import Changes
from commerce.runtime.clock import now
from commerce.runtime.errors import Conflict
from commerce.runtime.observability import logger

BATCH = 100
ASK_AGAIN_AFTER = timedelta(seconds=60)  # An expiring order whose answer has not come is asked for again.


def expire_due(*, seconds: float) -> int:
    """Ends what is due; says how many orders were moved.

    An order for which no payment was tried expires at once. Where one was, it becomes `expiring`: no new attempt may
    start, and payments are asked to void what is open or to report success.

    Args:
        seconds: stop beginning new batches after so long.
    """
    until = now() + timedelta(seconds=seconds)
    moved = 0
    while now() < until:
        batch = [*ORDERS.due(now(), BATCH), *ORDERS.unanswered(now() - ASK_AGAIN_AFTER, BATCH)]
        ended = sum(_end(order, now()) for order in batch)
        moved += ended
        if len(batch) < BATCH or not ended:
            break
    return moved


def _end(order: Order, moment: datetime) -> int:
    changes = Changes()
    if order.status == "pending" and not order.payment_tried:
        expire(changes, order)
    else:
        if order.status == "pending":
            order.move("expiring", "time to pay is over; closing the payment", at=moment)
        order.expiring_since = moment
        changes.replace(ORDERS, order)
        changes.emit(OrderExpiring(**identity(order)))
    try:
        changes.commit()
    except Conflict as error:  # Paid or cancelled at this very moment: then that is what it is.
        logger.info("Order changed while expiring", extra={"order_id": order.id, "reason": error.code})
        return 0
    return 1
