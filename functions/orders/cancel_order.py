"""An order is called off: POST /orders/{order_id}/cancel."""

from commerce import orders
from commerce.orders import CancelOrder, OrderView
from commerce.runtime import http
from commerce.runtime.idempotency import Once

app = http.api()


@app.post("/orders/<order_id>/cancel", tags=["orders"])
def cancel_order(
    order_id: http.Id,
    body: CancelOrder,
    order_token: http.OrderToken = None,
    idempotency_key: http.IdempotencyKey = None,
) -> OrderView:
    """Cancels the whole order: the stock is free at once, and what was paid goes back."""
    who = http.caller(order_token=order_token)
    once = Once("cancel_order", scope=who.scope("order", order_id), key=idempotency_key, request=body)
    return once.answer(OrderView, lambda: orders.cancel(order_id, body, who, once))


handler = http.handler(app)
