"""Refunds: decided and stored first, executed with the provider then, booked when it says so.

Whatever line is the last one that runs, the next try goes on from there: the refund's id is derived from the payment,
and is the provider's idempotency key.
"""

from commerce.money import Money
from commerce.payments import attempts, ledger
from commerce.payments.events import RefundFailed, RefundSucceeded
from commerce.payments.gateways import ProviderRefund, gateway
from commerce.payments.model import Payment, PaymentStatus, Refund
from commerce.payments.store import PAYMENTS, REFUNDS
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.clock import now


def refund_all(payment_id: str, *, reason: str) -> Refund | None:
    """Gives back all that a payment captured; once, however often it is asked. None where there is nothing to give.

    Raises:
        ProviderUnavailable: the provider did not answer; asking again goes on from there.
    """
    refund = retry_stale(lambda: _decide(payment_id, reason))
    return execute(refund.id) if refund else None


def execute(refund_id: str) -> Refund:
    """Asks the provider for a refund that was decided, and books its answer."""

    def once() -> Refund:
        refund = _get(refund_id)
        if refund.status in {"succeeded", "failed"}:
            return refund
        payment = attempts.get(refund.payment_id)
        provider = gateway(payment.provider)
        ref = refund.provider_ref
        said = provider.fetch_refund(ref) if ref else provider.refund(payment, refund)
        changes = Changes()
        _apply(changes, payment, refund, said)
        changes.commit()
        return refund

    return retry_stale(once)


def refresh(changes: Changes, refund_ref: str, refund_id: str) -> None:
    """A webhook speaks of a refund: its present state is fetched and added to the change. Unknown ones are left be.

    Args:
        changes: the change that notes the webhook.
        refund_ref: the provider's id.
        refund_id: ours, as the provider repeats it; the webhook may be quicker than our note of theirs.
    """
    refund = REFUNDS.by_ref(refund_ref) or (REFUNDS.get(refund_id) if refund_id else None)
    if refund is None:
        return
    payment = attempts.get(refund.payment_id)
    _apply(changes, payment, refund, gateway(payment.provider).fetch_refund(refund_ref))


def _decide(payment_id: str, reason: str) -> Refund | None:
    payment = attempts.get(payment_id)
    refund_id = "ref_" + payment.id.partition("_")[2]
    known = REFUNDS.get(refund_id)
    if known or payment.captured - payment.refunded <= 0:
        return known
    refund = Refund(
        id=refund_id,
        payment_id=payment.id,
        order_id=payment.order_id,
        amount=payment.captured - payment.refunded,
        currency=payment.currency,
        reason=reason,
        created_at=now(),
    )
    changes = Changes()
    changes.insert(REFUNDS, refund)
    changes.replace(PAYMENTS, payment)  # Its version moves, so that two decisions can't both count on the same money.
    changes.commit()
    return refund


def _get(refund_id: str) -> Refund:
    refund = REFUNDS.get(refund_id)
    if refund is None:
        raise LookupError(refund_id)
    return refund


def _apply(changes: Changes, payment: Payment, refund: Refund, said: ProviderRefund) -> None:
    """What the provider's word means. A refund that is booked may still fail later; then its booking is reversed."""
    if refund.status == said.status and refund.provider_ref == said.ref:
        return
    amount = Money(amount=refund.amount, currency=refund.currency)
    was_booked = refund.status == "succeeded"
    facts = {"order_id": refund.order_id, "payment_id": payment.id, "refund_id": refund.id}
    if said.status == "succeeded" and not was_booked:
        payment.refunded += refund.amount
        changes.insert(ledger.LEDGER, ledger.refund(payment, said.ref, refund.amount))
        changes.emit(RefundSucceeded(**facts, amount=amount, reason=refund.reason))
    elif said.status == "failed":
        if was_booked:
            payment.refunded -= refund.amount
            changes.insert(ledger.LEDGER, ledger.refund_failed(payment, said.ref, refund.amount))
        changes.emit(RefundFailed(**facts, amount=amount))
    refund.status, refund.provider_ref = said.status, said.ref
    payment.status = _status(payment)
    changes.replace(PAYMENTS, payment)
    changes.replace(REFUNDS, refund)


def _status(payment: Payment) -> PaymentStatus:
    if not payment.refunded:
        return "paid"
    return "refunded" if payment.refunded >= payment.captured else "partially_refunded"
