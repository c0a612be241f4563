"""Changes a shipping method: PATCH /admin/shipping-methods/{method_id}."""

from commerce.pricing import method_admin
from commerce.pricing.method_admin import MethodPatch, MethodView
from commerce.runtime import http

app = http.api()


@app.patch("/admin/shipping-methods/<method_id>", tags=["admin"])
def update_shipping_method(
    method_id: http.Id, body: MethodPatch, if_match: http.IfMatch = None
) -> http.Response[MethodView]:
    """Changes the members that are given; If-Match says which version they were made from."""
    who = http.caller()
    version = http.required_version(if_match)
    changed = method_admin.update(method_id, body, version=version, who=who.user_id)
    return http.versioned(changed, changed.version)


handler = http.handler(app)
