"""Coupons, and promotions that apply by themselves: GET /admin/coupons."""

from typing import Annotated

from commerce.pricing import promotion_admin
from commerce.pricing.promotion_admin import PromotionRow
from commerce.runtime import http
from commerce.runtime.paging import Limit, Page

app = http.api()


@app.get("/admin/coupons", tags=["admin"])
def list_coupons(
    q: Annotated[str, http.Query(max_length=100, description="How a code begins")] = "",
    active: Annotated[bool | None, http.Query()] = None,
    automatic: Annotated[bool | None, http.Query()] = None,
    limit: Annotated[Limit, http.Query()] = 20,
    cursor: Annotated[str | None, http.Query(max_length=500)] = None,
) -> Page[PromotionRow]:
    """A page of promotions, the newest first; with `q` by code."""
    return promotion_admin.list_all(q=q, active=active, automatic=automatic, limit=limit, cursor=cursor)


handler = http.handler(app)
