"""Attempts to pay, kept in step with what the provider says.

The provider's word is always fetched after our own state was read, and written back only onto that state (its
version). So whatever order webhooks, polls and retries come in, a stale word never overwrites a newer one.
"""

from commerce.money import Money
from commerce.payments import ledger
from commerce.payments.events import PaymentAuthorized, PaymentFailed, PaymentSucceeded, PaymentVoided
from commerce.payments.gateways import ProviderPayment, gateway
from commerce.payments.model import AUTHORIZED_FOR, LOOK_AGAIN, Payment, Provider
from commerce.payments.store import PAYMENTS
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.clock import now
from commerce.runtime.errors import NotFound


def get(payment_id: str) -> Payment:
    """An attempt as we know it.

    Raises:
        NotFound: there is none.
    """
    payment = PAYMENTS.get(payment_id)
    if payment is None:
        raise NotFound
    return payment


def sync(payment_id: str) -> Payment:
    """Asks the provider how the attempt stands and stores the answer with its facts.

    Raises:
        NotFound: there is no such payment.
        ProviderUnavailable: the provider did not answer; nothing was changed.
    """

    def once() -> Payment:
        payment = get(payment_id)
        changes = Changes()
        refresh(changes, payment)
        changes.commit()
        return payment

    return retry_stale(once)


def behind(provider: Provider, payment_ref: str) -> Payment | None:
    """The attempt that the provider speaks of by this id, its own or that of what holds the money. None where it is not
    ours.
    """
    payment = PAYMENTS.holding(payment_ref)
    if payment is None and (attempt_ref := gateway(provider).attempt_of(payment_ref)):
        payment = PAYMENTS.by_ref(attempt_ref)
    return payment


def holder(changes: Changes, provider: Provider, payment_ref: str) -> Payment | None:
    """The payment whose money the provider speaks of by this id. The news of its capture may be slower than what is
    said of its money: then it joins the same change. None where it is not ours.
    """
    payment = behind(provider, payment_ref)
    if payment and not payment.captured:
        apply(changes, payment, gateway(provider).fetch(payment))
    return payment if payment and payment.captured else None


def refresh(changes: Changes, payment: Payment) -> None:
    """Fetches the provider's word on an attempt that was read before, and adds what it means to the change."""
    if payment.provider_ref and not payment.over:
        apply(changes, payment, gateway(payment.provider).fetch(payment))


def apply(changes: Changes, payment: Payment, said: ProviderPayment) -> None:
    """What the provider's word means: the new state, the booking and the fact, all in one change, or nothing.

    A voided attempt can't succeed, says the provider; should it say later that it has, the money is booked all the
    same, and the order takes it or sends it back.
    """
    if payment.over and (payment.status, said.status) != ("voided", "paid"):
        return
    facts = {"order_id": payment.order_id, "payment_id": payment.id}
    if said.status == "paid":
        _paid(changes, payment, said)
    elif said.status == "voided":
        held = payment.authorized
        payment.status, payment.open = "voided", False
        if payment.capturing_since is None:  # Else a capture that was sent may be told of yet.
            payment.look_at = None
        changes.emit(PaymentVoided(**facts, authorized=held))
    elif said.status == "authorized" and payment.manual and not payment.authorized:
        _held(changes, payment, said)
    elif said.status == "declined" or (said.status == "unpaid" and said.decline):
        if payment.decline_ref == said.decline_ref and payment.status == "failed":
            return
        payment.status, payment.decline, payment.decline_ref = "failed", said.decline, said.decline_ref
        payment.capturing_since = None
        payment.declines += 1
        if said.status == "declined":
            payment.open, payment.look_at = False, None
        changes.emit(PaymentFailed(**facts, reason=said.decline))
    elif said.status != payment.status:
        payment.processing_since = now() if said.status == "processing" else None
        payment.status = said.status
    else:
        return
    changes.replace(PAYMENTS, payment)


def _paid(changes: Changes, payment: Payment, said: ProviderPayment) -> None:
    payment.status, payment.captured, payment.decline = "paid", said.received, ""
    payment.capture_ref = said.capture_ref
    payment.look_at = now() + LOOK_AGAIN  # Whether its order took the money.
    changes.insert(ledger.LEDGER, ledger.capture(payment, said.received))
    if said.fee:
        changes.insert(ledger.LEDGER, ledger.fee(payment, said.fee, said.fee_currency))
    paid = Money(amount=said.received, currency=said.currency)
    facts = {"order_id": payment.order_id, "payment_id": payment.id}
    changes.emit(PaymentSucceeded(**facts, provider=payment.provider, paid=paid))


def _held(changes: Changes, payment: Payment, said: ProviderPayment) -> None:
    """The provider holds the money for us: nothing has moved, so nothing is booked."""
    payment.status, payment.decline, payment.processing_since = "authorized", "", None
    payment.capture_before = said.capture_before or now() + AUTHORIZED_FOR
    payment.look_at = now() + LOOK_AGAIN  # Whether its order has heard of it, and then whether it would lapse.
    held = Money(amount=said.held, currency=said.currency)
    facts = {"order_id": payment.order_id, "payment_id": payment.id}
    changes.emit(PaymentAuthorized(**facts, provider=payment.provider, authorized=held))
