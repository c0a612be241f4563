"""What payments do when an order ends: open attempts are closed, captured money goes back."""

from collections.abc import Callable

from commerce.payments import attempts
from commerce.payments.events import PaymentVoided
from commerce.payments.gateways import gateway
from commerce.payments.model import SETTLED, Payment
from commerce.payments.refunds import refund_all
from commerce.payments.store import PAYMENTS
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.consumer import Delivery


def close_expiring(order_id: str, delivery: Delivery) -> None:
    """The order's time is over: void what is open, or let the success that came first be told.

    An attempt that is still processing can be neither voided nor called paid: the order stays `expiring`, and is asked
    about again.
    """
    live = PAYMENTS.open_for(order_id)
    if live:
        _close(live.id, delivery.changes)
        return
    changes = delivery.changes()
    changes.emit(PaymentVoided(order_id=order_id, payment_id=""))
    changes.commit()


def close_cancelled(order_id: str, delivery: Delivery) -> None:
    """The order was cancelled: void what is open, and give back what was captured."""
    for payment in PAYMENTS.of_order(order_id):
        closed = _close(payment.id, Changes)
        if closed.captured:
            refund_all(closed.id, reason="order_cancelled")
    delivery.changes().commit()


def _close(payment_id: str, begin: Callable[[], Changes]) -> Payment:
    def once() -> Payment:
        payment = attempts.get(payment_id)
        changes = begin()
        if payment.status not in SETTLED:
            _void(changes, payment)
        changes.commit()
        return payment

    return retry_stale(once)


def _void(changes: Changes, payment: Payment) -> None:
    if payment.provider_ref:
        attempts.apply(changes, payment, gateway(payment.provider).void(payment.provider_ref))
        return
    # The provider has not been asked yet, or its answer was lost: nobody holds a client secret, so nothing can be
    # paid. Whoever is about to store the provider's id finds the attempt voided and closes it there too.
    payment.status, payment.open = "voided", None
    changes.replace(PAYMENTS, payment)
    changes.emit(PaymentVoided(order_id=payment.order_id, payment_id=payment.id))
