"""What an attempt to pay is, and what we know of it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from commerce.money import Money
from commerce.runtime.clock import Moment
from commerce.runtime.errors import Conflict
from commerce.runtime.mongo import Versioned

type Provider = Literal["stripe"]
type PaymentStatus = Literal[
    "unpaid",
    "requires_action",
    "processing",
    "authorized",
    "failed",
    "paid",
    "partially_refunded",
    "refunded",
    "voided",
]

# States that no news from the provider changes any more (refunds have their own way).
SETTLED: frozenset[PaymentStatus] = frozenset({"paid", "partially_refunded", "refunded", "voided"})


class AlreadyPaid(Conflict):
    """409: the order is paid; its confirmation is on the way."""

    code, title = "already_paid", "This order is paid already"


class AttemptClosed(Conflict):
    """409: the order ended while the attempt was being made."""

    code, title = "payment_closed", "This payment can't be made any more"


class CreatePayment(BaseModel):
    """How to pay."""

    model_config = ConfigDict(extra="forbid")

    provider: Provider = "stripe"


class PaymentRef(BaseModel):
    """What an idempotency record keeps of a payment: never its client secret."""

    payment_id: str


class Payment(Versioned):
    """An attempt to pay an order with a provider.

    `open` stands while the attempt is in the way of another one: it is live, or it has succeeded. A unique index over
    it is what makes a second live attempt impossible.
    """

    order_id: str
    order_number: str
    provider: Provider
    provider_ref: str = ""
    status: PaymentStatus = "unpaid"
    amount: int
    currency: str
    captured: int = 0
    refunded: int = 0
    open: bool | None = True
    decline: str = ""
    decline_ref: str = ""
    created_at: Moment

    @property
    def money(self) -> Money:
        """What it asks for."""
        return Money(amount=self.amount, currency=self.currency)


class Refund(Versioned):
    """Money on its way back, decided first and executed then."""

    payment_id: str
    order_id: str
    amount: int
    currency: str
    reason: str
    status: Literal["requested", "pending", "succeeded", "failed"] = "requested"
    provider_ref: str = ""
    created_at: Moment


class PaymentView(BaseModel):
    """A payment as the buyer sees it. `client_secret` and `publishable_key` are what Stripe.js needs; `provider_url` is
    there where the provider is the sandbox, which Stripe.js can't be pointed at.
    """

    id: str
    order_id: str
    provider: Provider
    status: PaymentStatus
    amount: Money
    decline: str
    client_secret: str | None = None
    publishable_key: str | None = None
    provider_url: str | None = None


def view(payment: Payment) -> PaymentView:
    """The payment without secrets."""
    return PaymentView(
        id=payment.id,
        order_id=payment.order_id,
        provider=payment.provider,
        status=payment.status,
        amount=payment.money,
        decline=payment.decline,
    )
