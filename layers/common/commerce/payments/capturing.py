"""Taking the money that a buyer has agreed to, where that is ours to do: once, whoever asks, and as often as it is
asked.

The capture is noted on the attempt before it is sent, by compare-and-set. So an attempt is voided before its capture,
which is then not sent, or after it, and then the void waits for what comes of it.
"""

from collections.abc import Callable

from commerce.payments import attempts
from commerce.payments.gateways import NotApproved, ProviderPayment, gateway
from commerce.payments.model import AttemptClosed, Payment
from commerce.payments.store import PAYMENTS
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.clock import now
from commerce.runtime.errors import Stale

type MayPay = Callable[[str], None]
"""Raises where the order of this id does not wait for money."""


def capture(payment_id: str, may_pay: MayPay, *, provider_ref: str = "") -> Payment:
    """Takes the money; an attempt that is over is answered as it is.

    Args:
        payment_id: the attempt.
        may_pay: raises where its order does not wait for money.
        provider_ref: the provider's id of the attempt, by whoever knows it before it was stored.

    Raises:
        NotFound: there is no such payment.
        NotApproved: the buyer has not agreed.
        AttemptClosed: it was voided.
        WrongState: its order does not wait for money any more (what `may_pay` says).
        ProviderUnavailable: the provider did not answer; asking again goes on from there.
    """
    payment = retry_stale(lambda: _claim(payment_id, may_pay, provider_ref))
    if payment.status == "voided":
        raise AttemptClosed
    if payment.over:
        return payment
    if payment.manual:
        return _looked_at(payment_id)
    try:
        said = gateway(payment.provider).capture(payment)
    except NotApproved:
        _unclaim(payment)
        raise
    try:
        return _note(payment.model_copy(), said)
    except Stale:  # A webhook or a twin of this request was quicker, and may not know what the provider just told us.
        return retry_stale(lambda: _note_late(payment, said))


def _claim(payment_id: str, may_pay: MayPay, provider_ref: str) -> Payment:
    payment = attempts.get(payment_id)
    if payment.over or payment.manual:
        return payment
    may_pay(payment.order_id)
    payment.provider_ref = payment.provider_ref or provider_ref
    if not payment.provider_ref:
        raise NotApproved
    payment.capturing_since = now()
    changes = Changes()
    changes.replace(PAYMENTS, payment)
    changes.commit()
    return payment


def _looked_at(payment_id: str) -> Payment:
    """What is captured later is not the buyer's to take: they are told how it stands."""
    payment = attempts.sync(payment_id)
    if payment.status in {"unpaid", "requires_action"}:
        raise NotApproved
    return payment


def _note(payment: Payment, said: ProviderPayment) -> Payment:
    changes = Changes()
    attempts.apply(changes, payment, said)
    changes.commit()
    return payment


def _note_late(claimed: Payment, said: ProviderPayment) -> Payment:
    """The answer to a capture is never overtaken: money stays, and a decline is of the very try that was claimed."""
    payment = attempts.get(claimed.id)
    return _note(payment, said) if payment.declines == claimed.declines else payment


def _unclaim(payment: Payment) -> None:
    """Nothing is under way after all; whoever claimed it since has a claim of their own."""
    payment.capturing_since = None
    changes = Changes()
    changes.replace(PAYMENTS, payment)
    try:
        changes.commit()
    except Stale:
        return
