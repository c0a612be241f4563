"""Changes a category: PATCH /admin/categories/{category_id}."""

from commerce.catalog import category_admin
from commerce.catalog.category_admin import CategoryPatch, CategoryView
from commerce.runtime import http

app = http.api()


@app.patch("/admin/categories/<category_id>", tags=["admin"])
def update_category(
    category_id: http.Id, body: CategoryPatch, if_match: http.IfMatch = None
) -> http.Response[CategoryView]:
    """Changes the members that are given; If-Match says which version they were made from."""
    who = http.caller()
    changed = category_admin.update(category_id, body, version=http.required_version(if_match), who=who.user_id)
    return http.versioned(changed, changed.version)


handler = http.handler(app)
