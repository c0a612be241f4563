"""What people do with orders that have been placed."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from pydantic import BaseModel

from commerce import inventory
from commerce.orders.events import OrderCancelled, OrderHeld, OrderReleased, content, identity
from commerce.orders.model import (
    UNPAID,
    CancelOrder,
    Hold,
    HoldOrder,
    Order,
    OrderStatus,
    OrderSummary,
    OrderView,
    WrongState,
    summary,
    view,
)
from commerce.orders.store import ORDERS
from commerce.runtime import quotas, signing
from commerce.runtime.caller import Caller
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.clock import now
from commerce.runtime.errors import NotFound
from commerce.runtime.idempotency import Once
from commerce.runtime.ids import spelt_number
from commerce.runtime.paging import Page, next_cursor, position

LINK_LIFETIME = timedelta(days=30)


def with_token(order: OrderView, who: Caller) -> OrderView:
    """The answer to a guest who placed the order: with the secret token that opens it."""
    if who.user_id:
        return order
    return order.model_copy(update={"token": signing.grant("order", f"{order.id}|1")})


def has_bought(user_id: str, product_id: str) -> bool:
    """Whether this person has paid for this product. One round trip."""
    return ORDERS.bought(user_id, product_id)


def get(order_id: str, who: Caller) -> OrderView:
    """An order, for its owner or whoever shows its token.

    Raises:
        NotFound: there is none for this caller.
    """
    return view(_open(order_id, who))


def told_of(order_id: str) -> OrderView:
    """The order that an event tells of, for what is made of it: nobody is asked who they are. One round trip.

    Raises:
        NotFound: there is none.
    """
    return view(_any(order_id))


def owners(order_ids: Iterable[str]) -> list[str]:
    """The people whose orders these are, each once; guests are nobody. One round trip."""
    return sorted({order.user_id for order in ORDERS.some(sorted(set(order_ids)))} - {""})


def email_of(order_id: str) -> str:
    """Whom to write to about an order. One round trip.

    Raises:
        NotFound: there is none.
    """
    return _any(order_id).contact.email


def check_access(order_id: str, who: Caller) -> None:
    """Lets those through who may see the order.

    Raises:
        NotFound: for everyone else.
    """
    _open(order_id, who)


class MyOrders(BaseModel):
    """Which of the caller's orders. Days are those of UTC; `until` is one of them. `number`: how it begins, however its
    hyphens are written.
    """

    status: OrderStatus | None = None
    since: date | None = None
    until: date | None = None
    number: str = ""

    def placed(self) -> dict[str, datetime]:
        """The bounds of the time of placement, as MongoDB's operators."""
        bounds = {}
        if self.since:
            bounds["$gte"] = datetime.combine(self.since, time.min, UTC)
        if self.until and self.until < date.max:  # The last day there is has no day after it.
            bounds["$lt"] = datetime.combine(self.until + timedelta(days=1), time.min, UTC)
        return bounds


def list_mine(who: Caller, wanted: MyOrders, *, limit: int, cursor: str | None) -> Page[OrderSummary]:
    """A page of the caller's orders, newest first. One round trip.

    Raises:
        InvalidCursor: not ours, or of another list.
    """
    listing = f"orders|{who.user_id}|{wanted.model_dump_json()}"
    after = position(listing, cursor)
    rows = ORDERS.of_user(
        who.user_id,
        status=wanted.status,
        placed=wanted.placed(),
        number=spelt_number(wanted.number),
        before=after[0] if after else None,
        limit=limit + 1,
    )
    shown = rows[:limit]
    more = next_cursor(listing, [shown[-1].id]) if len(rows) > limit else None
    return Page[OrderSummary](items=[summary(order) for order in shown], next_cursor=more)


def overview(user_id: str, *, last: int) -> tuple[int, list[OrderSummary]]:
    """How many orders a person has, and the last ones. Two round trips."""
    return ORDERS.count_of_user(user_id), [summary(order) for order in ORDERS.of_user(user_id, limit=last)]


def cancel(order_id: str, wanted: CancelOrder, who: Caller, once: Once) -> OrderView:
    """Cancels the whole order: its stock is free at once, and what was paid goes back.

    Raises:
        NotFound: there is none for this caller.
        WrongState: it has ended already.
    """

    def attempt() -> OrderView:
        order = _open(order_id, who)
        changes = Changes()
        unpaid = order.status in UNPAID
        order.move("cancelled", "cancelled", at=now(), by="staff" if who.role != "customer" else "customer")
        if order.authorized:  # Nothing was paid: that is let go. Should it come all the same, it goes back.
            order.payment_id, order.authorized = "", 0
        if unpaid:
            inventory.release(changes, order.id, order.wanted)
        else:
            inventory.restock(changes, order.id, order.kept)
        for taken in order.quotas:
            quotas.give_back(changes, taken)
        changes.replace(ORDERS, order)
        answer = view(order)
        once.keep(changes, answer)
        sold = not unpaid and order.covered
        changes.emit(
            OrderCancelled(
                **identity(order),
                content=content(order),
                reason=wanted.reason,
                payment_id=order.payment_id if sold else "",
                gift_payments=order.gift_payments if sold else [],
            )
        )
        changes.commit()
        return answer

    return retry_stale(attempt)


def hold(order_id: str, wanted: HoldOrder, who: Caller, once: Once) -> OrderView:
    """Makes an order wait for a person: it can neither be paid nor go on until it is released.

    Raises:
        NotFound: there is no such order.
        WrongState: it is on hold already.
    """

    def attempt() -> OrderView:
        order = _any(order_id)
        if order.held:
            raise WrongState("The order is on hold already.", order_status=order.status)
        order.held = Hold(reason=wanted.reason, by=who.user_id, at=now())
        order.note("on hold", at=now(), by="staff")
        changes = Changes()
        changes.replace(ORDERS, order)
        answer = view(order)
        once.keep(changes, answer)
        changes.emit(OrderHeld(**identity(order), reason=wanted.reason, by=who.user_id))
        changes.commit()
        return answer

    return retry_stale(attempt)


def release(order_id: str, who: Caller, once: Once) -> OrderView:
    """Lets an order go on.

    Raises:
        NotFound: there is no such order.
        WrongState: it is not on hold.
    """

    def attempt() -> OrderView:
        order = _any(order_id)
        if not order.held:
            raise WrongState("The order is not on hold.", order_status=order.status)
        order.held = None
        order.note("released", at=now(), by="staff")
        changes = Changes()
        changes.replace(ORDERS, order)
        answer = view(order)
        once.keep(changes, answer)
        changes.emit(OrderReleased(**identity(order), by=who.user_id))
        changes.commit()
        return answer

    return retry_stale(attempt)


def _any(order_id: str) -> Order:
    order = ORDERS.get(order_id)
    if order is None:
        raise NotFound
    return order


def _open(order_id: str, who: Caller) -> Order:
    order = _any(order_id)
    who.may_open("order", order.subject, order.user_id)
    return order
