"""Refunds: decided and stored first (see `deciding`), executed with the provider then, booked when it says so.

Whatever line is the last one that runs, the next try goes on from there: a refund's id is the provider's idempotency
key.
"""

from commerce.money import Money
from commerce.payments import attempts, crediting, ledger, sales
from commerce.payments.deciding import decide, remaining, store, whole_id
from commerce.payments.events import RefundFailed, RefundSucceeded
from commerce.payments.gateways import NothingLeft, ProviderRefund, ProviderRefused, gateway
from commerce.payments.giftcards import bought
from commerce.payments.giftcards.bought import Bought
from commerce.payments.giftcards.crediting import credit
from commerce.payments.giftcards.issuing import add
from commerce.payments.model import MADE_ELSEWHERE, OF_A_DISPUTE, REVERSED, UNDONE, Payment, Provider, Refund
from commerce.payments.store import DISPUTES, PAYMENTS, REFUNDS
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.clock import now
from commerce.runtime.ids import new_id
from commerce.runtime.observability import logger


def refund_all(payment_id: str, *, reason: str) -> Refund | None:
    """Gives back all that is left of a payment; once, however often it is asked. None where there is nothing to give.

    Raises:
        ProviderUnavailable: the provider did not answer; asking again goes on from there, and the sweep does.
    """
    refund = decide(payment_id, reason=reason)
    return execute(refund.id) if refund else None


def execute(refund_id: str) -> Refund:
    """Asks the provider for a refund that was decided, and books its answer. What the provider refuses has failed, and
    what it was for can be refunded again, by a person, who is told of it.

    Raises:
        ProviderUnavailable: the provider did not answer; asking again goes on from there, and the sweep does.
    """

    def once() -> Refund:
        refund = _get(refund_id)
        if not refund.under_way:
            return refund
        payment = attempts.get(refund.payment_id)
        changes = Changes()
        _apply(changes, payment, refund, _given_back(changes, payment, refund) or _asked(payment, refund))
        changes.commit()
        return refund

    return retry_stale(once)


def at_once(changes: Changes, payment: Payment, *, reason: str) -> None:
    """Gives back all that a gift card paid for an order that is not paid yet, to that card, in the caller's change.
    Nobody need be asked.
    """
    refund = store(changes, payment, None, payment.held, None, refund_id=whole_id(payment), reason=reason)
    said = _given_back(changes, payment, refund)
    if said is None:
        raise LookupError(payment.provider)
    _apply(changes, payment, refund, said)


def give_back_gift_cards(order_id: str, *, reason: str) -> None:
    """Gives gift cards back what they paid for an order; once, however often it is asked."""
    for payment in PAYMENTS.of_order(order_id):
        if payment.provider == "gift_card":
            refund_all(payment.id, reason=reason)


def _given_back(changes: Changes, payment: Payment, refund: Refund) -> ProviderRefund | None:
    """What a gift card paid goes back to it in the change itself, and what shall go to a new one goes there; None where
    a provider must be asked.
    """
    if payment.provider == "gift_card":
        ref = credit(changes, payment, refund.amount)
    elif refund.to == "gift_card":
        amount = Money(amount=refund.amount, currency=refund.currency)
        made = add(changes, amount, origin="refund", origin_ref=refund.id, recipient=refund.recipient, by=refund.by)
        ref, refund.recipient = made.id, ""
    else:
        return None
    return ProviderRefund(
        ref=ref, status="succeeded", amount=refund.amount, currency=refund.currency, payment_ref=payment.provider_ref
    )


def refresh(changes: Changes, provider: Provider, refund_ref: str, refund_id: str, *, reversal: bool = False) -> bool:
    """A webhook speaks of a refund: its present state is fetched and added to the change. One that we did not ask for,
    made in the provider's dashboard or by the provider, is taken into the books, unless a dispute has booked it. Says
    whether it concerns us.

    Args:
        changes: the change that notes the webhook.
        provider: whose refund it is.
        refund_ref: the provider's id.
        refund_id: ours, as the provider repeats it; the webhook may be quicker than our note of theirs.
        reversal: the provider took the money back by itself.
    """
    refund = REFUNDS.by_ref(refund_ref) or (REFUNDS.get(refund_id) if refund_id else None)
    if refund and refund.reason == REVERSED and not refund.live:  # A dispute's, since it was heard of.
        return True
    payment = attempts.get(refund.payment_id) if refund else None
    said = gateway(provider).fetch_refund(refund_ref)
    if said is None:
        return False
    if refund is None or payment is None:
        payment = attempts.holder(changes, provider, said.payment_ref)
        if payment is None or said.status in UNDONE:
            return False
        if reversal and _is_of_a_dispute(changes, payment, said):
            return True
        refund = _adopted(changes, payment, said, REVERSED if reversal else MADE_ELSEWHERE)
    _apply(changes, payment, refund, said)
    return True


