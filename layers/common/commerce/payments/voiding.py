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
        closed = payment if payment.over else close(payment.id, Changes)
        if closed.captured:
            refund_all(closed.id, reason="order_cancelled")
    delivery.changes().commit()


def close(payment_id: str, begin: Callable[[], Changes]) -> Payment:
    """Voids an attempt, unless the provider says that it has succeeded or is under way; answers how it stands.

    Raises:
        ProviderUnavailable: the provider did not answer; nothing was changed.
    """

    def once() -> Payment:
        payment = attempts.get(payment_id)
        changes = begin()
        if not payment.over:
            _void(changes, payment)
        since = payment.processing_since
        if payment.status == "processing" and since and now() - since >= PROCESSING_LIMIT:
            changes.emit(PaymentOverdue(order_id=payment.order_id, payment_id=payment.id))
        changes.commit()
        return payment

    return retry_stale(once)


def _void(changes: Changes, payment: Payment) -> None:
    if payment.provider_ref:
        attempts.apply(changes, payment, gateway(payment.provider).void(payment))
        return
    # The provider has not been asked yet, or its answer was lost: nobody holds a client secret or an approval link, so
    # nothing can be paid. Whoever is about to store the provider's id finds the attempt voided and closes it there too.
    payment.status, payment.open, payment.look_at = "voided", False, None
    changes.replace(PAYMENTS, payment)
    changes.emit(PaymentVoided(order_id=payment.order_id, payment_id=payment.id))
