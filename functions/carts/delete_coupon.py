"""Removes a promotion: DELETE /admin/coupons/{coupon_id}."""

from commerce.pricing import promotion_admin
from commerce.runtime import http

app = http.api()


@app.delete("/admin/coupons/<coupon_id>", tags=["admin"], responses=http.empty(204))
def delete_coupon(coupon_id: http.Id, if_match: http.IfMatch = None) -> http.Response[str]:
    """Removes it; If-Match says which version is meant."""
    who = http.caller()
    promotion_admin.delete(coupon_id, version=http.required_version(if_match), who=who.user_id)
    return http.gone()


handler = http.handler(app)
