"""What can be done with a cart. A change is one compare-and-set on its version; prices are those of today, always."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from commerce import catalog, inventory, pricing
from commerce.carts import quotes, views
from commerce.carts.delivery import Delivery, checked
from commerce.carts.model import (
    MAX_LINES,
    MAX_QUANTITY,
    AddLine,
    ApplyCoupon,
    Cart,
    CartView,
    CreateCart,
    Line,
    UpdateLine,
)
from commerce.carts.store import CARTS, Opened
from commerce.carts.views import Offers
from commerce.pricing import Priced, ShippingOption
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
    priced: Priced

    @property
    def wanted(self) -> inventory.Quantities:
        """Pieces by SKU."""
        return {line.sku: line.quantity for line in self.cart.lines}


type _Change = Callable[[Cart, Offers], None]
type _Check = Callable[[Cart, Priced], None]


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
    view = _new(cart)
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
    return _shown(_open(cart_id, who), who)[0]


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
    """Says whom to write to, where it goes and how. Without a shipping method it is the cheapest one.

    Raises:
        NotFound: no such cart for this caller.
        Invalid: an address or the telephone number is not one, by the rules of its country; or the shop does not send
            there, or not in this way.
        PreconditionFailed: `version` is given and is not the cart's.
    """
    right = checked(delivery)

    def change(cart: Cart, _: Offers) -> None:
        cart.delivery, cart.seen_shipping = right, None

    def check(cart: Cart, priced: Priced) -> None:
        if priced.ships:
            chosen = _deliverable(right, priced)
            cart.delivery = right.model_copy(update={"method": chosen.id})
            cart.seen_shipping = chosen.price.amount

    return _change(cart_id, who, change, check=check, version=version)


def list_shipping_options(cart_id: str, where: pricing.Destination | None, who: Caller) -> list[ShippingOption]:
    """The ways to send the cart as it is, the cheapest first. Empty where nothing has to be sent. Two round trips.

    Args:
        cart_id: which cart.
        where: the place to send to; None for the cart's own delivery.
        who: the caller.

    Raises:
        NotFound: no such cart for this caller.
        Invalid: nobody has said where it goes, or the shop does not send there.
    """
    opened = _open(cart_id, who)
    to = where or views.destination(opened.cart.delivery)
    if to is None:
        raise Invalid.field("country", "delivery_missing", "Name a country, or set the cart's delivery first.")
    rules = _rules(opened)
    priced = views.price(opened.cart, _offers_of(opened.cart), rules, _customer(opened.cart, rules, who), to=to)
    if priced.ships and not priced.served:
        raise Invalid.field("country", "country_not_served", f"We do not send to {to.country}.")
    return priced.options


def apply_coupon(cart_id: str, wanted: ApplyCoupon, who: Caller, *, version: int | None) -> CartView:
    """Enters a code, in place of the one before. One that the cart only lacks something for is taken, and waits.

    Raises:
        NotFound: no such cart for this caller.
        Invalid: the code is not for this customer, currency or time; `errors` has the reason's own code.
        PreconditionFailed: `version` is given and is not the cart's.
    """
    promotion = pricing.find_coupon(wanted.normalised)
    if promotion is None:
        _open(cart_id, who)
        raise Invalid.field("code", "coupon_unknown", "There is no such code.")

    def change(cart: Cart, _: Offers) -> None:
        cart.coupon_id, cart.coupon_code = promotion.id, wanted.normalised

    def check(_: Cart, priced: Priced) -> None:
        if priced.refusal and priced.refusal.code in pricing.FINAL:
            raise Invalid.field("code", priced.refusal.code, priced.refusal.message)

    return _change(cart_id, who, change, check=check, coupon=promotion, version=version)


def remove_coupon(cart_id: str, who: Caller, *, version: int | None) -> CartView:
    """Takes the code out; if there is none, that is well too.

    Raises:
        NotFound: no such cart for this caller.
        PreconditionFailed: `version` is given and is not the cart's.
    """

    def change(cart: Cart, _: Offers) -> None:
        cart.coupon_id, cart.coupon_code = "", ""

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
    opened = _open(cart_id, who)
    cart = opened.cart
    _still_open(cart)
    if not cart.lines:
        raise Invalid.field("cart_id", "cart_empty", "The cart is empty.")
    if cart.delivery is None:
        raise Invalid.field("delivery", "delivery_missing", "Say first where it goes: PUT the cart's delivery.")
    view, priced = _shown(opened, who)
    blocking = [problem for problem in view.problems if problem.blocking]
    if blocking:
        raise CartHasProblems(" ".join(p.message for p in blocking), problems=blocking, cart=view)
    if not quotes.holds(quote_hash, cart, view.lines, view.totals):
        raise QuoteStale("Look at the cart again and order with its new quote.", cart=view)
    return Checkout(cart, view, cart.delivery, priced)


def mark_ordered(changes: Changes, cart: Cart, order_id: str) -> None:
    """The cart becomes this order, in the order's own transaction; stale if the cart has changed meanwhile."""
    unchanged = {"_id": cart.id, "version": cart.version}
    changes.update(CARTS, unchanged, {"$set": {"order_id": order_id}, "$inc": {"version": 1}})