def hand_over(changes: Changes, payment: Payment, amount: int) -> str:
    """A dispute books so much (minor units): where that was heard of before as a reversal, it was no refund, and is
    taken out of the books as one, in the caller's change. Answers the provider's id of it, or nothing.
    """
    of_payment = REFUNDS.of_payments([payment.id])
    same = (refund for refund in of_payment if refund.reason == REVERSED and refund.live and refund.amount == amount)
    if refund := next(same, None):
        said = _failed(refund, OF_A_DISPUTE)
        _apply(changes, payment, refund, said)
        return said.ref
    return ""


def _is_of_a_dispute(changes: Changes, payment: Payment, said: ProviderRefund) -> bool:
    """Whether a dispute of the payment has booked this reversal, which is noted on it then. One that has not will find
    the reversal among the refunds: both move the payment's version, so neither can miss the other.
    """
    took = (dispute for dispute in DISPUTES.of_payment(payment.id) if dispute.took(said.ref, said.amount))
    if dispute := next(took, None):
        dispute.reversal_ref = said.ref
        changes.replace(DISPUTES, dispute)
        return True
    return False


def _asked(payment: Payment, refund: Refund) -> ProviderRefund:
    provider = gateway(payment.provider)
    if refund.provider_ref and (known := provider.fetch_refund(refund.provider_ref)):
        return known
    try:
        return provider.refund(payment, refund)
    except ProviderRefused as refused:
        if payment.held < refund.amount:
            return _failed(refund, OF_A_DISPUTE)
        code = NothingLeft.code if isinstance(refused, NothingLeft) else refused.extra.get("code_of_provider")
        logger.error("A refund is refused", extra={"refund_id": refund.id, "reason": code})
        return _failed(refund, str(code or refused.code))


def _failed(refund: Refund, failure: str) -> ProviderRefund:
    return ProviderRefund(
        ref=refund.provider_ref, status="failed", amount=0, currency=refund.currency, payment_ref="", failure=failure
    )


def _adopted(changes: Changes, payment: Payment, said: ProviderRefund, reason: str) -> Refund:
    """A refund that was made elsewhere. Two webhooks of it at once meet in the ledger, where its id stands once."""
    refund = Refund(
        id=new_id("ref"),
        payment_id=payment.id,
        order_id=payment.order_id,
        amount=said.amount,
        currency=said.currency,
        reason=reason,
        created_at=now(),
    )
    if sale := sales.of_payment(payment.order_id, payment.id):
        earlier = REFUNDS.of_payments(sale.payment_ids)
        before = sales.credited(earlier)
        share = Bought.of(sale, before, payment).beyond(remaining(payment, earlier), said.amount)
        refund.credit = crediting.of_amount(sale, before, said.amount, share.lines)
        bought.empty(changes, refund, share)
        changes.replace(sales.SALES, sale)
    changes.insert(REFUNDS, refund)
    return refund


def _get(refund_id: str) -> Refund:
    refund = REFUNDS.get(refund_id)
    if refund is None:
        raise LookupError(refund_id)
    return refund


def _apply(changes: Changes, payment: Payment, refund: Refund, said: ProviderRefund) -> None:
    """What the provider's word means. A refund that is booked may still fail later, or be
    cancelled; then its booking is reversed.
    """
    if refund.status == said.status and refund.provider_ref == said.ref:
        return
    was_booked = refund.status == "succeeded"
    if said.status == "succeeded" and not was_booked:
        payment.refunded += refund.amount
        changes.insert(ledger.LEDGER, ledger.refund(payment, said.ref, refund.amount, to=refund.to))
        if refund.credit:
            changes.insert(ledger.LEDGER, ledger.credit(payment, refund.id, refund.credit))
        changes.emit(RefundSucceeded(**refund.told(), reason=refund.reason))
    elif said.status in UNDONE:
        if was_booked:
            payment.refunded -= refund.amount
            changes.insert(ledger.LEDGER, ledger.refund_failed(payment, said.ref, refund.amount))
            if refund.credit:
                changes.insert(ledger.LEDGER, ledger.credit_reversed(payment, refund.id, refund.credit))
        if refund.live:
            bought.reinstate(changes, refund)
        if refund.owed:  # A person looks from here on, and the sweep again once a dispute has ended.
            payment.look_at = None
        told = refund.told() | {"failure": said.failure, "number": payment.order_number, "by": refund.by}
        changes.emit(RefundFailed(**told, reversed=was_booked, cancelled=said.status == "cancelled"))
    refund.status, refund.provider_ref, refund.failure = said.status, said.ref, said.failure
    refund.look_at = refund.look_at if said.status == "pending" else None
    payment.status = ledger.Standing(payment.captured, payment.refunded).status or payment.status
    changes.replace(PAYMENTS, payment)
    changes.replace(REFUNDS, refund)
