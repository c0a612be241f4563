"""A new cart: POST /carts."""

from commerce import carts
from commerce.carts import CartView, CreateCart
from commerce.runtime import http, idempotency, ratelimit
from commerce.runtime.ratelimit import Limit

app = http.api()

NEW_CARTS = Limit("create_cart", burst=600, per_seconds=60)


@app.post("/carts", tags=["carts"], status_code=201)
def create_cart(body: CreateCart, idempotency_key: http.IdempotencyKey = None) -> http.Response[CartView]:
    """An empty cart. A guest is given its secret token, which every later call shows as X-Cart-Token."""
    who = http.caller()
    ratelimit.hold(NEW_CARTS, who.key)
    once = idempotency.begin("create_cart", scope=who.key, key=idempotency_key, request=body)
    cart = once.first(CartView) or carts.create(body, who, once)
    return http.created(carts.with_token(cart, who), f"/carts/{cart.id}")


handler = http.handler(app)
