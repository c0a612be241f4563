"""Placing an order: one transaction over the order, the stock, the customer's limits, the cart and the outbox.

An unpaid order occupies a slot of everyone who could hoard stock with it: its user, its contact, its address. There
are two slots each, and a unique index over them: no third unpaid order, however many are placed at the same moment.
"""

import hashlib
from datetime import timedelta

from commerce import carts, inventory, pricing
from commerce.carts import CartAlreadyOrdered, Checkout
from commerce.orders.events import OrderConfirmed, OrderPlaced, content, identity
from commerce.orders.model import Order, OrderLine, OrderView, PlaceOrder, view
from commerce.orders.store import ORDERS
from commerce.runtime import quotas
from commerce.runtime.caller import Caller
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.clock import now
from commerce.runtime.errors import Conflict, FieldError, Stale
from commerce.runtime.idempotency import Once
from commerce.runtime.ids import new_id, new_order_number
from commerce.runtime.settings import settings

UNPAID_AT_ONCE = 2


class TooManyUnpaid(Conflict):
    """409: there are two unpaid orders for this user, contact or address already."""

    code, title = "too_many_unpaid_orders", "Pay or cancel one of your unpaid orders first"


class _SlotTaken(Stale):
    """Another unpaid order was quicker to take the slot: look again what is free."""


def place(wanted: PlaceOrder, who: Caller, once: Once) -> OrderView:
    """Makes the order of a cart at the price that was quoted.

    Nothing is changed unless everything is: order, stock, cart and event are written together. An order with nothing
    to pay is confirmed at once.

    Raises:
        NotFound: no such cart for this caller.
        CartAlreadyOrdered, CartHasProblems, QuoteStale, Invalid: see `carts.checkout`.
        InsufficientStock: someone else was quicker.
        TooManyUnpaid: two unpaid orders are open already.
    """
    return retry_stale(lambda: _place(wanted, who, once))


def _place(wanted: PlaceOrder, who: Caller, once: Once) -> OrderView:
    ready = carts.checkout(wanted.cart_id, wanted.quote_hash, who)
    people = _identities(ready, who)
    try:
        try:
            return _write(ready, who, [f"{person}:0" for person in people], once)
        except _SlotTaken:
            return _write(ready, who, _free_slots(people), once)
    except inventory.InsufficientStock as shortage:
        raise _explained(shortage, ready) from None


def _write(ready: Checkout, who: Caller, slots: list[str], once: Once) -> OrderView:
    order = _order(ready, who, slots)
    changes = Changes()
    changes.emit(OrderPlaced(**identity(order), content=content(order), pay_by=order.pay_by))
    if order.totals.total.amount:
        inventory.hold(changes, order.id, ready.wanted, until=order.pay_by)
    else:  # There is nothing to wait for.
        order.move("confirmed", "nothing to pay: confirmed", at=order.placed_at)
        order.quotas += pricing.purchases(user_id=order.user_id, email=order.contact.email)
        inventory.sell(changes, order.id, ready.wanted)
        changes.emit(OrderConfirmed(**identity(order), content=content(order), payment_id=""))
    answer = view(order)
    once.keep(changes, answer)
    changes.insert(ORDERS, order, taken={"slots": _SlotTaken(), "cart_id": CartAlreadyOrdered()})
    carts.mark_ordered(changes, ready.cart, order.id, who)
    for taken in order.quotas:
        quotas.take(changes, taken)
    changes.commit()
    return answer


def _order(ready: Checkout, who: Caller, slots: list[str]) -> Order:
    moment = now()
    delivery = ready.delivery
    lines = [
        OrderLine(**shown.model_dump(include=_KEPT), unit_price=shown.unit_price.amount)
        for shown in ready.view.lines
        if shown.unit_price
    ]
    order = Order(
        id=new_id("ord"),
        number=new_order_number(),
        user_id=who.user_id,  # A guest's cart may be ordered by someone who has signed in since.
        cart_id=ready.cart.id,
        currency=ready.cart.currency,
        lines=lines,
        totals=ready.view.totals,
        promotions=ready.view.promotions,
        shipping=ready.view.shipping,
        contact=delivery.contact,
        shipping_address=delivery.shipping_address,
        billing_address=delivery.billing_address or delivery.shipping_address,
        slots=slots,
        wish=ready.cart.note,
        quotas=ready.quotas,
        placed_at=moment,
        pay_by=moment + timedelta(seconds=settings().hold_seconds),
    )
    order.note("placed", at=moment)
    return order


_KEPT = {"line_id", "sku", "product_id", "kind", "slug", "title", "variant_title", "image_url", "quantity", "note"}


def _identities(ready: Checkout, who: Caller) -> list[str]:
    """Everyone who could be hoarding with this order, hashed: a unique index is no place for addresses."""
    contact = ready.delivery.contact
    people = [f"email|{contact.email.casefold()}", f"address|{ready.delivery.shipping_address.key()}"]
    people += [f"user|{who.user_id}"] if who.user_id else []
    people += [f"phone|{contact.phone}"] if contact.phone else []
    return [hashlib.sha256(person.encode()).hexdigest()[:24] for person in people]


def _free_slots(people: list[str]) -> list[str]:
    """For each of them the first slot that is free.

    Raises:
        TooManyUnpaid: one of them has none.
    """
    choices = {person: [f"{person}:{number}" for number in range(UNPAID_AT_ONCE)] for person in people}
    taken = ORDERS.slots_taken([slot for slots in choices.values() for slot in slots])
    free = [next((slot for slot in slots if slot not in taken), None) for slots in choices.values()]
    if None in free:
        raise TooManyUnpaid
    return [slot for slot in free if slot]


def _explained(shortage: inventory.InsufficientStock, ready: Checkout) -> inventory.InsufficientStock:
    """The same fault, with what is left of each line that wants more."""
    left = inventory.available(ready.wanted)
    reasons = [
        FieldError(field=line.line_id, code="insufficient_stock", message=f"{max(0, left.get(line.sku, 0))} left.")
        for line in ready.cart.lines
        if line.sku in ready.wanted and left.get(line.sku, 0) < line.quantity
    ]
    return inventory.InsufficientStock(shortage.sku, errors=reasons)
