"""How a cart is opened, shown and changed. A change is one compare-and-set on its version; prices are today's."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from commerce import catalog, inventory, pricing
from commerce.carts import limits, lines, views
from commerce.carts.model import Cart, CartAlreadyOrdered, CartView, Line
from commerce.carts.store import CARTS, Opened
from commerce.carts.views import Offers
from commerce.pricing import Priced
from commerce.runtime.caller import Caller
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.clock import now
from commerce.runtime.errors import NotFound, PreconditionFailed, Stale
from commerce.runtime.idempotency import Once
from commerce.runtime.ids import new_id
from commerce.runtime.quotas import Taken

EMPTY_LIFETIME = timedelta(hours=6)
GUEST_LIFETIME = timedelta(days=30)
USER_LIFETIME = timedelta(days=90)

type Alter = Callable[[Cart, Offers], None]
type Check = Callable[[Cart, Priced], None]


@dataclass(frozen=True)
class Shown:
    """A cart as it is shown, what it costs, and what it would take of its customer's limits."""

    view: CartView
    priced: Priced
    wanted: list[Taken]


def is_over(cart: Cart) -> bool:
    """Whether its time is over; the database takes a minute or so to delete it."""
    return cart.expires_at <= now()


def open_for(cart_id: str, who: Caller) -> Opened:
    """The cart, for its owner or whoever shows its token. One round trip.

    Raises:
        NotFound: there is none, it has expired or become a part of another, or it is not the caller's.
    """
    opened = CARTS.open(cart_id)
    if opened is None or is_over(opened.cart) or opened.cart.became:
        raise NotFound
    who.may_open("cart", opened.cart.subject, opened.cart.user_id)
    return opened


def still_open(cart: Cart) -> None:
    """Lets a cart through that is no order yet.

    Raises:
        CartAlreadyOrdered: it is one.
    """
    if cart.order_id:
        raise CartAlreadyOrdered(order_id=cart.order_id)


def line_of(cart: Cart, line_id: str) -> Line:
    """The line with this id, be it saved for later.

    Raises:
        NotFound: there is none.
    """
    line = cart.line(line_id)
    if line is None:
        raise NotFound("There is no such line in the cart.")
    return line


def new_cart(user_id: str, currency: str, saved: list[Line] | None = None) -> Cart:
    """An empty cart: the one active cart of a user, or a guest's."""
    moment = now()
    cart = Cart(
        id=new_id("cart"),
        user_id=user_id,
        active_for=user_id or None,
        currency=currency,
        saved=saved or [],
        created_at=moment,
        updated_at=moment,
        expires_at=moment,
    )
    live_on(cart)
    return cart


def live_on(cart: Cart) -> None:
    """Something was done with the cart: it lives so long from now on."""
    empty = not cart.lines and not cart.saved
    cart.updated_at = now()
    cart.expires_at = cart.updated_at + (EMPTY_LIFETIME if empty else USER_LIFETIME if cart.user_id else GUEST_LIFETIME)


def retire(changes: Changes, cart: Cart, *, owner: str, became: str) -> None:
    """The cart ends, and remembers of whose cart it became a part; nothing else of it is kept, no token opens it.

    The change is stale if the cart has changed meanwhile.
    """
    ended = Cart(
        id=cart.id,
        version=cart.version,
        user_id=owner,
        currency=cart.currency,
        became=became,
        token_version=cart.token_version + 1,
        created_at=cart.created_at,
        updated_at=now(),
        expires_at=cart.expires_at,
    )
    changes.replace(CARTS, ended)


def change(
    cart_id: str,
    who: Caller,
    alter: Alter,
    *,
    check: Check | None = None,
    once: Once | None = None,
    version: int | None = None,
    also: str = "",
    coupon: pricing.Promotion | None = None,
) -> CartView:
    """Reads the cart, changes it, and writes it back unless someone was quicker; then it begins again.

    Args:
        cart_id: which cart.
        who: the caller.
        alter: changes the cart.
        check: looks at what the altered cart costs, and may refuse it or settle what follows from it.
        once: the request's idempotency record.
        version: the one the caller knows, None for any.
        also: a SKU that is to be looked up beside those of the cart.
        coupon: the promotion whose code is being entered.
    """

    def attempt() -> CartView:
        opened = open_for(cart_id, who)
        cart = opened.cart
        still_open(cart)
        if version is not None and version != cart.version:
            raise PreconditionFailed(f"The cart's version is {cart.version}.")
        offers = offers_of(cart, also)
        alter(cart, offers)
        lines.see(cart.lines, offers)
        live_on(cart)
        priced = price(replace(opened, coupon=coupon or opened.coupon), offers, who)
        if check:
            check(cart, priced)
        changes = Changes()
        changes.replace(CARTS, cart)
        view = views.view(cart, offers, priced, limits.allowance(cart, offers, who).left)
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


def show(opened: Opened, who: Caller, offers: Offers | None = None) -> Shown:
    """The cart as it is shown. One round trip if it has to ask for the offers, one if limits per customer apply."""
    known = offers_of(opened.cart) if offers is None else offers
    priced = price(opened, known, who)
    allowed = limits.allowance(opened.cart, known, who)
    uses = pricing.uses(priced.applied, user_id=who.user_id, email=_email(opened.cart))
    return Shown(views.view(opened.cart, known, priced, allowed.left), priced, [*allowed.wanted, *uses])


def show_new(cart: Cart) -> CartView:
    """How an empty cart is shown: no rule has anything to say about it."""
    return views.view(cart, {}, views.price(cart, {}, pricing.Rules(), pricing.Customer()), {})


def price(opened: Opened, offers: Offers, who: Caller, *, to: pricing.Destination | None = None) -> Priced:
    """What the cart costs this customer now; `to` is where it would go, None for its own delivery."""
    cart = opened.cart
    coupon = opened.coupon if opened.coupon and opened.coupon.id == cart.coupon_id else None
    rules = pricing.in_force(opened.rules_stamp, coupon)
    customer = pricing.customer(rules.promotions, user_id=who.user_id, email=_email(cart))
    return views.price(cart, offers, rules, customer, to=to)


def _email(cart: Cart) -> str:
    """Where its buyer is written to, empty as long as nobody knows."""
    return cart.delivery.contact.email if cart.delivery else ""


def offers_of(cart: Cart, *also: str) -> Offers:
    """What the catalogue says of the cart's SKUs, and others, today. One round trip."""
    skus = {line.sku for line in [*cart.lines, *cart.saved]} | {sku for sku in also if sku}
    return catalog.offers(skus, cart.currency, join=inventory.join)
