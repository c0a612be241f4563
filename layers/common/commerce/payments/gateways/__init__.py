"""Providers behind one Protocol. Only the modules here know an SDK or a provider's wire."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict

from commerce.money import Money
from commerce.payments.gateways.amounts import RULES
from commerce.payments.model import DisputeStatus, PaidBy, Payment, Provider, Refund
from commerce.runtime.errors import Conflict, Invalid
from commerce.runtime.settings import settings

type Word = Literal[
    "unpaid",
    "requires_action",
    "authorized",  # The buyer has agreed, or the money is held for us: a capture takes it.
    "processing",
    "paid",
    "declined",  # For good: this attempt can't be paid any more.
    "voided",
]

type RefundWord = Literal["pending", "succeeded", "failed", "cancelled"]


class ProviderRefused(Conflict):
    """409: the provider does not do this in the present state."""

    code, title = "provider_refused", "The payment provider refused this"


class NothingLeft(ProviderRefused):
    """409: all that was captured has gone back already, by another way than this refund."""

    code, title = "nothing_left", "Nothing is left to refund"


class NotApproved(Conflict):
    """409: the buyer has not agreed yet, so there is nothing to take."""

    code, title = "payment_not_approved", "The buyer has not approved this payment yet"


class ProviderPayment(BaseModel):
    """What the provider says of an attempt, in our words. `received` in minor units of the currency; `capture_ref` is
    the object that holds the money, where it is another one than the attempt; `fee` is what the provider keeps of it,
    in minor units of the currency in which it settles, and nothing as long as it does not say. `saves_card`: the
    card that pays will be kept for its customer. `held` is what it holds for us, in minor units of the currency, and
    `capture_before` until when.
    """

    model_config = ConfigDict(frozen=True)

    ref: str
    status: Word
    received: int
    currency: str
    capture_ref: str = ""
    client_secret: str = ""
    approval_url: str = ""
    decline: str = ""
    decline_ref: str = ""
    saves_card: bool = False
    held: int = 0
    capture_before: datetime | None = None
    fee: int = 0
    fee_currency: str = ""


class ProviderRefund(BaseModel):
    """What the provider says of a refund, in our words. `amount` in minor units; `payment_ref` is what it gives back
    from: the attempt's `provider_ref` or its `capture_ref`; `failure` is its code for why it failed. `cancelled`: given
    up before it arrived, by the provider or in its dashboard.
    """

    model_config = ConfigDict(frozen=True)

    ref: str
    status: RefundWord
    amount: int
    currency: str
    payment_ref: str
    failure: str = ""


class ProviderDispute(BaseModel):
    """What the provider says of a dispute, in our words. Amounts in minor units: `withdrawn` and `reinstated` are what
    it took and gave back so far, `fee` what it takes for that, in the currency in which it settles.
    """

    model_config = ConfigDict(frozen=True)

    ref: str
    payment_ref: str
    status: DisputeStatus
    reason: str
    amount: int
    currency: str
    evidence_due_at: datetime | None = None
    withdrawn: int = 0
    reinstated: int = 0
    fee: int = 0
    fee_currency: str = ""


class ProviderMovement(BaseModel):
    """An entry of the provider's own books. `object_ref` is the capture, refund or dispute that it is about; `amount`
    as it changes what lies there, and `fee` what it keeps of that, in minor units of the currency in which it settles.
    `reversal`: a refund that the provider made by itself.
    """

    model_config = ConfigDict(frozen=True)

    ref: str
    kind: Literal["capture", "refund", "refund_failed", "dispute", "dispute_reinstated"]
    object_ref: str
    amount: int
    fee: int = 0
    currency: str
    reversal: bool = False


class PaymentGateway(Protocol):
    """A payment provider. Every call may be made twice: our ids are the provider's idempotency keys.

    All of them raise ProviderUnavailable when the provider does not answer (it may have acted nevertheless).
    """

    def open(self, payment: Payment) -> ProviderPayment:
        """Makes the attempt with the provider."""

    def fetch(self, payment: Payment) -> ProviderPayment:
        """How it stands now."""

    def capture(self, payment: Payment) -> ProviderPayment:
        """Takes the money that the buyer has agreed to; says how it stands. Raises NotApproved where nobody has."""

    def void(self, payment: Payment) -> ProviderPayment:
        """Closes the attempt if it has not succeeded; says how it stands. `voided` is a promise: no money comes."""

    def refund(self, payment: Payment, refund: Refund) -> ProviderRefund:
        """Gives money back. Raises NothingLeft, or ProviderRefused for another reason."""

    def fetch_refund(self, ref: str) -> ProviderRefund | None:
        """How a refund stands now; None where there is none."""

    def fetch_dispute(self, ref: str) -> ProviderDispute | None:
        """How a dispute stands now; None where there is none."""

    def movements(self, since: datetime, until: datetime) -> Iterator[ProviderMovement]:
        """What the provider's own books have of that time. Payouts and the like are left out."""

    def attempt_of(self, payment_ref: str) -> str:
        """The `provider_ref` of the attempt behind what holds money; empty where there is none."""


def gateway(provider: PaidBy) -> PaymentGateway:
    """The provider's gateway; what it needs is imported when it is first asked for.

    Raises:
        LookupError: a gift card has no provider.
    """
    if provider == "gift_card":
        raise LookupError(provider)
    if provider == "paypal":
        from commerce.payments.gateways.paypal import PayPalGateway

        return PayPalGateway()
    from commerce.payments.gateways.stripe import StripeGateway

    return StripeGateway()


def check(provider: Provider, amount: Money) -> None:
    """Whether the shop takes such an amount by this provider. Nobody is asked.

    Raises:
        Invalid: it does not; field and code say why.
    """
    if not _is_open(provider):
        raise Invalid.field("provider", "provider_not_offered", "This shop does not take that.")
    RULES[provider].check(amount)


def offered(amount: Money) -> list[Provider]:
    """With whom such an amount may be paid here."""
    return [provider for provider in RULES if _takes(provider, amount)]


def least(amount: Money) -> list[Money]:
    """For each provider that takes the currency here: the smallest amount from this one up that it takes."""
    taking = [rules for provider, rules in RULES.items() if _is_open(provider) and rules.takes(amount.currency)]
    return [rules.at_least(amount) for rules in taking]


def in_use() -> list[Provider]:
    """The providers that this shop has an account with."""
    return [provider for provider in RULES if _is_open(provider)]


def _takes(provider: Provider, amount: Money) -> bool:
    try:
        check(provider, amount)
    except Invalid:
        return False
    return True


def _is_open(provider: Provider) -> bool:
    return provider != "paypal" or bool(settings().paypal_client_id)
