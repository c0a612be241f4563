"""Takes a product out of the shop: POST /admin/products/{product_id}/archive."""

from commerce.catalog import admin
from commerce.catalog.admin import ProductAdminView
from commerce.runtime import http

app = http.api()


@app.post("/admin/products/<product_id>/archive", tags=["admin"])
def archive_product(product_id: http.Id, if_match: http.IfMatch = None) -> http.Response[ProductAdminView]:
    """Takes it out of lists, search and direct links; PATCH of its status brings it back."""
    who = http.caller()
    archived = admin.archive(product_id, version=http.required_version(if_match), who=who.user_id)
    return http.versioned(archived, archived.version)


handler = http.handler(app)
