"""Makes a product: POST /admin/products."""

from commerce.catalog import admin
from commerce.catalog.admin import ProductAdminView
from commerce.catalog.product_input import ProductInput
from commerce.runtime import http
from commerce.runtime.idempotency import Once

app = http.api()


@app.post("/admin/products", tags=["admin"], responses=http.answers(ProductAdminView, 201))
def create_product(body: ProductInput, idempotency_key: http.IdempotencyKey = None) -> http.Response[ProductAdminView]:
    """Makes a product with its variants; a draft unless it says otherwise."""
    who = http.caller()
    once = Once("create_product", scope=who.scope("product", "new"), key=idempotency_key, request=body)
    made = once.answer(ProductAdminView, lambda: admin.create(body, who=who.user_id, once=once))
    return http.versioned(made, made.version, status=201, location=f"/admin/products/{made.id}")


handler = http.handler(app)
