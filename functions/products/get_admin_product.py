"""A product as staff sees it: GET /admin/products/{product_id}."""

from commerce.catalog import admin
from commerce.catalog.admin import ProductAdminView
from commerce.runtime import http

app = http.api()


@app.get("/admin/products/<product_id>", tags=["admin"])
def get_admin_product(product_id: http.Id) -> http.Response[ProductAdminView]:
    """Everything that is stored of it, whatever its status; the ETag is what If-Match wants."""
    product = admin.get(product_id)
    return http.versioned(product, product.version)


handler = http.handler(app)
