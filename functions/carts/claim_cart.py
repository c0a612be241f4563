"""A guest signs in: POST /carts/{cart_id}/claim."""

from commerce import carts
from commerce.carts import CartView
from commerce.runtime import http
from commerce.runtime.idempotency import Once

app = http.api()


@app.post("/carts/<cart_id>/claim", tags=["carts"])
def claim_cart(
    cart_id: http.Id, cart_token: http.CartToken = None, idempotency_key: http.IdempotencyKey = None
) -> CartView:
    """A guest's cart, shown by its token, becomes the caller's; answers the cart that they have now."""
    who = http.caller(cart_token=cart_token)
    once = Once("claim_cart", scope=who.scope("cart", cart_id), key=idempotency_key)
    return once.answer(CartView, lambda: carts.claim(cart_id, who, once))


handler = http.handler(app)
