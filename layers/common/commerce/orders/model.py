"""What an order is, where it can go from each state, and how it is shown."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from commerce.carts import Contact
from commerce.catalog.model import ProductKind
from commerce.money import Money
from commerce.postal import Address
from commerce.pricing import AppliedPromotion, ShippingOption, Totals
from commerce.runtime.clock import Moment
from commerce.runtime.errors import Conflict
from commerce.runtime.mongo import Versioned
from commerce.runtime.quotas import Taken

type OrderStatus = Literal["pending", "expiring", "expired", "confirmed", "cancelled", "completed"]

# The state machine: what may follow what. `expired` leads on only for money that came too late, if the stock is there.
TRANSITIONS: dict[OrderStatus, frozenset[OrderStatus]] = {
    "pending": frozenset({"confirmed", "expiring", "expired", "cancelled"}),
    "expiring": frozenset({"confirmed", "expired", "cancelled"}),
    "expired": frozenset({"confirmed"}),
    "confirmed": frozenset({"completed", "cancelled"}),
    "cancelled": frozenset(),
    "completed": frozenset(),
}
type PaymentState = Literal[
    "unpaid", "authorized", "partially_paid", "paid", "overpaid", "partially_refunded", "refunded"
]
UNPAID: tuple[OrderStatus, ...] = ("pending", "expiring")


class WrongState(Conflict):
    """409: the order's state does not allow it; `status` says which it is."""

    code, title = "order_state", "The order's state does not allow this"


class PlaceOrder(BaseModel):
    """Which cart, and the price that was shown for it."""

    model_config = ConfigDict(extra="forbid")

    cart_id: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    quote_hash: Annotated[str, StringConstraints(min_length=1, max_length=128)]


class CancelOrder(BaseModel):
    """Why, in the customer's own words."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    reason: Annotated[str, StringConstraints(max_length=500)] = ""


class HoldOrder(BaseModel):
    """Why the order must wait."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    reason: Annotated[str, StringConstraints(min_length=1, max_length=500)]


