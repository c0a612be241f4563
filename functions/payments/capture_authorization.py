"""Takes the money that a provider holds for the shop: POST /admin/payments/{payment_id}/capture."""

from commerce import orders, payments
from commerce.payments import PaymentView
from commerce.runtime import http

app = http.api()


@app.post("/admin/payments/<payment_id>/capture", tags=["admin"])
def capture_authorization(payment_id: http.Id, idempotency_key: http.IdempotencyKey = None) -> PaymentView:
    """Captures an authorized payment, whole; once, however often it is asked. What is not captured is by itself a day
    before it would lapse, and let go when its order is cancelled.
    """
    del idempotency_key
    who = http.caller().user_id
    return payments.view(payments.capture_authorized(payment_id, orders.check_capturable, who=who))


handler = http.handler(app)
