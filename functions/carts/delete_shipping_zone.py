"""Removes a shipping zone: DELETE /admin/shipping-zones/{zone_id}."""

from commerce.pricing import zone_admin
from commerce.runtime import http

app = http.api()


@app.delete("/admin/shipping-zones/<zone_id>", tags=["admin"], responses=http.empty(204))
def delete_shipping_zone(zone_id: http.Id, if_match: http.IfMatch = None) -> http.Response[str]:
    """Removes it; If-Match says which version is meant."""
    who = http.caller()
    zone_admin.delete(zone_id, version=http.required_version(if_match), who=who.user_id)
    return http.gone()


handler = http.handler(app)