class OrderLine(BaseModel):
    """What was bought, as it was at that moment. Prices in minor units of the order's currency. `refunded` and
    `restocked` are how many pieces of it were paid back, and are on the shelf again.
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
    note: str = ""
    unit_price: int
    refunded: int = 0
    restocked: int = 0


class Hold(BaseModel):
    """The order waits for a person."""

    reason: str
    by: str
    at: Moment


class GiftPart(BaseModel):
    """What a gift card pays of an order, in minor units of its currency. `last4` are the last signs of its code."""

    payment_id: str
    gift_card_id: str
    last4: str
    amount: int


class HistoryEntry(BaseModel):
    """Something that happened to the order, for people."""

    at: Moment
    what: str
    by: str = ""


class Order(Versioned):
    """An order. `slots` are there while it is unpaid: see `placing`. `wish` is what the buyer wrote with it; `quotas`
    is what it takes of what this customer may have, as long as it lives. `payment_id` is what confirmed it, and
    `gift_cards` pay for it as well; `returned` are payments that it did not take, or gave up; `taken_back` are payments
    by gift cards that the buyer thought better of: they count no more. `authorized` is what the provider holds of that
    payment until it is captured, in minor units; `voided` are payments of which it holds nothing any more.
    """

    number: str
    status: OrderStatus = "pending"
    user_id: str = ""
    cart_id: str
    currency: str
    lines: list[OrderLine]
    totals: Totals
    promotions: list[AppliedPromotion] = []
    shipping: ShippingOption | None = None
    contact: Contact
    shipping_address: Address
    billing_address: Address
    slots: list[str] | None = None
    wish: str = ""
    quotas: list[Taken] = []
    placed_at: Moment
    pay_by: Moment
    hold_renewed: bool = False
    payment_tried: bool = False
    payment_id: str = ""
    gift_cards: list[GiftPart] = []
    paid: int = 0
    authorized: int = 0
    voided: list[str] = []
    refunded: int = 0
    returned: list[str] = []
    taken_back: list[str] = []
    expiring_since: datetime | None = None
    held: Hold | None = None
    history: list[HistoryEntry] = []
    token_version: int = 1
    forgotten_at: datetime | None = None

    @property
    def subject(self) -> str:
        """What its secret token is made for."""
        return f"{self.id}|{self.token_version}"

    @property
    def wanted(self) -> dict[str, int]:
        """Pieces by SKU of all that has stock: gift cards have none."""
        pieces: dict[str, int] = {}
        for line in self.goods:
            pieces[line.sku] = pieces.get(line.sku, 0) + line.quantity
        return pieces

    @property
    def goods(self) -> list[OrderLine]:
        """The lines that are no gift cards."""
        return [line for line in self.lines if line.kind == "goods"]

    @property
    def kept(self) -> dict[str, int]:
        """The same of those that are not on the shelf again."""
        pieces: dict[str, int] = {}
        for line in self.goods:
            pieces[line.sku] = pieces.get(line.sku, 0) + line.quantity - line.restocked
        return {sku: quantity for sku, quantity in pieces.items() if quantity}

    def line(self, line_id: str) -> OrderLine | None:
        """One of its lines."""
        return next((line for line in self.lines if line.line_id == line_id), None)

    @property
    def due(self) -> int:
        """What is left to pay of the total, after gift cards; in minor units."""
        return self.totals.total.amount - sum(part.amount for part in self.gift_cards)

    @property
    def coverable(self) -> int:
        """What of that gift cards may pay: all but the gift cards that are bought; in minor units."""
        bought = sum(line.unit_price * line.quantity for line in self.lines if line.kind == "gift_card")
        return max(0, self.due - bought)

    @property
    def gift_payments(self) -> list[str]:
        """The payments by gift cards that are a part of what was paid."""
        return [part.payment_id for part in self.gift_cards]

    @property
    def covered(self) -> bool:
        """Whether all of its money came, whatever went back since."""
        return self.paid >= self.totals.total.amount

    def move(self, to: OrderStatus, what: str, *, at: datetime, by: str = "") -> None:
        """Goes to another state, along the machine only. What an unpaid order occupies is given up when it ends.

        Raises:
            WrongState: there is no way from here to there.
        """
        if to not in TRANSITIONS[self.status]:
            raise WrongState(f"The order is {self.status}.", order_status=self.status)
        self.status = to
        if to not in UNPAID:
            self.slots = None
        self.note(what, at=at, by=by)

    def note(self, what: str, *, at: datetime, by: str = "") -> None:
        """Adds to the history."""
        self.history.append(HistoryEntry(at=at, what=what, by=by))


class OrderLineView(BaseModel):
    """A line of an order; `refunded` is how many pieces of it were paid back."""

    line_id: str
    sku: str
    product_id: str
    kind: ProductKind = "goods"
    slug: str
    title: str
    variant_title: str
    image_url: str
    quantity: int
    note: str = ""
    unit_price: Money
    line_total: Money
    refunded: int = 0


class GiftPartView(BaseModel):
    """What a gift card pays. `last4` are the last signs of its code."""

    payment_id: str
    last4: str
    amount: Money


class OrderSummary(BaseModel):
    """An order in a list. `discount` is what promotions took off, `tax` all of it, in the prices and on top of them;
    `shipping` is the title of the method, empty where nothing had to be sent.
    """

    id: str
    number: str
    status: OrderStatus
    total: Money
    discount: Money
    tax: Money
    shipping: str = ""
    pieces: int
    placed_at: Moment


class OrderView(BaseModel):
    """An order. `pay_by` and `due`, what is left to pay, are there while it waits for payment; `token` once, for a
    guest who placed it; `note` is what the buyer wishes.
    """

    id: str
    number: str
    status: OrderStatus
    lines: list[OrderLineView]
    totals: Totals
    promotions: list[AppliedPromotion] = []
    shipping: ShippingOption | None = None
    paid: Money
    refunded: Money
    payment_status: PaymentState = "unpaid"
    gift_cards: list[GiftPartView] = []
    due: Money | None = None
    contact: Contact
    shipping_address: Address
    billing_address: Address
    note: str = ""
    placed_at: Moment
    pay_by: Moment | None
    on_hold: bool
    history: list[HistoryEntry]
    version: int
    token: str | None = Field(default=None, description="The secret token of a guest's order")


def view(order: Order) -> OrderView:
    """The order as its owner sees it."""

    def money(amount: int) -> Money:
        return Money(amount=amount, currency=order.currency)

    lines = [
        OrderLineView(
            **line.model_dump(exclude={"unit_price", "refunded", "restocked"}),
            unit_price=money(line.unit_price),
            line_total=money(line.unit_price * line.quantity),
            refunded=max(0, line.refunded),
        )
        for line in order.lines
    ]
    return OrderView(
        id=order.id,
        number=order.number,
        status=order.status,
        lines=lines,
        totals=order.totals,
        promotions=order.promotions,
        shipping=order.shipping,
        paid=money(order.paid),
        refunded=money(max(0, order.refunded)),
        payment_status=_payment_state(order),
        gift_cards=[
            GiftPartView(payment_id=part.payment_id, last4=part.last4, amount=money(part.amount))
            for part in order.gift_cards
        ],
        due=money(order.due) if order.status in UNPAID else None,
        contact=order.contact,
        shipping_address=order.shipping_address,
        billing_address=order.billing_address,
        note=order.wish,
        placed_at=order.placed_at,
        pay_by=order.pay_by if order.status in UNPAID else None,
        on_hold=order.held is not None,
        history=order.history,
        version=order.version,
    )


def _payment_state(order: Order) -> PaymentState:
    """What has been paid of it, and given back."""
    total = order.totals.total.amount
    if order.authorized:
        return "authorized"
    if order.status in UNPAID and not order.payment_id:
        return "partially_paid" if order.gift_cards else "unpaid"
    if order.refunded > 0:
        return "refunded" if order.refunded >= order.paid else "partially_refunded"
    if order.paid < total:
        return "partially_paid" if order.paid else "unpaid"
    return "overpaid" if order.paid > total else "paid"


def summary(order: Order) -> OrderSummary:
    """The order as a list shows it."""
    totals = order.totals
    return OrderSummary(
        id=order.id,
        number=order.number,
        status=order.status,
        total=totals.total,
        discount=totals.discount,
        tax=totals.tax + totals.included_tax if totals.included_tax else totals.tax,
        shipping=order.shipping.title if order.shipping else "",
        pieces=sum(line.quantity for line in order.lines),
        placed_at=order.placed_at,
    )
