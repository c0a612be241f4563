"""Where it goes: PUT /carts/{cart_id}/delivery."""

from commerce import carts
from commerce.carts import CartView, Delivery
from commerce.runtime import http

app = http.api()


@app.put("/carts/<cart_id>/delivery", tags=["carts"])
def set_delivery(
    cart_id: http.Id, body: Delivery, cart_token: http.CartToken = None, if_match: http.IfMatch = None
) -> CartView:
    """Contact, addresses and shipping method. The cart answers with its quote when it is ready to be ordered."""
    who = http.caller(cart_token=cart_token)
    return carts.set_delivery(cart_id, body, who, version=http.version_in(if_match))


handler = http.handler(app)
