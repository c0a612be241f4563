"""Changes a shipping zone: PATCH /admin/shipping-zones/{zone_id}."""

from commerce.pricing import zone_admin
from commerce.pricing.zone_admin import ZonePatch, ZoneView
from commerce.runtime import http

app = http.api()


@app.patch("/admin/shipping-zones/<zone_id>", tags=["admin"])
def update_shipping_zone(zone_id: http.Id, body: ZonePatch, if_match: http.IfMatch = None) -> http.Response[ZoneView]:
    """Changes the members that are given; If-Match says which version they were made from."""
    who = http.caller()
    version = http.required_version(if_match)
    changed = zone_admin.update(zone_id, body, version=version, who=who.user_id)
    return http.versioned(changed, changed.version)


handler = http.handler(app)
