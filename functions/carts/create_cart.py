"""A new cart: POST /carts."""

from commerce import carts
from commerce.carts import CartView, CreateCart
from commerce.runtime import http
from commerce.runtime.idempotency import Once

app = http.api()


@app.post("/carts", tags=["carts"], status_code=201)
def create_cart(body: CreateCart, idempotency_key: http.IdempotencyKey = None) -> http.Response[CartView]:
    """An empty cart. A guest is given its secret token, which every later call shows as X-Cart-Token."""
    who = http.caller()
    once = Once("create_cart", scope=who.user_id or http.fingerprint(), key=idempotency_key, request=body)
    cart = once.answer(CartView, lambda: carts.create(body, who, once))
    return http.created(carts.with_token(cart, who), f"/carts/{cart.id}")


handler = http.handler(app)
