"""The facts that payments publish, source `souk.payments`."""

from typing import ClassVar

from commerce.money import Money
from commerce.payments.credit import CreditedLine, CreditedPart
from commerce.payments.model import OF_A_DISPUTE
from commerce.runtime.clock import Moment
from commerce.runtime.events import Fact


class PaymentFact(Fact):
    """Something that happened to a payment. `payment_id` is empty where an order never had one."""

    source: ClassVar[str] = "souk.payments"

    order_id: str
    payment_id: str


class PaymentSucceeded(PaymentFact):
    """The provider, or a gift card, has paid: this much of it, which the order compares with its total."""

    provider: str
    paid: Money


class PaymentAuthorized(PaymentFact):
    """The provider holds this much of the buyer's money for the shop, which takes it later: for the order that is as
    good as paid, until the authorization is void.
    """

    provider: str
    authorized: Money


class PaymentFailed(PaymentFact):
    """A way to pay was declined; another one is welcome. `reason` is the provider's decline code."""

    reason: str


class PaymentVoided(PaymentFact):
    """The attempt can't succeed any more (or there never was one). `authorized`: its money was held for the shop, and
    is held no more.
    """

    authorized: bool = False


class PaymentOverdue(PaymentFact):
    """The payment has been processing for too long: its order need not wait. Should the money come, it is told of."""


class RefundFact(PaymentFact):
    """Something that happened to a refund.

    `of_sale`: it takes something off a sale, which these members then say (see `credit.Credit`): their sum is `amount`.
    Otherwise no order took the money: there was no sale, and there is nothing to credit.
    """

    refund_id: str
    amount: Money
    of_sale: bool = False
    lines: list[CreditedLine] = []
    shipping: CreditedPart | None = None
    rounding: Money | None = None
    plain: Money | None = None


class RefundRequested(RefundFact):
    """A refund was decided; the money is still here. `by` is whoever decided it, empty for the shop itself."""

    reason: str
    by: str = ""


class RefundSucceeded(RefundFact):
    """Money went back to the buyer."""

    reason: str


class RefundFailed(RefundFact):
    """A refund did not arrive, and a person must look. `reversed` where it had been told of as succeeded; `cancelled`
    where nothing went wrong, but it was given up at the provider. `failure` is the provider's code for why, or
    `of_a_dispute`: the money went, but a dispute took it, and nobody need look. `number` is the order's, `by` whoever
    decided it, empty for the shop itself.
    """

    reversed: bool = False
    cancelled: bool = False
    failure: str = ""
    number: str = ""
    by: str = ""

    @property
    def of_a_dispute(self) -> bool:
        """Whether a dispute took the money: nothing is owed any more."""
        return self.failure == OF_A_DISPUTE


class GiftCardIssued(Fact):
    """There is a new gift card: its code goes to `email`. The code is made again from the card's id, and known by its
    hash (see `runtime.codes`): events hold none.
    """

    source: ClassVar[str] = "souk.payments"

    gift_card_id: str
    code_hash: str
    amount: Money
    email: str
    message: str
    expires_at: Moment | None


class DisputeFact(PaymentFact):
    """Something that happened to a dispute. `number` is the order's, `reason` the provider's word for why."""

    dispute_id: str
    number: str
    amount: Money
    reason: str


class DisputeOpened(DisputeFact):
    """A buyer disputes a payment. Until `evidence_due_at` the provider takes what the shop has to say."""

    provider: str
    evidence_due_at: Moment | None = None


class DisputeClosed(DisputeFact):
    """A dispute was decided."""

    won: bool


class FraudWarned(PaymentFact):
    """A bank says that a payment is likely to be fraudulent; nothing was taken (yet). `kind` is its word for how."""

    kind: str


class LedgerExportRequested(Fact):
    """Somebody wants the ledger as a file."""

    source: ClassVar[str] = "souk.payments"

    export_id: str
