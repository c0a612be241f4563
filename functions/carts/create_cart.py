"""A new cart: POST /carts."""

from commerce import carts
from commerce.carts import CartView, CreateCart, Made
from commerce.runtime import http
from commerce.runtime.idempotency import Once

app = http.api()


@app.post("/carts", tags=["carts"], status_code=201, responses=http.answers(CartView, 200, 201))
def create_cart(body: CreateCart, idempotency_key: http.IdempotencyKey = None) -> http.Response[CartView]:
    """An empty cart; 200 with their own for a user who has one. A guest is given its secret token, which every later
    call shows as X-Cart-Token.
    """
    who = http.caller()
    once = Once("create_cart", scope=who.user_id or http.fingerprint(), key=idempotency_key, request=body)
    made = once.resume(CartView, lambda: carts.create(body, who, once), lambda first: Made(first, is_new=True))
    cart = carts.with_token(made.cart, who)
    return http.created(cart, f"/carts/{cart.id}") if made.is_new else http.existing(cart)


handler = http.handler(app)
