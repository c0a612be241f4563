"""More or fewer pieces: PATCH /carts/{cart_id}/lines/{line_id}."""

from commerce import carts
from commerce.carts import CartView, UpdateLine
from commerce.runtime import http

app = http.api()


@app.patch("/carts/<cart_id>/lines/<line_id>", tags=["carts"])
def update_line(
    cart_id: http.Id,
    line_id: http.Id,
    body: UpdateLine,
    cart_token: http.CartToken = None,
    if_match: http.IfMatch = None,
) -> CartView:
    """Sets the number of pieces of a line."""
    who = http.caller(cart_token=cart_token)
    return carts.update_line(cart_id, line_id, body, who, version=http.version_in(if_match))


handler = http.handler(app)
