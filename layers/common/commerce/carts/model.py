"""What a cart is, and how it is shown."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from commerce.carts.delivery import Delivery
from commerce.catalog import VariantOffer
from commerce.money import Money
from commerce.pricing import PricedLine, Totals
from commerce.runtime.clock import Moment
from commerce.runtime.mongo import Versioned

MAX_QUANTITY = 99
MAX_LINES = 50

Quantity = Annotated[int, Field(strict=True, ge=1, le=MAX_QUANTITY)]
_BODY = ConfigDict(extra="forbid")


class CreateCart(BaseModel):
    """The currency of the new cart; it never changes. Without one, the shop's default."""

    model_config = _BODY

    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = None


class AddLine(BaseModel):
    """So many pieces of a variant."""

    model_config = _BODY

    sku: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    quantity: Quantity = 1


class UpdateLine(BaseModel):
    """The new number of pieces. To take a line out, delete it."""

    model_config = _BODY

    quantity: Quantity


class Line(BaseModel):
    """A line as stored: what is wanted, and the price that was seen at the last change of the cart."""

    line_id: str
    sku: str
    quantity: int
    seen_price: int


class Cart(Versioned):
    """A cart. `user_id` is empty for a guest's; `order_id` is there once it has been ordered."""

    user_id: str = ""
    currency: str
    lines: list[Line] = []
    delivery: Delivery | None = None
    order_id: str = ""
    token_version: int = 1
    created_at: Moment
    updated_at: Moment
    expires_at: Moment

    @property
    def subject(self) -> str:
        """What its secret token is made for."""
        return f"{self.id}|{self.token_version}"

    def line(self, line_id: str) -> Line | None:
        """The line with this id."""
        return next((line for line in self.lines if line.line_id == line_id), None)


class LineView(BaseModel):
    """A line at today's price. `unit_price` is null when it can't be bought any more."""

    line_id: str
    sku: str
    product_id: str
    slug: str
    title: str
    variant_title: str
    image_url: str
    quantity: int
    unit_price: Money | None
    line_total: Money | None
    available: int


class CartProblem(BaseModel):
    """Something the buyer should know before ordering. `blocking` ones stand in the way of the order."""

    code: Literal["price_changed", "insufficient_stock", "unavailable"]
    line_id: str
    message: str
    blocking: bool
    available: int | None = None
    was: Money | None = None
    now: Money | None = None


class Quote(BaseModel):
    """The price that place_order will keep: it takes the hash and refuses it when anything has changed since."""

    hash: str
    expires_at: Moment


class CartView(BaseModel):
    """A cart with today's prices. `token` is given once, on creation, to a guest. No quote: not ready to be ordered."""

    id: str
    currency: str
    lines: list[LineView]
    delivery: Delivery | None
    problems: list[CartProblem]
    totals: Totals
    quote: Quote | None
    order_id: str | None
    version: int
    expires_at: Moment
    token: str | None = None


def line_view(line: Line, offer: VariantOffer | None, currency: str) -> LineView:
    """The line with what the catalogue says of it today."""
    price = offer.unit_price if offer else None
    return LineView(
        line_id=line.line_id,
        sku=line.sku,
        product_id=offer.product_id if offer else "",
        slug=offer.slug if offer else "",
        title=offer.title if offer else line.sku,
        variant_title=offer.variant_title if offer else "",
        image_url=offer.image.url if offer and offer.image else "",
        quantity=line.quantity,
        unit_price=None if price is None else Money(amount=price, currency=currency),
        line_total=None if price is None else Money(amount=price * line.quantity, currency=currency),
        available=offer.available if offer else 0,
    )


def problems_of(line: Line, view: LineView) -> list[CartProblem]:
    """What the buyer should know about a line."""
    if view.unit_price is None:
        message = "This can't be bought any more."
        return [CartProblem(code="unavailable", line_id=line.line_id, message=message, blocking=True)]
    found = []
    if view.available < line.quantity:
        left = f"Only {view.available} left." if view.available else "Sold out."
        found.append(
            CartProblem(
                code="insufficient_stock",
                line_id=line.line_id,
                message=left,
                blocking=True,
                available=view.available,
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


def priced(views: list[LineView]) -> list[PricedLine]:
    """The lines that have a price, for the calculation."""
    return [
        PricedLine(line_id=view.line_id, quantity=view.quantity, unit_price=view.unit_price.amount)
        for view in views
        if view.unit_price
    ]
