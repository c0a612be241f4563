"""Removes a shipping method: DELETE /admin/shipping-methods/{method_id}."""

from commerce.pricing import method_admin
from commerce.runtime import http

app = http.api()


@app.delete("/admin/shipping-methods/<method_id>", tags=["admin"], responses=http.empty(204))
def delete_shipping_method(method_id: http.Id, if_match: http.IfMatch = None) -> http.Response[str]:
    """Removes it; If-Match says which version is meant."""
    who = http.caller()
    method_admin.delete(method_id, version=http.required_version(if_match), who=who.user_id)
    return http.gone()


handler = http.handler(app)
