"""Takes the money that the buyer agreed to at the provider's page: POST /payments/{payment_id}/capture."""

from commerce import orders, payments
from commerce.payments import PaymentView
from commerce.runtime import http

app = http.api()


@app.post("/payments/<payment_id>/capture", tags=["payments"])
def capture_payment(
    payment_id: http.Id, order_token: http.OrderToken = None, idempotency_key: http.IdempotencyKey = None
) -> PaymentView:
    """For PayPal, when the buyer is back. Once, however often it is asked: the answer says how the payment stands."""
    del idempotency_key
    orders.check_access(payments.get(payment_id).order_id, http.caller(order_token=order_token))
    return payments.view(payments.capture(payment_id, orders.check_payable))


handler = http.handler(app)
