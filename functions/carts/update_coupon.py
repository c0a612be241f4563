"""Changes a promotion: PATCH /admin/coupons/{coupon_id}."""

from commerce import users
from commerce.pricing import promotion_admin
from commerce.pricing.promotion_admin import PromotionView
from commerce.pricing.promotion_input import PromotionPatch
from commerce.runtime import http

app = http.api()


@app.patch("/admin/coupons/<coupon_id>", tags=["admin"])
def update_coupon(
    coupon_id: http.Id, body: PromotionPatch, if_match: http.IfMatch = None
) -> http.Response[PromotionView]:
    """Changes the members that are given; If-Match says which version they were made from."""
    who = http.caller()
    version = http.required_version(if_match)
    users.require_account(body.user_id or "", "user_id")
    changed = promotion_admin.update(coupon_id, body, version=version, who=who.user_id)
    return http.versioned(changed, changed.version)


handler = http.handler(app)
