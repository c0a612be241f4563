"""An order may go on: POST /admin/orders/{order_id}/release."""

from commerce import orders
from commerce.orders import OrderView
from commerce.runtime import http, idempotency

app = http.api()


@app.post("/admin/orders/<order_id>/release", tags=["admin"])
def release_order(order_id: http.Id, idempotency_key: http.IdempotencyKey = None) -> OrderView:
    """Takes an order off hold."""
    who = http.caller()
    who.require("staff")
    once = idempotency.begin("release_order", scope=who.scope(order_id), key=idempotency_key)
    return once.first(OrderView) or orders.release(order_id, who, once)


handler = http.handler(app)
