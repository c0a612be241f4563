"""What a cart is, and how it is shown."""

import unicodedata
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from commerce.carts.delivery import Delivery
from commerce.catalog.model import ProductKind
from commerce.money import Money
from commerce.pricing import AppliedPromotion, Refusal, RefusalCode, ShippingOption, Totals, normal_code
from commerce.runtime.clock import Moment
from commerce.runtime.errors import Conflict
from commerce.runtime.mongo import Versioned

MAX_QUANTITY = 99
MAX_LINES = 50
MAX_SAVED = 100
MAX_GIFT_CARDS = 100  # Pieces; all of an order's are made in one change.


def _written(text: str) -> str:
    """What someone wrote, in one line or several."""
    lines = text.replace("\r\n", "\n")
    if any(unicodedata.category(sign) == "Cc" and sign not in "\n\t" for sign in lines):
        raise ValueError("must be without control characters")
    return lines


Quantity = Annotated[int, Field(strict=True, ge=1, le=MAX_QUANTITY)]
_Written = Annotated[str, AfterValidator(_written)]
LineNote = Annotated[_Written, StringConstraints(max_length=500, strip_whitespace=True)]
CartNote = Annotated[_Written, StringConstraints(max_length=1_000, strip_whitespace=True)]
_BODY = ConfigDict(extra="forbid")


class CartAlreadyOrdered(Conflict):
    """409: this cart has become an order; `order_id` says which."""

    code, title = "cart_already_ordered", "This cart has been ordered already"


class CreateCart(BaseModel):
    """The currency of the new cart; it never changes. Without one it is that of the cart which the caller has, or else
    the shop's default.
    """

    model_config = _BODY

    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = None


class AddLine(BaseModel):
    """So many pieces of a variant."""

    model_config = _BODY

    sku: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    quantity: Quantity = 1


class UpdateLine(BaseModel):
    """What is to be otherwise: the number of pieces, what is written with them, whether they are saved for later. To
    take a line out, delete it.
    """

    model_config = _BODY

    quantity: Quantity | None = None
    note: LineNote | None = None
    saved: Annotated[bool, Field(strict=True)] | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.quantity is None and self.note is None and self.saved is None:
            raise ValueError("give quantity, note or saved")
        return self


class UpdateCart(BaseModel):
    """What the buyer wishes to say about the whole order; empty for nothing."""

    model_config = _BODY

    note: CartNote


class ApplyCoupon(BaseModel):
    """A code, as people write it: case and spaces do not count."""

    model_config = _BODY

    code: Annotated[str, StringConstraints(min_length=1, max_length=64)]

    @property
    def normalised(self) -> str:
        """As codes are kept."""
        return normal_code(self.code)


class Line(BaseModel):
    """A line as stored: what is wanted, and how it looked and what it cost when the cart was last changed."""

    line_id: str
    sku: str
    quantity: int
    note: str = ""
    seen_price: int
    product_id: str = ""
    slug: str = ""
    title: str = ""
    variant_title: str = ""
    image_url: str = ""


class Cart(Versioned):
    """A cart. `user_id` is empty for a guest's; `order_id` is there once it has been ordered, `became` once it has
    become a part of another cart. `active_for` is the user whose one cart it is, as long as it is that.

    `coupon_id` is the promotion whose code was entered; `seen_shipping` the rate in minor units that was seen when the
    shipping method was chosen.
    """

    user_id: str = ""
    active_for: str | None = None
    currency: str
    lines: list[Line] = []
    saved: list[Line] = []
    note: str = ""
    delivery: Delivery | None = None
    seen_shipping: int | None = None
    coupon_id: str = ""
    coupon_code: str = ""
    order_id: str = ""
    became: str = ""
    token_version: int = 1
    created_at: Moment
    updated_at: Moment
    expires_at: Moment

    @property
    def subject(self) -> str:
        """What its secret token is made for."""
        return f"{self.id}|{self.token_version}"

    def line(self, line_id: str) -> Line | None:
        """The line with this id, be it saved for later."""
        return next((line for line in [*self.lines, *self.saved] if line.line_id == line_id), None)


class LineView(BaseModel):
    """A line at today's price. `unit_price` is null when it can't be bought any more; it is shown as it was then.

    `max_per_customer` is how many of it one customer may have, null for as many as they like.
    """

    line_id: str
    sku: str
    product_id: str
    kind: ProductKind = "goods"
    slug: str
    title: str
    variant_title: str
    image_url: str
    quantity: int
    unit_price: Money | None
    line_total: Money | None
    available: int
    max_per_customer: int | None = None
    note: str = ""


class CartProblem(BaseModel):
    """Something the buyer should know before ordering. `blocking` ones stand in the way of the order.

    `line_id` is empty where it is about the whole cart. `available` is how many can be had, or how many this customer
    still may have. `reason` says why a coupon gives nothing.
    """

    code: Literal[
        "price_changed",
        "insufficient_stock",
        "limit_per_customer",
        "unavailable",
        "too_many_gift_cards",
        "coupon_invalid",
        "delivery_stale",
    ]
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
    `saved` is kept for later: no part of the totals, the problems or the order.
    """

    id: str
    currency: str
    lines: list[LineView]
    saved: list[LineView] = []
    note: str = ""
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
