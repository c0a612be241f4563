"""What orders keep of a person, and what is left when they are forgotten.

An order that has ended keeps what the law wants kept of a sale: number, dates, goods, amounts, taxes, and the country
and region that the taxes came from (in the EU, articles 241 to 249 of Directive 2006/112/EC with national law: six to
ten years in most countries). Whose it was, their names, street, city, postal code, email and phone go. An invoice is a
document of its own, which `payments` keeps for as long as the law says.

An order that is still on its way needs all of that (Regulation (EU) 2016/679, article 6(1)(b)): it waits until it has
ended.
"""

from datetime import timedelta
from functools import partial

from commerce.carts import Contact
from commerce.orders.model import Order, view
from commerce.orders.store import ORDERS
from commerce.postal import Address
from commerce.runtime import outbox, quotas
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.clock import now
from commerce.runtime.people import NOBODY, Person, Tables

SOURCE = "souk.orders"
ON_ITS_WAY = timedelta(days=30)
"""How long a paid order is taken to be on its way, where nobody says that it has arrived: delivery, and the fourteen
days in which it may be sent back (Directive 2011/83/EU, article 9).
"""


def references(person: Person) -> Person:
    """The person with the ids of all that they ordered, and of the carts that it came from, besides those known before.
    Two round trips.
    """
    found = ORDERS.of_person(person)
    order_ids = sorted({*person.order_ids, *(order.id for order in found)})
    cart_ids = sorted({*person.cart_ids, *(order.cart_id for order in found)})
    return person.model_copy(update={"order_ids": tuple(order_ids), "cart_ids": tuple(cart_ids)})


def personal_data(person: Person) -> Tables:
    """Every order, as its owner sees it. Two round trips."""
    return {"orders": [view(order).model_dump(exclude={"token", "version"}) for order in ORDERS.of_person(person)]}


def erase(person: Person) -> bool:
    """Takes the person out of every order that has ended, and of the events about those; says whether none is left.
    Done again, it goes on with those that are left. Two round trips, and two for each order.

    Raises:
        StillWaiting: an event about an order has not been sent yet.
    """
    left = [order.id for order in ORDERS.of_person(person) if not retry_stale(partial(_forget, order.id))]
    outbox.forget(SOURCE, set(person.order_ids) - set(left))
    return not left


def _forget(order_id: str) -> bool:
    order = ORDERS.get(order_id)
    if order is None or order.forgotten_at:
        return True
    if _on_its_way(order):
        return False
    order.user_id, order.contact = "", Contact(email=NOBODY)
    order.shipping_address, order.billing_address = _anywhere(order.shipping_address), _anywhere(order.billing_address)
    order.slots, order.held, order.wish = None, None, ""
    for line in order.lines:
        line.note = ""
    order.token_version += 1  # Links in mails that someone may still have open nothing.
    order.forgotten_at = now()
    changes = Changes()
    personal = [taken for taken in order.quotas if taken.personal]
    if order.status not in ("cancelled", "expired"):
        for taken in personal:  # Counted under a hash of who it was.
            quotas.give_back(changes, taken)
    order.quotas = [taken for taken in order.quotas if not taken.personal]  # A code that is used up stays used up.
    changes.replace(ORDERS, order)
    changes.commit()
    return True


def _on_its_way(order: Order) -> bool:
    if order.status in ("cancelled", "completed", "expired"):
        return False
    return order.status != "confirmed" or order.placed_at > now() - ON_ITS_WAY


def _anywhere(address: Address) -> Address:
    """What of it the taxes came from."""
    return Address(name="", line1="", region=address.region, country=address.country)
