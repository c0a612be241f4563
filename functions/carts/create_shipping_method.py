"""Makes a shipping method: POST /admin/shipping-methods."""

from commerce.pricing import method_admin
from commerce.pricing.method_admin import MethodView, NewMethod
from commerce.runtime import http
from commerce.runtime.idempotency import Once

app = http.api()


@app.post("/admin/shipping-methods", tags=["admin"], responses=http.answers(MethodView, 201))
def create_shipping_method(body: NewMethod, idempotency_key: http.IdempotencyKey = None) -> http.Response[MethodView]:
    """Makes a shipping method."""
    who = http.caller()
    once = Once("create_shipping_method", scope=who.scope("shipping_method", "new"), key=idempotency_key, request=body)
    made = once.answer(MethodView, lambda: method_admin.create(body, who=who.user_id, once=once))
    return http.versioned(made, made.version, status=201, location=f"/admin/shipping-methods/{made.id}")


handler = http.handler(app)
