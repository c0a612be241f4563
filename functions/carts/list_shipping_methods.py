"""How the shop sends: GET /admin/shipping-methods."""

from typing import Annotated

from commerce.pricing import method_admin
from commerce.pricing.method_admin import MethodView
from commerce.runtime import http
from commerce.runtime.paging import Limit, Page

app = http.api()


@app.get("/admin/shipping-methods", tags=["admin"])
def list_shipping_methods(
    zone_id: Annotated[str, http.Query(max_length=64)] = "",
    limit: Annotated[Limit, http.Query()] = 20,
    cursor: Annotated[str | None, http.Query(max_length=500)] = None,
) -> Page[MethodView]:
    """A page of shipping methods, the oldest first; of one zone, or all."""
    return method_admin.list_all(zone_id=zone_id, limit=limit, cursor=cursor)


handler = http.handler(app)
