"""Rules for the lines of a cart: one line per SKU, so many lines and pieces, and a list beside it for later."""

from collections.abc import Iterable

from commerce.carts.model import MAX_LINES, MAX_QUANTITY, MAX_SAVED, Cart, Line
from commerce.carts.views import Offers, image_of
from commerce.catalog import VariantOffer
from commerce.runtime.errors import Invalid
from commerce.runtime.ids import new_id


def add(cart: Cart, offer: VariantOffer, quantity: int) -> None:
    """Adds pieces of a variant; more of one that is there already adds to its line.

    Raises:
        Invalid: it is not sold in the cart's currency, or past the limits of a cart.
    """
    if offer.unit_price is None:
        raise Invalid.field("sku", "not_sold_in_currency", f"It is not sold in {cart.currency}.")
    line = _of_sku(cart.lines, offer.sku)
    if line is None:
        if len(cart.lines) >= MAX_LINES:
            raise Invalid.field("sku", "too_many_lines", f"A cart takes {MAX_LINES} lines.")
        line = Line(line_id=new_id("line"), sku=offer.sku, quantity=0, seen_price=offer.unit_price)
        cart.lines.append(line)
    _add_pieces(line, quantity)


def move(cart: Cart, line: Line, *, later: bool) -> None:
    """Saves a line for later, or takes it back among those that are ordered. Where it is already, it stays.

    Raises:
        Invalid: there is no room for it.
    """
    here, there, room = (cart.lines, cart.saved, MAX_SAVED) if later else (cart.saved, cart.lines, MAX_LINES)
    if line not in here:
        return
    twin = _of_sku(there, line.sku)
    if twin is None and len(there) >= room:
        raise Invalid.field("saved", "too_many_lines", f"There is room for {room} lines.")
    here.remove(line)
    if twin is None:
        there.append(line)
    else:
        _add_pieces(twin, line.quantity)
        twin.note = twin.note or line.note


def see(lines: Iterable[Line], offers: Offers) -> None:
    """How the lines look and what they cost now is what the buyer has seen."""
    for line in lines:
        offer = offers.get(line.sku)
        if offer and offer.unit_price is not None:
            line.seen_price = offer.unit_price
            line.product_id, line.slug, line.image_url = offer.product_id, offer.slug, image_of(offer)
            line.title, line.variant_title = offer.title, offer.variant_title


def merge(cart: Cart, other: Cart, offers: Offers) -> None:
    """Puts the lines of another cart into this one. What is not sold in its currency, or past its limits, is saved.

    Args:
        cart: gets them.
        other: whose lines they are.
        offers: what the catalogue says of them, in the currency of `cart`.
    """
    rest = []
    for line in other.lines:
        offer, twin = offers.get(line.sku), _of_sku(cart.lines, line.sku)
        if offer is None or offer.unit_price is None or (twin is None and len(cart.lines) >= MAX_LINES):
            rest.append(line)
        elif twin is None:
            if other.currency != cart.currency:
                see([line], offers)
            cart.lines.append(line)
        else:
            fits = min(line.quantity, MAX_QUANTITY - twin.quantity)
            twin.quantity += fits
            twin.note = twin.note or line.note
            if fits < line.quantity:
                rest.append(line.model_copy(update={"quantity": line.quantity - fits}))
    put_aside(cart, [*rest, *other.saved])


def put_aside(cart: Cart, lines: Iterable[Line]) -> None:
    """Saves lines for later, as far as there is room: the first ones, and so many pieces of each."""
    for line in lines:
        twin = _of_sku(cart.saved, line.sku)
        if twin:
            twin.quantity = min(MAX_QUANTITY, twin.quantity + line.quantity)
            twin.note = twin.note or line.note
        elif len(cart.saved) < MAX_SAVED:
            cart.saved.append(line)


def _of_sku(lines: Iterable[Line], sku: str) -> Line | None:
    return next((line for line in lines if line.sku == sku), None)


def _add_pieces(line: Line, quantity: int) -> None:
    if line.quantity + quantity > MAX_QUANTITY:
        raise Invalid.field("quantity", "too_many_pieces", f"At most {MAX_QUANTITY} pieces of one variant.")
    line.quantity += quantity
