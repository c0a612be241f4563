"""A cart becomes an order: POST /orders."""

from commerce import orders
from commerce.orders import OrderView, PlaceOrder
from commerce.runtime import http
from commerce.runtime.idempotency import Once

app = http.api()


@app.post("/orders", tags=["orders"], status_code=201)
def place_order(
    body: PlaceOrder, cart_token: http.CartToken = None, idempotency_key: http.IdempotencyKey = None
) -> http.Response[OrderView]:
    """Orders the cart at the quoted price and sets its stock aside. A guest is given the order's secret token."""
    who = http.caller(cart_token=cart_token)
    once = Once("place_order", scope=who.scope("cart", body.cart_id), key=idempotency_key, request=body)
    order = once.answer(OrderView, lambda: orders.place(body, who, once))
    return http.created(orders.with_token(order, who), f"/orders/{order.id}")


handler = http.handler(app)
