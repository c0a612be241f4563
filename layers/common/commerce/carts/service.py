"""What can be done with a cart. A change is one compare-and-set on its version; prices are those of today, always."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from commerce import catalog, inventory, pricing
from commerce.carts import quotes
from commerce.carts.delivery import Delivery, checked
from commerce.carts.model import (
    MAX_LINES,
    MAX_QUANTITY,
    AddLine,
    Cart,
    CartView,
    CreateCart,
    Line,
    UpdateLine,
    line_view,
    priced,
    problems_of,
)
from commerce.carts.store import CARTS
from commerce.runtime import signing
from commerce.runtime.caller import Caller
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.clock import now
from commerce.runtime.errors import Conflict, Invalid, NotFound, PreconditionFailed, Stale
from commerce.runtime.idempotency import Once
from commerce.runtime.ids import new_id
from commerce.runtime.settings import settings

EMPTY_LIFETIME = timedelta(hours=6)
GUEST_LIFETIME = timedelta(days=30)
USER_LIFETIME = timedelta(days=90)


class CartAlreadyOrdered(Conflict):
    """409: this cart has become an order; `order_id` says which."""

    code, title = "cart_already_ordered", "This cart has been ordered already"


class QuoteStale(Conflict):
    """409: what was quoted is not what it costs now; `cart` is the cart as it is, with a new quote."""

    code, title = "quote_stale", "The cart or its prices have changed since the quote"


class CartHasProblems(Conflict):
    """409: something stands in the way of ordering; `problems` and `cart` say what."""

    code, title = "cart_has_problems", "Something in the cart can't be ordered as it stands"


@dataclass(frozen=True)
class Checkout:
    """A cart that may be ordered as it stands: checked, priced, its quote honoured."""

    cart: Cart
    view: CartView
    delivery: Delivery

    @property
    def wanted(self) -> inventory.Quantities:
        """Pieces by SKU."""
        return {line.sku: line.quantity for line in self.cart.lines}


type Offers = dict[str, catalog.VariantOffer]
type _Change = Callable[[Cart, Offers], None]


def create(wanted: CreateCart, who: Caller, once: Once) -> CartView:
    """A new, empty cart: the caller's own, or a guest's.

    Raises:
        Invalid: the shop does not sell in that currency.
    """
    currency = wanted.currency or settings().default_currency
    if currency not in settings().currencies:
        known = ", ".join(settings().currencies)
        raise Invalid.field("currency", "unknown_currency", f"The shop sells in {known}.")
    moment = now()
    cart = Cart(
        id=new_id("cart"),
        user_id=who.user_id,
        currency=currency,
        created_at=moment,
        updated_at=moment,
        expires_at=moment + EMPTY_LIFETIME,
    )
    view = _view(cart, {})
    changes = Changes()
    once.keep(changes, view)
    changes.insert(CARTS, cart)
    changes.commit()
    return view


def with_token(view: CartView, who: Caller) -> CartView:
    """The answer to a guest who made the cart: with the secret token that opens it."""
    if who.user_id:
        return view
    return view.model_copy(update={"token": signing.grant("cart", f"{view.id}|1")})


def get(cart_id: str, who: Caller) -> CartView:
    """The cart at today's prices.

    Raises:
        NotFound: there is none, it has expired, or it is not the caller's.
    """
    return _priced(_open(cart_id, who))


def add_line(cart_id: str, wanted: AddLine, who: Caller, once: Once) -> CartView:
    """Adds pieces of a variant; more of one that is there already adds to its line.

    Raises:
        NotFound: no such cart for this caller.
        Invalid: unknown SKU, not sold in the cart's currency, or past the limits of a cart.
        CartAlreadyOrdered: too late.
    """

    def change(cart: Cart, offers: Offers) -> None:
        offer = offers.get(wanted.sku)
        if offer is None:
            raise Invalid.field("sku", "unknown_sku", "There is no such variant.")
        if offer.unit_price is None:
            raise Invalid.field("sku", "not_sold_in_currency", f"It is not sold in {cart.currency}.")
        line = next((line for line in cart.lines if line.sku == wanted.sku), None)
        if line is None:
            if len(cart.lines) >= MAX_LINES:
                raise Invalid.field("sku", "too_many_lines", f"A cart takes {MAX_LINES} lines.")
            line = Line(line_id=new_id("line"), sku=wanted.sku, quantity=0, seen_price=offer.unit_price)
            cart.lines.append(line)
        if line.quantity + wanted.quantity > MAX_QUANTITY:
            raise Invalid.field("quantity", "too_many_pieces", f"At most {MAX_QUANTITY} pieces of one variant.")
        line.quantity += wanted.quantity

    return _change(cart_id, who, change, once=once, also=wanted.sku)


def update_line(cart_id: str, line_id: str, wanted: UpdateLine, who: Caller, *, version: int | None) -> CartView:
    """Sets a line's number of pieces.

    Raises:
        NotFound: no such cart for this caller, or no such line.
        PreconditionFailed: `version` is given and is not the cart's.
    """

    def change(cart: Cart, _: Offers) -> None:
        _line(cart, line_id).quantity = wanted.quantity

    return _change(cart_id, who, change, version=version)


def remove_line(cart_id: str, line_id: str, who: Caller, *, version: int | None) -> CartView:
    """Takes a line out.

    Raises:
        NotFound: no such cart for this caller, or no such line.
        PreconditionFailed: `version` is given and is not the cart's.
    """

    def change(cart: Cart, _: Offers) -> None:
        cart.lines.remove(_line(cart, line_id))

    return _change(cart_id, who, change, version=version)


def set_delivery(cart_id: str, delivery: Delivery, who: Caller, *, version: int | None) -> CartView:
    """Says whom to write to and where it goes.

    Raises:
        NotFound: no such cart for this caller.
        Invalid: an address or the telephone number is not one, by the rules of its country.
        PreconditionFailed: `version` is given and is not the cart's.
    """
    right = checked(delivery)

    def change(cart: Cart, _: Offers) -> None:
        cart.delivery = right

    return _change(cart_id, who, change, version=version)


def checkout(cart_id: str, quote_hash: str, who: Caller) -> Checkout:
    """The cart, if it can be ordered right now at the price that was quoted. Changes nothing. Two round trips.

    Raises:
        NotFound: no such cart for this caller.
        CartAlreadyOrdered: it is an order already.
        Invalid: it is empty, or nobody has said where it goes.
        CartHasProblems: a line can't be bought any more, or not in this number.
        QuoteStale: the quote is not for this, or its time is over.
    """
    cart = _open(cart_id, who)
    _still_open(cart)
    if not cart.lines:
        raise Invalid.field("cart_id", "cart_empty", "The cart is empty.")
    if cart.delivery is None:
        raise Invalid.field("delivery", "delivery_missing", "Say first where it goes: PUT the cart's delivery.")
    view = _priced(cart)
    blocking = [problem for problem in view.problems if problem.blocking]
    if blocking:
        raise CartHasProblems(" ".join(p.message for p in blocking), problems=blocking, cart=view)
    if not quotes.holds(quote_hash, cart, view.lines, view.totals):
        raise QuoteStale("Look at the cart again and order with its new quote.", cart=view)
    return Checkout(cart, view, cart.delivery)


def mark_ordered(changes: Changes, cart: Cart, order_id: str) -> None:
    """The cart becomes this order, in the order's own transaction; stale if the cart has changed meanwhile."""
    unchanged = {"_id": cart.id, "version": cart.version}
    changes.update(CARTS, unchanged, {"$set": {"order_id": order_id}, "$inc": {"version": 1}})