def _open(cart_id: str, who: Caller) -> Opened:
    opened = CARTS.open(cart_id)
    if opened is None or opened.cart.expires_at <= now():
        raise NotFound
    who.may_open("cart", opened.cart.subject, opened.cart.user_id)
    return opened


def _still_open(cart: Cart) -> None:
    if cart.order_id:
        raise CartAlreadyOrdered(order_id=cart.order_id)


def _line(cart: Cart, line_id: str) -> Line:
    line = cart.line(line_id)
    if line is None:
        raise NotFound("There is no such line in the cart.")
    return line


def _deliverable(delivery: Delivery, priced: Priced) -> ShippingOption:
    """The shipping that was chosen, or the cheapest.

    Raises:
        Invalid: there is none, or not this one.
    """
    if not priced.served:
        country = delivery.shipping_address.country
        raise Invalid.field("shipping_address.country", "country_not_served", f"We do not send to {country}.")
    if not priced.options:
        raise Invalid.field("shipping_address", "no_shipping_method", "There is no way to send this cart there.")
    if priced.method is None:
        known = ", ".join(option.id for option in priced.options)
        raise Invalid.field("method", "unknown_shipping_method", f"Known values: {known}.")
    return priced.method


def _change(
    cart_id: str,
    who: Caller,
    change: _Change,
    *,
    check: _Check | None = None,
    once: Once | None = None,
    version: int | None = None,
    also: str = "",
    coupon: pricing.Promotion | None = None,
) -> CartView:
    """Reads the cart, changes it, and writes it back unless someone was quicker; then it begins again.

    Args:
        cart_id: which cart.
        who: the caller.
        change: alters the cart.
        check: looks at what the altered cart costs, and may refuse it or settle what follows from it.
        once: the request's idempotency record.
        version: the one the caller knows, None for any.
        also: a SKU that is to be looked up beside those of the cart.
        coupon: the promotion whose code is being entered.
    """

    def attempt() -> CartView:
        opened = _open(cart_id, who)
        cart = opened.cart
        _still_open(cart)
        if version is not None and version != cart.version:
            raise PreconditionFailed(f"The cart's version is {cart.version}.")
        offers = _offers_of(cart, also)
        change(cart, offers)
        _touch(cart, now(), offers)
        rules = _rules(replace(opened, coupon=coupon or opened.coupon))
        priced = views.price(cart, offers, rules, _customer(cart, rules, who))
        if check:
            check(cart, priced)
        changes = Changes()
        changes.replace(CARTS, cart)
        view = views.view(cart, offers, priced)
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


def _shown(opened: Opened, who: Caller) -> tuple[CartView, Priced]:
    offers, rules = _offers_of(opened.cart), _rules(opened)
    priced = views.price(opened.cart, offers, rules, _customer(opened.cart, rules, who))
    return views.view(opened.cart, offers, priced), priced


def _new(cart: Cart) -> CartView:
    """How an empty cart is shown: no rule has anything to say about it."""
    return views.view(cart, {}, views.price(cart, {}, pricing.Rules(), pricing.Customer()))


def _rules(opened: Opened) -> pricing.Rules:
    coupon = opened.coupon if opened.coupon and opened.coupon.id == opened.cart.coupon_id else None
    return pricing.in_force(opened.rules_stamp, coupon)


def _customer(cart: Cart, rules: pricing.Rules, who: Caller) -> pricing.Customer:
    email = cart.delivery.contact.email if cart.delivery else ""
    return pricing.customer(rules.promotions, user_id=who.user_id, email=email)


def _offers_of(cart: Cart, also: str = "") -> dict[str, catalog.VariantOffer]:
    skus = {line.sku for line in cart.lines} | ({also} if also else set())
    return catalog.offers(skus, cart.currency, join=inventory.join)
