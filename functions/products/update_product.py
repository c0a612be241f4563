"""Changes a product: PATCH /admin/products/{product_id}."""

from commerce.catalog import admin
from commerce.catalog.admin import ProductAdminView
from commerce.catalog.product_input import ProductPatch
from commerce.runtime import http

app = http.api()


@app.patch("/admin/products/<product_id>", tags=["admin"])
def update_product(
    product_id: http.Id, body: ProductPatch, if_match: http.IfMatch = None
) -> http.Response[ProductAdminView]:
    """Changes the members that are given; If-Match says which version they were made from."""
    who = http.caller()
    changed = admin.update(product_id, body, version=http.required_version(if_match), who=who.user_id)
    return http.versioned(changed, changed.version)


handler = http.handler(app)
