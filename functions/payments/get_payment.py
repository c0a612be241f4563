"""How a payment stands: GET /payments/{payment_id}."""

from typing import Annotated

from commerce import orders, payments
from commerce.payments import PaymentView
from commerce.runtime import http

app = http.api()


@app.get("/payments/<payment_id>", tags=["payments"])
def get_payment(
    payment_id: http.Id,
    sync: Annotated[bool, http.Query(description="Ask the provider first")] = False,
    order_token: http.OrderToken = None,
) -> PaymentView:
    """The payment, for whoever may see its order. `sync=true` is for a browser that is quicker than the webhook."""
    payment = payments.get(payment_id)
    orders.check_access(payment.order_id, http.caller(order_token=order_token))
    return payments.view(payments.sync(payment_id) if sync else payment)


handler = http.handler(app)
