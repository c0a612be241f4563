"""Disputes: a buyer's bank, or PayPal, takes money back until it is decided who is right.

The provider's word is fetched anew whenever something is heard of one, and written onto the payment as it was read: so
whatever order webhooks come in, it ends the same. What was withdrawn and what came back is booked once each.

PayPal tells of the money of a lost dispute twice: as the dispute's, and as a reversal of the capture. The dispute is
what is booked. A reversal that was heard of first stands as a refund until then.
"""

from collections.abc import Mapping

from pydantic import BaseModel

from commerce.money import Money
from commerce.payments import attempts, ledger, refunds
from commerce.payments.events import DisputeClosed, DisputeOpened
from commerce.payments.gateways import ProviderDispute, gateway
from commerce.payments.ledger import LEDGER
from commerce.payments.model import Dispute, DisputeStatus, Payment, Provider
from commerce.payments.store import DISPUTES, PAYMENTS
from commerce.runtime.changes import Changes
from commerce.runtime.clock import Moment, now
from commerce.runtime.ids import new_id
from commerce.runtime.observability import logger
from commerce.runtime.paging import Page, next_cursor, position

# The state machine. A decision may be turned by an appeal, but nothing opens a dispute again that was decided.
TRANSITIONS: Mapping[DisputeStatus, frozenset[DisputeStatus]] = {
    "needs_response": frozenset({"under_review", "won", "lost"}),
    "under_review": frozenset({"needs_response", "won", "lost"}),
    "won": frozenset({"lost"}),
    "lost": frozenset({"won"}),
}
CLOSED: frozenset[DisputeStatus] = frozenset({"won", "lost"})


class DisputeView(BaseModel):
    """A dispute. `withdrawn` is what it has taken and not given back; until `evidence_due_at` the provider takes what
    the shop has to say, in its dashboard.
    """

    id: str
    order_id: str
    order_number: str
    payment_id: str
    provider: Provider
    provider_ref: str
    status: DisputeStatus
    reason: str
    amount: Money
    withdrawn: Money
    evidence_due_at: Moment | None
    opened_at: Moment
    closed_at: Moment | None


def refresh(changes: Changes, provider: Provider, dispute_ref: str) -> bool:
    """Something was heard of a dispute: its present state is fetched and added to the change. Says whether it concerns
    us.

    Args:
        changes: the change that notes the webhook.
        provider: whose it is.
        dispute_ref: the provider's id.
    """
    known = DISPUTES.by_ref(dispute_ref)
    payment = attempts.get(known.payment_id) if known else None
    said = gateway(provider).fetch_dispute(dispute_ref)
    if said is None:
        return False
    payment = payment or attempts.holder(changes, provider, said.payment_ref)
    if payment is None:
        logger.warning("A dispute about a payment that is not ours", extra={"dispute_ref": dispute_ref})
        return False
    if known is None:
        known = _opened(changes, provider, payment, said)
    _apply(changes, payment, known, said)
    return True


def list_disputes(*, status: DisputeStatus | None, limit: int, cursor: str | None) -> Page[DisputeView]:
    """A page of disputes, the newest first; those in one state, or all. One round trip.

    Raises:
        InvalidCursor: not ours, or of another list.
    """
    listing = f"disputes|{status or ''}"
    before = position(listing, cursor)
    rows = DISPUTES.page(status=status, before=before[0] if before else None, limit=limit + 1)
    more = next_cursor(listing, [rows[limit - 1].id]) if len(rows) > limit else None
    return Page[DisputeView](items=[_view(dispute) for dispute in rows[:limit]], next_cursor=more)


def _opened(changes: Changes, provider: Provider, payment: Payment, said: ProviderDispute) -> Dispute:
    """A dispute that is heard of for the first time. Two webhooks of it at once meet in its unique reference."""
    dispute = Dispute(
        id=new_id("dsp"),
        payment_id=payment.id,
        order_id=payment.order_id,
        order_number=payment.order_number,
        provider=provider,
        provider_ref=said.ref,
        reason=said.reason,
        amount=said.amount,
        currency=said.currency,
        evidence_due_at=said.evidence_due_at,
        opened_at=now(),
    )
    changes.insert(DISPUTES, dispute)
    changes.emit(DisputeOpened(**dispute.told(), provider=provider, evidence_due_at=dispute.evidence_due_at))
    return dispute


def _apply(changes: Changes, payment: Payment, dispute: Dispute, said: ProviderDispute) -> None:
    dispute.evidence_due_at = said.evidence_due_at
    if said.withdrawn and not dispute.withdrawn:
        dispute.withdrawn = said.withdrawn
        payment.disputed += said.withdrawn
        dispute.reversal_ref = refunds.hand_over(changes, payment, said.withdrawn)
        changes.insert(LEDGER, ledger.dispute(payment, said.ref, said.withdrawn))
        if said.fee:
            changes.insert(LEDGER, ledger.dispute_fee(payment, said.ref, said.fee, said.fee_currency))
    if said.reinstated and not dispute.reinstated:
        dispute.reinstated = said.reinstated
        payment.disputed -= said.reinstated
        payment.look_at = now()  # Whether an order still has it: one that was cancelled meanwhile owes it to the buyer.
        changes.insert(LEDGER, ledger.dispute_reinstated(payment, said.ref, said.reinstated))
    if said.status in TRANSITIONS[dispute.status]:
        dispute.status = said.status
        if said.status in CLOSED:
            dispute.closed_at = now()
            payment.look_at = now()  # The same of what was refused while it was open.
            changes.emit(DisputeClosed(**dispute.told(), won=said.status == "won"))
    changes.replace(DISPUTES, dispute)
    changes.replace(PAYMENTS, payment)


def _view(dispute: Dispute) -> DisputeView:
    members = dispute.model_dump(include=set(DisputeView.model_fields) - {"amount", "withdrawn"})
    held = Money(amount=dispute.withdrawn - dispute.reinstated, currency=dispute.currency)
    return DisputeView(**members, amount=Money(amount=dispute.amount, currency=dispute.currency), withdrawn=held)
