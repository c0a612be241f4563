"""Makes a promotion: POST /admin/coupons."""

from commerce import users
from commerce.pricing import promotion_admin
from commerce.pricing.promotion_admin import PromotionView
from commerce.pricing.promotion_input import NewPromotion
from commerce.runtime import http
from commerce.runtime.idempotency import Once

app = http.api()


@app.post("/admin/coupons", tags=["admin"], responses=http.answers(PromotionView, 201))
def create_coupon(body: NewPromotion, idempotency_key: http.IdempotencyKey = None) -> http.Response[PromotionView]:
    """Makes a promotion."""
    who = http.caller()
    once = Once("create_coupon", scope=who.scope("coupon", "new"), key=idempotency_key, request=body)

    def make() -> PromotionView:
        users.require_account(body.user_id, "user_id")
        return promotion_admin.create(body, who=who.user_id, once=once)

    made = once.answer(PromotionView, make)
    return http.versioned(made, made.version, status=201, location=f"/admin/coupons/{made.id}")


handler = http.handler(app)
