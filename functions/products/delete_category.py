"""Removes a category: DELETE /admin/categories/{category_id}."""

from commerce.catalog import category_admin
from commerce.runtime import http

app = http.api()


@app.delete("/admin/categories/<category_id>", tags=["admin"], responses=http.empty(204))
def delete_category(category_id: http.Id, if_match: http.IfMatch = None) -> http.Response[str]:
    """Removes it; If-Match says which version is meant."""
    who = http.caller()
    category_admin.delete(category_id, version=http.required_version(if_match), who=who.user_id)
    return http.gone()


handler = http.handler(app)
