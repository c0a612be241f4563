"""What can be done with a cart."""

from commerce import pricing
from commerce.carts import changing, lines, views
from commerce.carts.changing import change, line_of
from commerce.carts.delivery import Delivery, checked
from commerce.carts.model import AddLine, ApplyCoupon, Cart, CartView, UpdateCart, UpdateLine
from commerce.carts.views import Offers
from commerce.pricing import Priced, ShippingOption
from commerce.runtime.caller import Caller
from commerce.runtime.errors import Invalid
from commerce.runtime.idempotency import Once


def get(cart_id: str, who: Caller) -> CartView:
    """The cart at today's prices.

    Raises:
        NotFound: there is none, it has expired, or it is not the caller's.
    """
    return changing.show(changing.open_for(cart_id, who), who).view


def add_line(cart_id: str, wanted: AddLine, who: Caller, once: Once) -> CartView:
    """Adds pieces of a variant; more of one that is there already adds to its line.

    Raises:
        NotFound: no such cart for this caller.
        Invalid: unknown SKU, not sold in the cart's currency, or past the limits of a cart.
        CartAlreadyOrdered: too late.
    """

    def alter(cart: Cart, offers: Offers) -> None:
        offer = offers.get(wanted.sku)
        if offer is None:
            raise Invalid.field("sku", "unknown_sku", "There is no such variant.")
        lines.add(cart, offer, wanted.quantity)

    return change(cart_id, who, alter, once=once, also=wanted.sku)


def update_line(cart_id: str, line_id: str, wanted: UpdateLine, who: Caller, *, version: int | None) -> CartView:
    """Sets a line's number of pieces or what is written with it, saves it for later or takes it back.

    Raises:
        NotFound: no such cart for this caller, or no such line.
        Invalid: there is no room for it where it is to go.
        PreconditionFailed: `version` is given and is not the cart's.
    """

    def alter(cart: Cart, _: Offers) -> None:
        line = line_of(cart, line_id)
        if wanted.quantity is not None:
            line.quantity = wanted.quantity
        if wanted.note is not None:
            line.note = wanted.note
        if wanted.saved is not None:
            lines.move(cart, line, later=wanted.saved)

    return change(cart_id, who, alter, version=version)


def update_cart(cart_id: str, wanted: UpdateCart, who: Caller, *, version: int | None) -> CartView:
    """Notes what the buyer wishes to say about the whole order.

    Raises:
        NotFound: no such cart for this caller.
        PreconditionFailed: `version` is given and is not the cart's.
    """

    def alter(cart: Cart, _: Offers) -> None:
        cart.note = wanted.note

    return change(cart_id, who, alter, version=version)


def remove_line(cart_id: str, line_id: str, who: Caller, *, version: int | None) -> CartView:
    """Takes a line out, also one that is saved for later.

    Raises:
        NotFound: no such cart for this caller, or no such line.
        PreconditionFailed: `version` is given and is not the cart's.
    """

    def alter(cart: Cart, _: Offers) -> None:
        line = line_of(cart, line_id)
        (cart.lines if line in cart.lines else cart.saved).remove(line)

    return change(cart_id, who, alter, version=version)


def set_delivery(cart_id: str, delivery: Delivery, who: Caller, *, version: int | None) -> CartView:
    """Says whom to write to, where it goes and how. Without a shipping method it is the cheapest one.

    Raises:
        NotFound: no such cart for this caller.
        Invalid: an address or the telephone number is not one, by the rules of its country; or the shop does not send
            there, or not in this way.
        PreconditionFailed: `version` is given and is not the cart's.
    """
    right = checked(delivery)

    def alter(cart: Cart, _: Offers) -> None:
        cart.delivery, cart.seen_shipping = right, None

    def check(cart: Cart, priced: Priced) -> None:
        if priced.ships:
            chosen = _deliverable(right, priced)
            cart.delivery = right.model_copy(update={"method": chosen.id})
            cart.seen_shipping = chosen.price.amount

    return change(cart_id, who, alter, check=check, version=version)


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
    opened = changing.open_for(cart_id, who)
    to = where or views.destination(opened.cart.delivery)
    if to is None:
        raise Invalid.field("country", "delivery_missing", "Name a country, or set the cart's delivery first.")
    priced = changing.price(opened, changing.offers_of(opened.cart), who, to=to)
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
        changing.open_for(cart_id, who)
        raise Invalid.field("code", "coupon_unknown", "There is no such code.")

    def alter(cart: Cart, _: Offers) -> None:
        cart.coupon_id, cart.coupon_code = promotion.id, wanted.normalised

    def check(_: Cart, priced: Priced) -> None:
        if priced.refusal and priced.refusal.code in pricing.FINAL:
            raise Invalid.field("code", priced.refusal.code, priced.refusal.message)

    return change(cart_id, who, alter, check=check, coupon=promotion, version=version)


def remove_coupon(cart_id: str, who: Caller, *, version: int | None) -> CartView:
    """Takes the code out; if there is none, that is well too.

    Raises:
        NotFound: no such cart for this caller.
        PreconditionFailed: `version` is given and is not the cart's.
    """

    def alter(cart: Cart, _: Offers) -> None:
        cart.coupon_id, cart.coupon_code = "", ""

    return change(cart_id, who, alter, version=version)


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
