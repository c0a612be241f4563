"""From a cart to an order: whether it can be ordered as it stands, and what is left of it then."""

from dataclasses import dataclass

from commerce import inventory
from commerce.carts import changing, lines, quotes
from commerce.carts.delivery import Delivery
from commerce.carts.model import Cart, CartView
from commerce.carts.store import CARTS
from commerce.pricing import Priced
from commerce.runtime.caller import Caller
from commerce.runtime.changes import Changes
from commerce.runtime.errors import Conflict, Invalid
from commerce.runtime.quotas import Taken


class QuoteStale(Conflict):
    """409: what was quoted is not what it costs now; `cart` is the cart as it is, with a new quote."""

    code, title = "quote_stale", "The cart or its prices have changed since the quote"


class CartHasProblems(Conflict):
    """409: something stands in the way of ordering; `problems` and `cart` say what."""

    code, title = "cart_has_problems", "Something in the cart can't be ordered as it stands"


@dataclass(frozen=True)
class Checkout:
    """A cart that may be ordered as it stands: checked, priced, its quote honoured.

    `quotas` is what the order takes of what this customer may have.
    """

    cart: Cart
    view: CartView
    delivery: Delivery
    priced: Priced
    quotas: list[Taken]

    @property
    def wanted(self) -> inventory.Quantities:
        """Pieces by SKU of all that has stock."""
        return {line.sku: line.quantity for line in self.view.lines if line.kind == "goods"}


def checkout(cart_id: str, quote_hash: str, who: Caller) -> Checkout:
    """The cart, if it can be ordered right now at the price that was quoted. Changes nothing.

    Two round trips; three where limits per customer apply.

    Raises:
        NotFound: no such cart for this caller.
        CartAlreadyOrdered: it is an order already.
        Invalid: it is empty, or nobody has said where it goes.
        CartHasProblems: a line can't be bought any more, or not in this number.
        QuoteStale: the quote is not for this, or its time is over.
    """
    opened = changing.open_for(cart_id, who)
    cart = opened.cart
    changing.still_open(cart)
    if not cart.lines:
        raise Invalid.field("cart_id", "cart_empty", "The cart is empty.")
    if cart.delivery is None:
        raise Invalid.field("delivery", "delivery_missing", "Say first where it goes: PUT the cart's delivery.")
    shown = changing.show(opened, who)
    view = shown.view
    blocking = [problem for problem in view.problems if problem.blocking]
    if blocking:
        raise CartHasProblems(" ".join(p.message for p in blocking), problems=blocking, cart=view)
    if not quotes.holds(quote_hash, cart, view.lines, view.totals):
        raise QuoteStale("Look at the cart again and order with its new quote.", cart=view)
    return Checkout(cart, view, cart.delivery, shown.priced, shown.wanted)


def mark_ordered(changes: Changes, cart: Cart, order_id: str, who: Caller) -> None:
    """The cart becomes this order, in the order's own transaction; stale if the cart has changed meanwhile.

    What a signed-in person has saved for later goes on in their next cart. A guest's stays where it is.
    """
    moves = bool(cart.saved and who.user_id)
    ordered: dict[str, object] = {"order_id": order_id} | ({"saved": []} if moves else {})
    unchanged = {"_id": cart.id, "version": cart.version}
    changes.update(CARTS, unchanged, {"$set": ordered, "$unset": {"active_for": ""}, "$inc": {"version": 1}})
    if moves:
        _save_for(changes, cart, who)


def _save_for(changes: Changes, cart: Cart, who: Caller) -> None:
    """One round trip if it was not their own cart, so that they may have one; else none."""
    other = None if cart.user_id else CARTS.active(who.user_id)
    if other and not changing.is_over(other.cart):
        lines.put_aside(other.cart, cart.saved)
        changing.live_on(other.cart)
        changes.replace(CARTS, other.cart)
        return
    if other:
        changes.delete(CARTS, {"_id": other.cart.id, "version": other.cart.version})
    changes.insert(CARTS, changing.new_cart(who.user_id, cart.currency, cart.saved))
