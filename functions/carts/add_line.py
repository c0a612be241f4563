"""Something goes into a cart: POST /carts/{cart_id}/lines."""

from commerce import carts
from commerce.carts import AddLine, CartView
from commerce.runtime import http
from commerce.runtime.idempotency import Once

app = http.api()


@app.post("/carts/<cart_id>/lines", tags=["carts"])
def add_line(
    cart_id: http.Id,
    body: AddLine,
    cart_token: http.CartToken = None,
    idempotency_key: http.IdempotencyKey = None,
) -> CartView:
    """Adds pieces of a variant; a variant that is there already gets more pieces."""
    who = http.caller(cart_token=cart_token)
    once = Once("add_line", scope=who.scope("cart", cart_id), key=idempotency_key, request=body)
    return once.answer(CartView, lambda: carts.add_line(cart_id, body, who, once))


handler = http.handler(app)
