"""Makes a shipping zone: POST /admin/shipping-zones."""

from commerce.pricing import zone_admin
from commerce.pricing.zone_admin import NewZone, ZoneView
from commerce.runtime import http
from commerce.runtime.idempotency import Once

app = http.api()


@app.post("/admin/shipping-zones", tags=["admin"], responses=http.answers(ZoneView, 201))
def create_shipping_zone(body: NewZone, idempotency_key: http.IdempotencyKey = None) -> http.Response[ZoneView]:
    """Makes a shipping zone."""
    who = http.caller()
    once = Once("create_shipping_zone", scope=who.scope("shipping_zone", "new"), key=idempotency_key, request=body)
    made = once.answer(ZoneView, lambda: zone_admin.create(body, who=who.user_id, once=once))
    return http.versioned(made, made.version, status=201, location=f"/admin/shipping-zones/{made.id}")


handler = http.handler(app)
