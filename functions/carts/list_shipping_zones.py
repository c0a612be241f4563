"""Where the shop sends to: GET /admin/shipping-zones."""

from typing import Annotated

from commerce.pricing import zone_admin
from commerce.pricing.zone_admin import ZoneView
from commerce.runtime import http
from commerce.runtime.paging import Limit, Page

app = http.api()


@app.get("/admin/shipping-zones", tags=["admin"])
def list_shipping_zones(
    limit: Annotated[Limit, http.Query()] = 20,
    cursor: Annotated[str | None, http.Query(max_length=500)] = None,
) -> Page[ZoneView]:
    """A page of shipping zones, the oldest first."""
    return zone_admin.list_all(limit=limit, cursor=cursor)


handler = http.handler(app)
