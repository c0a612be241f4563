"""New carts: as many as guests want, one that is active for each user."""

from dataclasses import dataclass, replace

from commerce.carts import changing
from commerce.carts.model import CartView, CreateCart, Line
from commerce.carts.store import CARTS, Opened
from commerce.runtime import signing
from commerce.runtime.caller import Caller
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.errors import Conflict, Invalid, Stale
from commerce.runtime.idempotency import Once
from commerce.runtime.settings import settings


class ActiveCartInOtherCurrency(Conflict):
    """409: the caller's cart is in another currency and has something in it; `cart_id` and `currency` say which."""

    code, title = "active_cart_in_other_currency", "Your cart is in another currency"


@dataclass(frozen=True)
class Made:
    """A cart, and whether it was made just now."""

    cart: CartView
    is_new: bool


class _HasOne(Stale):
    """The user has an active cart already."""


def create(wanted: CreateCart, who: Caller, once: Once) -> Made:
    """A new, empty cart; for a user who has an active one, that one.

    An empty one in another currency makes place for the new one, which takes over what was saved for later.

    Raises:
        Invalid: the shop does not sell in that currency.
        ActiveCartInOtherCurrency: the user has a cart in another one, with something in it.
    """
    currency = wanted.currency or settings().default_currency
    if currency not in settings().currencies:
        known = ", ".join(settings().currencies)
        raise Invalid.field("currency", "unknown_currency", f"The shop sells in {known}.")

    def attempt() -> Made:
        try:
            return _begin(currency, who, once)
        except _HasOne:
            active = CARTS.active(who.user_id)
        if active is None:
            raise Stale
        if changing.is_over(active.cart):
            return _begin(currency, who, once, instead_of=active)
        if wanted.currency in {None, active.cart.currency}:
            return Made(changing.show(active, who).view, is_new=False)
        if active.cart.lines:
            cart = active.cart
            raise ActiveCartInOtherCurrency(f"It is in {cart.currency}.", cart_id=cart.id, currency=cart.currency)
        return _begin(currency, who, once, saved=active.cart.saved, instead_of=active)

    return retry_stale(attempt)


def with_token(view: CartView, who: Caller) -> CartView:
    """The answer to a guest who made the cart: with the secret token that opens it."""
    if who.user_id:
        return view
    return view.model_copy(update={"token": signing.grant("cart", f"{view.id}|1")})


def _begin(
    currency: str, who: Caller, once: Once, *, saved: list[Line] | None = None, instead_of: Opened | None = None
) -> Made:
    cart = changing.new_cart(who.user_id, currency, saved)
    view = changing.show(replace(instead_of, cart=cart), who).view if instead_of else changing.show_new(cart)
    changes = Changes()
    once.keep(changes, view)  # First: that it was asked before comes before what has become of it since.
    if instead_of:
        changing.retire(changes, instead_of.cart, owner=who.user_id, became=cart.id)
    changes.insert(CARTS, cart, taken={"active_for": _HasOne()})
    changes.commit()
    return Made(view, is_new=True)
