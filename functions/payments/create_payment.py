"""An attempt to pay an order: POST /orders/{order_id}/payments."""

from commerce import orders, payments
from commerce.payments import CreatePayment, Payment, PaymentRef, PaymentView, saved
from commerce.payments.model import Provider
from commerce.runtime import http
from commerce.runtime.caller import Caller
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.idempotency import Once

app = http.api()


@app.post("/orders/<order_id>/payments", tags=["payments"], status_code=201)
def create_payment(
    order_id: http.Id,
    body: CreatePayment,
    order_token: http.OrderToken = None,
    idempotency_key: http.IdempotencyKey = None,
) -> http.Response[PaymentView]:
    """Begins to pay, or takes up the attempt that is open already: an order has at most one."""
    who = http.caller(order_token=order_token)
    wish = saved.wish(body, who)
    once = Once("create_payment", scope=who.scope("order", order_id), key=idempotency_key, request=body)
    payment = once.resume(
        PaymentRef, lambda: store(order_id, body.provider, who, once), lambda kept: payments.get(kept.payment_id)
    )
    return http.created(payments.start(payment, wish), f"/payments/{payment.id}")


def store(order_id: str, provider: Provider, who: Caller, once: Once) -> Payment:
    """The one attempt for the order, stored with what the order says of it; again where somebody else was quicker."""

    def attempt() -> Payment:
        changes = Changes()
        due = orders.open_for_payment(changes, order_id, who)
        payment = payments.attempt(
            changes,
            order_id=due.order_id,
            number=due.number,
            amount=due.amount,
            provider=provider,
            first=due.first_attempt,
        )
        once.keep(changes, PaymentRef(payment_id=payment.id))
        changes.commit()
        return payment

    return retry_stale(attempt)


handler = http.handler(app)
