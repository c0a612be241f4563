"""What an attempt to pay is, and what we know of it."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from commerce.money import Money
from commerce.payments.credit import Credit
from commerce.runtime.clock import Moment
from commerce.runtime.errors import Conflict
from commerce.runtime.mongo import Versioned

type Provider = Literal["stripe", "paypal"]
type RefundTo = Literal["origin", "gift_card"]
type PaidBy = Literal["stripe", "paypal", "gift_card"]
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

type DisputeStatus = Literal["needs_response", "under_review", "won", "lost"]
type RefundStatus = Literal["requested", "pending", "succeeded", "failed", "cancelled"]

# The money is here, or was: no news of the attempt changes that any more (refunds have their own way).
CAPTURED: frozenset[PaymentStatus] = frozenset({"paid", "partially_refunded", "refunded"})

# The money did not go back, or came again: what the refund was for can be refunded anew.
UNDONE: frozenset[RefundStatus] = frozenset({"failed", "cancelled"})

# So long may a capture that was sent be under way: longer than any function that sends one lives (template.yaml).
CAPTURE_TAKES = timedelta(seconds=60)
# So long a payment that is processing keeps its order waiting, and the stock with it. Money that comes later takes the
# stock again, or goes back.
PROCESSING_LIMIT = timedelta(minutes=60)
# So often the sweep asks about an attempt whose end it has not heard of, or looks whether an order took the money.
LOOK_AGAIN = timedelta(minutes=5)

# So long an authorization is good where the provider does not say until when: shorter than any card network's
# (https://docs.stripe.com/payments/place-a-hold-on-a-payment-method).
AUTHORIZED_FOR = timedelta(days=4)

# The reason of a refund that we did not ask for: made in the provider's dashboard, or by the provider itself.
MADE_ELSEWHERE = "made_elsewhere"
REVERSED = "reversed"
# The failure of a refund whose money a dispute has taken: of such a reversal, which the dispute books then, and of one
# that was refused for it.
OF_A_DISPUTE = "of_a_dispute"


class AlreadyPaid(Conflict):
    """409: the order is paid; its confirmation is on the way."""

    code, title = "already_paid", "This order is paid already"


class AttemptClosed(Conflict):
    """409: the order ended while the attempt was being made."""

    code, title = "payment_closed", "This payment can't be made any more"


class AttemptUnderWay(Conflict):
    """409: another attempt may still succeed, so that a second one could charge twice."""

    code, title = "payment_under_way", "Another payment for this order is still under way"


class CreatePayment(BaseModel):
    """How to pay. Another provider than before takes over only when the first can't charge any more. `save_card` keeps
    the card that pays, `payment_method_id` is one that was kept; both are for people who are signed in.
    """

    model_config = ConfigDict(extra="forbid")

    provider: Provider = "stripe"
    save_card: bool = False
    payment_method_id: Annotated[str, StringConstraints(max_length=64)] = ""


class PaymentRef(BaseModel):
    """What an idempotency record keeps of a payment: never its client secret."""

    payment_id: str


class Payment(Versioned):
    """An attempt to pay an order with a provider, or what a gift card has paid, which was never an attempt.

    `open` stands while the attempt is in the way of another one: it is live, or it has succeeded. A unique index over
    it is what makes a second live attempt impossible. `look_at` stands while the sweep has something to find out: how
    the attempt ends, or whether an order took the money. `capturing_since` is noted before a capture is sent, and
    `declines` counts those that were declined: both are part of what makes a capture repeatable. `last4` are the last
    signs of the gift card's code. `manual`: the provider holds the money for us once the buyer has agreed, until
    `capture_before`, and we take it later (see `authorizations`).
    """

    order_id: str
    order_number: str
    provider: PaidBy
    provider_ref: str = ""
    gift_card_id: str = ""
    last4: str = ""
    capture_ref: str = ""
    status: PaymentStatus = "unpaid"
    amount: int
    currency: str
    captured: int = 0
    refunded: int = 0
    disputed: int = 0
    open: bool = True
    manual: bool = False
    capture_before: datetime | None = None
    decline: str = ""
    decline_ref: str = ""
    declines: int = 0
    capturing_since: datetime | None = None
    processing_since: datetime | None = None
    look_at: datetime | None = None
    created_at: Moment

    @property
    def over(self) -> bool:
        """No news of the attempt is awaited any more: it has the money, or never will."""
        return not self.open or self.status in CAPTURED

    @property
    def authorized(self) -> bool:
        """The provider holds the money for us, and we have not taken it yet."""
        return self.manual and self.status == "authorized"

    @property
    def secured(self) -> bool:
        """The money is or was here, or is held for us: the buyer has done their part."""
        return self.authorized or self.status in CAPTURED

    @property
    def money(self) -> Money:
        """What it asks for."""
        return Money(amount=self.amount, currency=self.currency)

    @property
    def held(self) -> int:
        """What of the money is here: neither given back nor taken by a dispute. In minor units."""
        return self.captured - self.refunded - self.disputed


class TakenFrom(BaseModel):
    """What a refund took off a gift card that had been bought, in minor units."""

    card_id: str
    amount: int


class Refund(Versioned):
    """Money on its way back, decided first and executed then. `by` is whoever decided it, empty for the shop itself;
    `credit` what it takes off the sale, None as long as there is none; `failure` the provider's code for why it failed.
    `to` is where it goes: where it came from, or to a gift card, whose code `recipient` gets, and is forgotten then.
    `taken` is what it took off gift cards that had been bought with this money.
    """

    payment_id: str
    order_id: str
    amount: int
    currency: str
    reason: str
    by: str = ""
    credit: Credit | None = None
    to: RefundTo = "origin"
    recipient: str = ""
    taken: list[TakenFrom] = []
    status: RefundStatus = "requested"
    failure: str = ""
    provider_ref: str = ""
    look_at: datetime | None = None
    created_at: Moment

    def told(self) -> dict[str, Any]:
        """What every fact about it says."""
        return {
            "order_id": self.order_id,
            "payment_id": self.payment_id,
            "refund_id": self.id,
            "amount": Money(amount=self.amount, currency=self.currency),
            "of_sale": self.credit is not None,
            **(dict(self.credit) if self.credit else {}),
        }

    @property
    def live(self) -> bool:
        """Whether its money went back or still may: nothing else may count on it."""
        return self.status not in UNDONE

    @property
    def owed(self) -> bool:
        """Whether the shop decided it by itself, since no order has the money."""
        return not self.by and self.reason not in {MADE_ELSEWHERE, REVERSED}

    @property
    def under_way(self) -> bool:
        """Whether it is not known yet what becomes of it."""
        return self.status in {"requested", "pending"}


class Dispute(Versioned):
    """A payment that its buyer disputes. `withdrawn` and `reinstated` are what was booked of what the provider took and
    gave back, in minor units. `reversal_ref` is the provider's refund by which it told of the same money once more.
    """

    payment_id: str
    order_id: str
    order_number: str
    provider: Provider
    provider_ref: str
    status: DisputeStatus = "needs_response"
    reason: str
    amount: int
    currency: str
    withdrawn: int = 0
    reinstated: int = 0
    reversal_ref: str = ""
    evidence_due_at: Moment | None = None
    opened_at: Moment
    closed_at: Moment | None = None

    def took(self, refund_ref: str, amount: int) -> bool:
        """Whether a reversal of so much (minor units) is what it has taken itself."""
        if self.reversal_ref:
            return self.reversal_ref == refund_ref
        return self.withdrawn == amount and not self.reinstated

    def told(self) -> dict[str, Any]:
        """What every fact about it says."""
        return {
            "order_id": self.order_id,
            "payment_id": self.payment_id,
            "dispute_id": self.id,
            "number": self.order_number,
            "amount": Money(amount=self.amount, currency=self.currency),
            "reason": self.reason,
        }


class PaymentView(BaseModel):
    """A payment as the buyer sees it. `client_secret` and `publishable_key` are what Stripe.js needs; `provider_url` is
    there where the provider is the sandbox, which Stripe.js can't be pointed at. `approval_url` is PayPal's page, where
    the buyer agrees. `providers` are those who take this amount. `last4` is a gift card's. `capture_before`: until then
    the provider holds the money for the shop.
    """

    id: str
    order_id: str
    provider: PaidBy
    status: PaymentStatus
    amount: Money
    decline: str
    last4: str | None = None
    capture_before: Moment | None = None
    client_secret: str | None = None
    publishable_key: str | None = None
    provider_url: str | None = None
    approval_url: str | None = None
    providers: list[Provider] = []


def view(payment: Payment) -> PaymentView:
    """The payment without secrets."""
    return PaymentView(
        id=payment.id,
        order_id=payment.order_id,
        provider=payment.provider,
        status=payment.status,
        amount=payment.money,
        decline=payment.decline,
        last4=payment.last4 or None,
        capture_before=payment.capture_before if payment.authorized else None,
    )
