"""Signing in with a guest's cart in hand: whose cart it is then, and what becomes of the other one.

Who has no cart of their own gets the guest's. Who has one and was still browsing as a guest finds the guest's lines in
it. A guest's cart that is on its way to be ordered (it knows where it goes) goes on instead of the user's own, whose
lines are saved for later. All of it is one change, guarded by the versions of both carts.
"""

from dataclasses import replace

from commerce.carts import changing, lines
from commerce.carts.changing import Shown
from commerce.carts.model import CartView
from commerce.carts.store import CARTS, Opened
from commerce.runtime.caller import Caller
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.errors import NotFound
from commerce.runtime.idempotency import Once

FOLLOWED = 10  # Carts that became a part of another that became a part of another: so many, no further.


def claim(cart_id: str, who: Caller, once: Once) -> CartView:
    """A guest's cart becomes the caller's; answers the cart that they have now.

    The guest's token opens nothing any more. Asked again by the same user, it answers the cart that it became.

    Raises:
        Unauthorized: nobody is signed in.
        NotFound: there is none, it has expired, the caller does not show its token, or it is someone else's by now.
        CartAlreadyOrdered: it is an order already.
    """
    who.require("customer")
    return retry_stale(lambda: _claim(cart_id, who, once))


def _claim(cart_id: str, who: Caller, once: Once) -> CartView:
    guests = CARTS.open(cart_id)
    if guests is None or changing.is_over(guests.cart):
        raise NotFound
    if guests.cart.user_id == who.user_id:
        return changing.show(_followed(guests, who), who).view
    who.may_open("cart", guests.cart.subject, guests.cart.user_id)
    changing.still_open(guests.cart)
    changes = Changes()
    own = CARTS.active(who.user_id)
    if own and changing.is_over(own.cart):
        changes.delete(CARTS, {"_id": own.cart.id, "version": own.cart.version})
        own = None
    if own and guests.cart.delivery is None:
        shown = _merge(changes, own, guests, who)
    else:
        shown = _take_over(changes, own, guests, who)
    once.keep(changes, shown.view)
    changes.commit()
    return shown.view


def _merge(changes: Changes, own: Opened, guests: Opened, who: Caller) -> Shown:
    """The guest's lines go into the user's cart."""
    cart, other = own.cart, guests.cart
    offers = changing.offers_of(cart, *(line.sku for line in [*other.lines, *other.saved]))
    lines.merge(cart, other, offers)
    cart.note = cart.note or other.note
    if not cart.coupon_id:
        cart.coupon_id, cart.coupon_code = other.coupon_id, other.coupon_code
        own = replace(own, coupon=guests.coupon)
    changing.live_on(cart)
    changing.retire(changes, other, owner=who.user_id, became=cart.id)
    changes.replace(CARTS, cart)
    return changing.show(own, who, offers)


def _take_over(changes: Changes, own: Opened | None, guests: Opened, who: Caller) -> Shown:
    """The guest's cart becomes the user's one active cart; if there was another, its lines are saved in it."""
    cart = guests.cart
    if own:
        lines.put_aside(cart, [*own.cart.lines, *own.cart.saved])
        cart.note = cart.note or own.cart.note
        changing.retire(changes, own.cart, owner=who.user_id, became=cart.id)
    cart.user_id = cart.active_for = who.user_id
    cart.token_version += 1
    changing.live_on(cart)
    changes.replace(CARTS, cart)
    return changing.show(guests, who)


def _followed(opened: Opened | None, who: Caller) -> Opened:
    """The cart that this one became."""
    for _ in range(FOLLOWED):
        if opened is None or opened.cart.user_id != who.user_id or changing.is_over(opened.cart):
            break
        if not opened.cart.became:
            return opened
        opened = CARTS.open(opened.cart.became)
    raise NotFound
