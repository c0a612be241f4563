"""An order may go on: POST /admin/orders/{order_id}/release."""

from commerce import orders
from commerce.orders import OrderView
from commerce.runtime import http
from commerce.runtime.idempotency import Once

app = http.api()


@app.post("/admin/orders/<order_id>/release", tags=["admin"])
def release_order(order_id: http.Id, idempotency_key: http.IdempotencyKey = None) -> OrderView:
    """Takes an order off hold."""
    who = http.caller()
    once = Once("release_order", scope=who.scope("order", order_id), key=idempotency_key)
    return once.answer(OrderView, lambda: orders.release(order_id, who, once))


handler = http.handler(app)
