"""A cart at today's prices: GET /carts/{cart_id}."""

from commerce import carts
from commerce.carts import CartView
from commerce.runtime import http

app = http.api()


@app.get("/carts/<cart_id>", tags=["carts"])
def get_cart(cart_id: http.Id, cart_token: http.CartToken = None) -> CartView:
    """The cart with its problems, totals and, when it is ready to be ordered, a quote."""
    return carts.get(cart_id, http.caller(cart_token=cart_token))


handler = http.handler(app)
