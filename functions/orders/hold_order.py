"""An order must wait for a person: POST /admin/orders/{order_id}/hold."""

from commerce import orders
from commerce.orders import HoldOrder, OrderView
from commerce.runtime import http
from commerce.runtime.idempotency import Once

app = http.api()


@app.post("/admin/orders/<order_id>/hold", tags=["admin"])
def hold_order(order_id: http.Id, body: HoldOrder, idempotency_key: http.IdempotencyKey = None) -> OrderView:
    """Puts an order on hold, with the reason."""
    who = http.caller()
    once = Once("hold_order", scope=who.scope("order", order_id), key=idempotency_key, request=body)
    return once.answer(OrderView, lambda: orders.hold(order_id, body, who, once))


handler = http.handler(app)
