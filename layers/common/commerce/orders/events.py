"""The facts that orders publish, source `souk.orders`."""

from typing import Any, ClassVar

from pydantic import BaseModel

from commerce.carts import Contact
from commerce.orders.model import GiftPartView, Order, OrderLineView, view
from commerce.postal import Address
from commerce.pricing import AppliedPromotion, ShippingOption, Totals
from commerce.runtime.clock import Moment
from commerce.runtime.events import Fact


class OrderFact(Fact):
    """Something that happened to an order."""

    source: ClassVar[str] = "souk.orders"

    order_id: str
    number: str
    user_id: str = ""


class OrderContent(BaseModel):
    """The order as it stood, for those who tell people about it. No prices of ours, no tokens.

    `shipping` is null where nothing has to be sent. `gift_cards` pay for a part of it, or all.
    """

    lines: list[OrderLineView]
    totals: Totals
    promotions: list[AppliedPromotion] = []
    gift_cards: list[GiftPartView] = []
    shipping: ShippingOption | None = None
    contact: Contact
    shipping_address: Address
    placed_at: Moment
    token_version: int


class OrderPlaced(OrderFact):
    """An order was placed and its stock set aside."""

    schema_version: ClassVar[int] = 2

    content: OrderContent
    pay_by: Moment


class OrderConfirmed(OrderFact):
    """The money covers the total; the stock is sold. `payment_id` is what confirmed it, and `gift_payments` are those
    by gift cards. `authorized`: that money is held by the provider and taken later, which OrderPaid tells of then.
    """

    schema_version: ClassVar[int] = 2

    content: OrderContent
    payment_id: str
    gift_payments: list[str] = []
    authorized: bool = False

    @property
    def paid_by(self) -> list[str]:
        """All payments that paid for it."""
        return paid_by(self.payment_id, self.gift_payments)


class OrderPaid(OrderFact):
    """What had been authorized for a confirmed order was captured: now its money is here. Members as there."""

    content: OrderContent
    payment_id: str
    gift_payments: list[str] = []

    @property
    def paid_by(self) -> list[str]:
        """All payments that paid for it."""
        return paid_by(self.payment_id, self.gift_payments)


class OrderExpiring(OrderFact):
    """Its time to pay is over: whoever holds an open attempt must void it or say that it succeeded."""


class OrderExpired(OrderFact):
    """It was never paid; its stock is free again."""


class OrderCancelled(OrderFact):
    """It will not be delivered; its stock is free again. What was paid, or still comes, goes back. `payment_id` is what
    had paid for it, empty where its money was not all here; `gift_payments` as there.
    """

    schema_version: ClassVar[int] = 2

    content: OrderContent
    reason: str = ""
    payment_id: str = ""
    gift_payments: list[str] = []

    @property
    def paid_by(self) -> list[str]:
        """All payments that paid for it."""
        return paid_by(self.payment_id, self.gift_payments)


class OrderUnfulfillable(OrderFact):
    """Money came for an order that can't take it (ended, sold out meanwhile, paid twice): that payment goes back."""

    payment_id: str
    reason: str


class OrderHeld(OrderFact):
    """The order waits for a person. `tell_shop`: of whom nobody knows yet, by no other news either."""

    reason: str
    by: str
    tell_shop: bool = False


class OrderReleased(OrderFact):
    """The order waits no longer."""

    by: str


def paid_by(payment_id: str, gift_payments: list[str]) -> list[str]:
    """The payments that paid for an order, each once; none where there was nothing to pay."""
    return [*gift_payments, *([payment_id] if payment_id and payment_id not in gift_payments else [])]


def identity(order: Order) -> dict[str, Any]:
    """What every order fact begins with."""
    return {"order_id": order.id, "number": order.number, "user_id": order.user_id}


def content(order: Order) -> OrderContent:
    """The order as it stands."""
    shown = view(order)
    return OrderContent(
        lines=shown.lines,
        totals=order.totals,
        promotions=order.promotions,
        gift_cards=shown.gift_cards,
        shipping=order.shipping,
        contact=order.contact,
        shipping_address=order.shipping_address,
        placed_at=order.placed_at,
        token_version=order.token_version,
    )
