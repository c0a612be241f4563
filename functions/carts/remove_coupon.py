"""A code is taken out: DELETE /carts/{cart_id}/coupon."""

from commerce import carts
from commerce.carts import CartView
from commerce.runtime import http

app = http.api()


@app.delete("/carts/<cart_id>/coupon", tags=["carts"])
def remove_coupon(cart_id: http.Id, cart_token: http.CartToken = None, if_match: http.IfMatch = None) -> CartView:
    """Takes the code out and answers the cart without it."""
    who = http.caller(cart_token=cart_token)
    return carts.remove_coupon(cart_id, who, version=http.version_in(if_match))


handler = http.handler(app)
