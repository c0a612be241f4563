"""A code is entered: PUT /carts/{cart_id}/coupon."""

from commerce import carts
from commerce.carts import ApplyCoupon, CartView
from commerce.runtime import http

app = http.api()


@app.put("/carts/<cart_id>/coupon", tags=["carts"])
def apply_coupon(
    cart_id: http.Id, body: ApplyCoupon, cart_token: http.CartToken = None, if_match: http.IfMatch = None
) -> CartView:
    """Enters a code, in place of the one before. A code that the cart only lacks something for waits in it."""
    who = http.caller(cart_token=cart_token)
    return carts.apply_coupon(cart_id, body, who, version=http.version_in(if_match))


handler = http.handler(app)
