"""How a cart is shown: its lines with what the catalogue says of them today, what they cost, and what is wrong."""

from collections.abc import Iterator, Mapping

from commerce import pricing
from commerce.carts import quotes
from commerce.carts.delivery import Delivery
from commerce.carts.model import MAX_GIFT_CARDS, Cart, CartProblem, CartView, CouponView, Line, LineView
from commerce.catalog import VariantOffer
from commerce.money import Money
from commerce.pricing import Basket, Customer, Destination, Priced, PricedLine, Rules
from commerce.pricing.offers import priced_line
from commerce.runtime.clock import now

type Offers = Mapping[str, VariantOffer]


def price(cart: Cart, offers: Offers, rules: Rules, customer: Customer, *, to: Destination | None = None) -> Priced:
    """What the cart costs now; `to` is where it would go, None for its own delivery."""
    return pricing.calculate(
        Basket(
            currency=cart.currency,
            lines=tuple(_priced_lines(cart, offers)),
            at=now(),
            destination=to or destination(cart.delivery),
            method=cart.delivery.method if cart.delivery else "",
            coupon=cart.coupon_id,
            customer=customer,
        ),
        rules,
    )


def destination(delivery: Delivery | None) -> Destination | None:
    """Where it goes, as far as shipping and taxes care."""
    if delivery is None:
        return None
    return Destination(delivery.shipping_address.country, delivery.shipping_address.region)


def view(cart: Cart, offers: Offers, priced: Priced, left: Mapping[str, int]) -> CartView:
    """The cart as it is shown.

    Args:
        cart: which.
        offers: what the catalogue says of its SKUs today.
        priced: what it costs.
        left: how many this customer still may have of each SKU that has a limit.
    """
    lines, saved = (
        [line_view(line, offers.get(line.sku), cart.currency) for line in some] for some in (cart.lines, cart.saved)
    )
    ready = bool(lines) and cart.delivery is not None and not cart.order_id
    return CartView(
        id=cart.id,
        currency=cart.currency,
        lines=lines,
        saved=saved,
        note=cart.note,
        delivery=cart.delivery,
        shipping=priced.method,
        coupon=_coupon(cart, priced),
        promotions=priced.promotions,
        problems=[]
        if cart.order_id
        else [*_of_lines(cart, lines, left), *_of_gift_cards(lines), *_of_rules(cart, priced)],
        totals=priced.totals,
        quote=quotes.make(cart, lines, priced.totals) if ready else None,
        order_id=cart.order_id or None,
        version=cart.version,
        expires_at=cart.expires_at,
    )


def line_view(line: Line, offer: VariantOffer | None, currency: str) -> LineView:
    """The line with what the catalogue says of it today."""
    price = offer.unit_price if offer else None
    return LineView(
        line_id=line.line_id,
        sku=line.sku,
        product_id=offer.product_id if offer else line.product_id,
        kind=offer.kind if offer else "goods",
        slug=offer.slug if offer else line.slug,
        title=offer.title if offer else line.title or line.sku,
        variant_title=offer.variant_title if offer else line.variant_title,
        image_url=image_of(offer) if offer else line.image_url,
        quantity=line.quantity,
        unit_price=None if price is None else Money(amount=price, currency=currency),
        line_total=None if price is None else Money(amount=price * line.quantity, currency=currency),
        available=offer.available if offer else 0,
        max_per_customer=offer.max_per_customer if offer else None,
        note=line.note,
    )


def image_of(offer: VariantOffer) -> str:
    """The address of its picture, empty where there is none."""
    return offer.image.url if offer.image else ""


def problems_of(line: Line, view: LineView, left: int | None = None) -> list[CartProblem]:
    """What the buyer should know about a line; `left` is how many of it they still may have, None for any number."""
    if view.unit_price is None:
        message = "This can't be bought any more."
        return [CartProblem(code="unavailable", line_id=line.line_id, message=message, blocking=True)]
    found = []
    if view.available < line.quantity:
        message = f"Only {view.available} left." if view.available else "Sold out."
        found.append(
            CartProblem(
                code="insufficient_stock",
                line_id=line.line_id,
                message=message,
                blocking=True,
                available=view.available,
            )
        )
    if left is not None and left < line.quantity:
        rest = f" You may still have {left}." if left < (view.max_per_customer or 0) else ""
        found.append(
            CartProblem(
                code="limit_per_customer",
                line_id=line.line_id,
                message=f"At most {view.max_per_customer} per customer.{rest}",
                blocking=True,
                available=left,
            )
        )
    if view.unit_price.amount != line.seen_price:
        was = Money(amount=line.seen_price, currency=view.unit_price.currency)
        found.append(
            CartProblem(
                code="price_changed",
                line_id=line.line_id,
                message=f"The price was {was} and is {view.unit_price} now.",
                blocking=False,
                was=was,
                now=view.unit_price,
            )
        )
    return found


def _priced_lines(cart: Cart, offers: Offers) -> Iterator[PricedLine]:
    for line in cart.lines:
        offer = offers.get(line.sku)
        if offer is not None and offer.unit_price is not None:
            yield priced_line(line.line_id, line.sku, line.quantity, offer, unit_price=offer.unit_price)


def _of_lines(cart: Cart, shown: list[LineView], left: Mapping[str, int]) -> list[CartProblem]:
    pairs = zip(cart.lines, shown, strict=True)
    return [found for line, view in pairs for found in problems_of(line, view, left.get(line.sku))]


def _of_gift_cards(shown: list[LineView]) -> list[CartProblem]:
    message, room = f"An order takes {MAX_GIFT_CARDS} gift cards.", MAX_GIFT_CARDS
    found = []
    for line in (line for line in shown if line.kind == "gift_card"):
        if line.quantity > room:
            found.append(
                CartProblem(
                    code="too_many_gift_cards", line_id=line.line_id, message=message, blocking=True, available=room
                )
            )
        room = max(0, room - line.quantity)
    return found


def _of_rules(cart: Cart, priced: Priced) -> list[CartProblem]:
    return _of_delivery(cart, priced) + _of_coupon(cart, priced)


def _coupon(cart: Cart, priced: Priced) -> CouponView | None:
    if not cart.coupon_id:
        return None
    return CouponView(code=cart.coupon_code, applied=priced.refusal is None, refusal=priced.refusal)


def _of_coupon(cart: Cart, priced: Priced) -> list[CartProblem]:
    """A code that gives nothing does not stand in the way: the quote is without it."""
    if not cart.coupon_id or priced.refusal is None:
        return []
    reason = priced.refusal
    return [CartProblem(code="coupon_invalid", message=reason.message, blocking=False, reason=reason.code)]


def _of_delivery(cart: Cart, priced: Priced) -> list[CartProblem]:
    """The shipping was chosen for another cart, or under other rules."""
    if cart.delivery is None or not priced.ships:
        return []
    if priced.method is None:
        country = cart.delivery.shipping_address.country
        message = f"This can't be sent{' that way' if priced.options else ''}: choose the shipping again."
        message = message if priced.served else f"We do not send to {country}."
        return [CartProblem(code="delivery_stale", message=message, blocking=True)]
    if cart.seen_shipping in {None, priced.method.price.amount}:
        return []
    was = Money(amount=cart.seen_shipping or 0, currency=cart.currency)
    message = f"The shipping was {was} and is {priced.method.price} now."
    return [CartProblem(code="delivery_stale", message=message, blocking=False, was=was, now=priced.method.price)]
