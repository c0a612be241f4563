"""A wish for the whole order: PATCH /carts/{cart_id}."""

from commerce import carts
from commerce.carts import CartView, UpdateCart
from commerce.runtime import http

app = http.api()


@app.patch("/carts/<cart_id>", tags=["carts"])
def update_cart(
    cart_id: http.Id, body: UpdateCart, cart_token: http.CartToken = None, if_match: http.IfMatch = None
) -> CartView:
    """Sets the cart's note, which goes to the order."""
    who = http.caller(cart_token=cart_token)
    return carts.update_cart(cart_id, body, who, version=http.version_in(if_match))


handler = http.handler(app)
