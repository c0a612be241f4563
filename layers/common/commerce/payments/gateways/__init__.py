"""Providers behind one Protocol. Only the modules here know an SDK."""

from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict

from commerce.money import Money
from commerce.payments.model import Payment, Provider, Refund


class ProviderPayment(BaseModel):
    """What the provider says of an attempt, in our words. `received` in minor units of the currency."""

    model_config = ConfigDict(frozen=True)

    ref: str
    status: Literal["unpaid", "requires_action", "processing", "authorized", "paid", "voided"]
    received: int
    currency: str
    client_secret: str = ""
    decline: str = ""
    decline_ref: str = ""


class ProviderRefund(BaseModel):
    """What the provider says of a refund, in our words."""

    model_config = ConfigDict(frozen=True)

    ref: str
    status: Literal["pending", "succeeded", "failed"]


class PaymentGateway(Protocol):
    """A payment provider. Every call may be made twice: our ids are the provider's idempotency keys.

    All of them raise ProviderUnavailable when the provider does not answer (it may have acted nevertheless).
    """

    def check(self, amount: Money) -> None:
        """Raises Invalid where the provider does not take such an amount."""

    def open(self, payment: Payment) -> ProviderPayment:
        """Makes the attempt with the provider."""

    def fetch(self, ref: str) -> ProviderPayment:
        """How it stands now."""

    def void(self, ref: str) -> ProviderPayment:
        """Closes the attempt if it has not succeeded; says how it stands."""

    def refund(self, payment: Payment, refund: Refund) -> ProviderRefund:
        """Gives money back."""

    def fetch_refund(self, ref: str) -> ProviderRefund:
        """How a refund stands now."""


def gateway(provider: Provider) -> PaymentGateway:
    """The provider's gateway; its SDK is imported when it is first asked for."""
    from commerce.payments.gateways.stripe import StripeGateway

    return {"stripe": StripeGateway}[provider]()
