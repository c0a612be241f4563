"""Something leaves a cart: DELETE /carts/{cart_id}/lines/{line_id}."""

from commerce import carts
from commerce.carts import CartView
from commerce.runtime import http

app = http.api()


@app.delete("/carts/<cart_id>/lines/<line_id>", tags=["carts"])
def remove_line(
    cart_id: http.Id, line_id: http.Id, cart_token: http.CartToken = None, if_match: http.IfMatch = None
) -> CartView:
    """Takes a line out and answers the cart without it."""
    who = http.caller(cart_token=cart_token)
    return carts.remove_line(cart_id, line_id, who, version=http.version_in(if_match))


handler = http.handler(app)