def _open(cart_id: str, who: Caller) -> Cart:
    cart = CARTS.get(cart_id)
    if cart is None or cart.expires_at <= now():
        raise NotFound
    who.may_open("cart", cart.subject, cart.user_id)
    return cart


def _still_open(cart: Cart) -> None:
    if cart.order_id:
        raise CartAlreadyOrdered(order_id=cart.order_id)


def _line(cart: Cart, line_id: str) -> Line:
    line = cart.line(line_id)
    if line is None:
        raise NotFound("There is no such line in the cart.")
    return line


def _change(
    cart_id: str, who: Caller, change: _Change, *, once: Once | None = None, version: int | None = None, also: str = ""
) -> CartView:
    """Reads the cart, changes it, and writes it back unless someone was quicker; then it begins again."""

    def attempt() -> CartView:
        cart = _open(cart_id, who)
        _still_open(cart)
        if version is not None and version != cart.version:
            raise PreconditionFailed(f"The cart's version is {cart.version}.")
        skus = {line.sku for line in cart.lines} | ({also} if also else set())
        offers = _offers(skus, cart.currency)
        change(cart, offers)
        _touch(cart, now(), offers)
        changes = Changes()
        changes.replace(CARTS, cart)
        view = _view(cart, offers)
        if once:
            once.keep(changes, view)
        changes.commit()
        return view

    try:
        return retry_stale(attempt)
    except Stale:
        if version is not None:
            raise PreconditionFailed from None
        raise


def _touch(cart: Cart, moment: datetime, offers: Offers) -> None:
    """A change by the buyer: prices are seen anew, and the cart lives on from here."""
    for line in cart.lines:
        if (offer := offers.get(line.sku)) and offer.unit_price is not None:
            line.seen_price = offer.unit_price
    cart.updated_at = moment
    lifetime = EMPTY_LIFETIME if not cart.lines else USER_LIFETIME if cart.user_id else GUEST_LIFETIME
    cart.expires_at = moment + lifetime


def _priced(cart: Cart) -> CartView:
    return _view(cart, _offers([line.sku for line in cart.lines], cart.currency))


def _offers(skus: Iterable[str], currency: str) -> Offers:
    return catalog.offers(skus, currency, join=inventory.join)


def _view(cart: Cart, offers: Offers) -> CartView:
    lines = [line_view(line, offers.get(line.sku), cart.currency) for line in cart.lines]
    problems = [found for line, shown in zip(cart.lines, lines, strict=True) for found in problems_of(line, shown)]
    shipping = settings().shipping_flat_rates.get(cart.currency, 0) if cart.delivery else None
    totals = pricing.total(priced(lines), shipping=shipping, currency=cart.currency)
    ready = bool(lines) and cart.delivery is not None and not cart.order_id
    return CartView(
        id=cart.id,
        currency=cart.currency,
        lines=lines,
        delivery=cart.delivery,
        problems=problems,
        totals=totals,
        quote=quotes.make(cart, lines, totals) if ready else None,
        order_id=cart.order_id or None,
        version=cart.version,
        expires_at=cart.expires_at,
    )
