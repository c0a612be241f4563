"""An attempt to pay an order: POST /orders/{order_id}/payments."""

from commerce import orders, payments
from commerce.payments import CreatePayment, PaymentRef, PaymentView
from commerce.runtime import http, idempotency
from commerce.runtime.changes import Changes, retry_stale

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
    once = idempotency.begin("create_payment", scope=who.scope(order_id), key=idempotency_key, request=body)

    def attempt() -> PaymentView:
        changes = Changes()
        due = orders.open_for_payment(changes, order_id, who)
        payment = payments.attempt(
            changes,
            order_id=due.order_id,
            number=due.number,
            amount=due.amount,
            email=due.email,
            provider=body.provider,
        )
        once.keep(changes, PaymentRef(payment_id=payment.id))
        changes.commit()
        return payments.start(payment)

    first = once.first(PaymentRef)
    payment = payments.resume(first.payment_id) if first else retry_stale(attempt)
    return http.created(payment, f"/payments/{payment.id}")


handler = http.handler(app)
