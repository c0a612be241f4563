"""An order: GET /orders/{order_id}."""

from commerce import orders
from commerce.orders import OrderView
from commerce.runtime import http

app = http.api()


@app.get("/orders/<order_id>", tags=["orders"])
def get_order(order_id: http.Id, order_token: http.OrderToken = None) -> OrderView:
    """The order, for its owner or whoever shows its token."""
    return orders.get(order_id, http.caller(order_token=order_token))


handler = http.handler(app)
