"""Money goes back to the buyer: POST /admin/payments/{payment_id}/refunds."""

from commerce import orders
from commerce.payments import refunding
from commerce.payments.refunding import CreateRefund, RefundView
from commerce.runtime import http
from commerce.runtime.idempotency import Once

app = http.api()


@app.post("/admin/payments/<payment_id>/refunds", tags=["admin"], status_code=201)
def create_refund(
    payment_id: http.Id, body: CreateRefund, idempotency_key: http.IdempotencyKey = None
) -> http.Response[RefundView]:
    """Decides a refund and has it made: by line, by amount, or whole; to where it came from, or to a gift card.

    It needs an Idempotency-Key, since twice would be twice.
    """
    who = http.caller()
    key = http.required_key(idempotency_key)
    once = Once("create_refund", scope=who.scope("payment", payment_id), key=key, request=body)
    made = refunding.create(payment_id, body, who=who.user_id, once=once, email_of=orders.email_of)
    return http.created(made, f"/admin/payments/{payment_id}/refunds")


handler = http.handler(app)
