"""What a cart is, and how it is shown."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from commerce.carts.delivery import Delivery
from commerce.money import Money
from commerce.pricing import AppliedPromotion, Refusal, RefusalCode, ShippingOption, Totals
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


class ApplyCoupon(BaseModel):
    """A code, as people write it: case and spaces do not count."""

    model_config = _BODY

    code: Annotated[str, StringConstraints(min_length=1, max_length=64)]

    @property
    def normalised(self) -> str:
        """As codes are kept."""
        return "".join(self.code.split()).upper()


class Line(BaseModel):
    """A line as stored: what is wanted, and the price that was seen at the last change of the cart."""

    line_id: str
    sku: str
    quantity: int
    seen_price: int


class Cart(Versioned):
    """A cart. `user_id` is empty for a guest's; `order_id` is there once it has been ordered.

    `coupon_id` is the promotion whose code was entered; `seen_shipping` the rate in minor units that was seen when the
    shipping method was chosen.
    """

    user_id: str = ""
    currency: str
    lines: list[Line] = []
    delivery: Delivery | None = None
    seen_shipping: int | None = None
    coupon_id: str = ""
    coupon_code: str = ""
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
    """Something the buyer should know before ordering. `blocking` ones stand in the way of the order.

    `line_id` is empty where it is about the whole cart. `reason` says why a coupon gives nothing.
    """

    code: Literal["price_changed", "insufficient_stock", "unavailable", "coupon_invalid", "delivery_stale"]
    line_id: str = ""
    message: str
    blocking: bool
    available: int | None = None
    was: Money | None = None
    now: Money | None = None
    reason: RefusalCode | None = None


class Quote(BaseModel):
    """The price that place_order will keep: it takes the hash and refuses it when anything has changed since."""

    hash: str
    expires_at: Moment


class CouponView(BaseModel):
    """The code that was entered. `applied` is whether it makes the cart cheaper; if not, `refusal` says why."""

    code: str
    applied: bool
    refusal: Refusal | None = None


class CartView(BaseModel):
    """A cart with today's prices. `token` is given once, on creation, to a guest. No quote: not ready to be ordered.

    `shipping` is the method that was reckoned with; null while nobody knows where it goes, or nothing has to be sent.
    """

    id: str
    currency: str
    lines: list[LineView]
    delivery: Delivery | None
    shipping: ShippingOption | None = None
    coupon: CouponView | None = None
    promotions: list[AppliedPromotion] = []
    problems: list[CartProblem]
    totals: Totals
    quote: Quote | None
    order_id: str | None
    version: int
    expires_at: Moment
    token: str | None = None
