"""What payments do when an order ends: open attempts are closed, captured money goes back."""

from collections.abc import Callable

from commerce.payments import attempts
from commerce.payments.events import PaymentOverdue, PaymentVoided
from commerce.payments.gateways import gateway
from commerce.payments.model import PROCESSING_LIMIT, Payment
from commerce.payments.refunds import refund_all
from commerce.payments.store import PAYMENTS
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.clock import now
from commerce.runtime.consumer import Delivery


def close_expiring(order_id: str, delivery: Delivery) -> None:
    """The order's time is over: void what is open, or let the success that came first be told.

    An attempt that is still processing can be neither voided nor called paid: the order stays `expiring`, and is asked
    about again, up to PROCESSING_LIMIT. Then it is told to wait no longer.
    """
    live = PAYMENTS.open_for(order_id)
    if live:
        close(live.id, delivery.changes)
        return
    changes = delivery.changes()
    changes.emit(PaymentVoided(order_id=order_id, payment_id=""))
    changes.commit()


def close_cancelled(order_id: str, delivery: Delivery) -> None:
    """The order was cancelled: give back what was captured, and void what is open."""
    known = PAYMENTS.of_order(order_id)
    # What is here goes back first: a provider that can't void for the moment is no reason to wait with that.
    for payment in sorted(known, key=lambda payment: not payment.captured):
        give_up(payment.id, reason="order_cancelled")
    delivery.changes().commit()


def give_up(payment_id: str, *, reason: str) -> None:
    """No order takes this payment: what is here goes back, what is held for us is let go.

    Raises:
        ProviderUnavailable: the provider did not answer; asking again goes on from there.
    """
    payment = attempts.get(payment_id)
    closed = payment if payment.over else close(payment_id, Changes, even_authorized=True)
    if closed.captured:
        refund_all(closed.id, reason=reason)


def close(payment_id: str, begin: Callable[[], Changes], *, even_authorized: bool = False) -> Payment:
    """Voids an attempt, unless the provider says that it has succeeded or is under way; answers how it stands.

    Args:
        payment_id: the attempt.
        begin: begins the change that it joins.
        even_authorized: also where the money is held for us already, which is as good as a success otherwise.

    Raises:
        ProviderUnavailable: the provider did not answer; nothing was changed.
    """

    def once() -> Payment:
        payment = attempts.get(payment_id)
        changes = begin()
        if not payment.over and (even_authorized or not payment.authorized):
            _void(changes, payment, even_authorized)
        since = payment.processing_since
        if payment.status == "processing" and since and now() - since >= PROCESSING_LIMIT:
            changes.emit(PaymentOverdue(order_id=payment.order_id, payment_id=payment.id))
        changes.commit()
        return payment

    return retry_stale(once)


def _void(changes: Changes, payment: Payment, even_authorized: bool) -> None:
    if payment.provider_ref:
        provider = gateway(payment.provider)
        said = provider.fetch(payment) if payment.manual and not even_authorized else None
        if said is None or said.status != "authorized":
            said = provider.void(payment)
        attempts.apply(changes, payment, said)
        return
    # The provider has not been asked yet, or its answer was lost: nobody holds a client secret or an approval link, so
    # nothing can be paid. Whoever is about to store the provider's id finds the attempt voided and closes it there too.
    payment.status, payment.open, payment.look_at = "voided", False, None
    changes.replace(PAYMENTS, payment)
    changes.emit(PaymentVoided(order_id=payment.order_id, payment_id=payment.id))
