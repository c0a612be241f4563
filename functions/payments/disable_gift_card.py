"""A gift card is stopped: POST /admin/gift-cards/{gift_card_id}/disable."""

from commerce.payments.giftcards import admin
from commerce.payments.giftcards.model import DisableGiftCard, GiftCardView
from commerce.runtime import http
from commerce.runtime.idempotency import Once

app = http.api()


@app.post("/admin/gift-cards/<gift_card_id>/disable", tags=["admin"])
def disable_gift_card(
    gift_card_id: http.Id, body: DisableGiftCard, idempotency_key: http.IdempotencyKey = None
) -> GiftCardView:
    """Nobody pays with it any more. What is on it, and what comes back to it, stays there."""
    who = http.caller()
    once = Once("disable_gift_card", scope=who.scope("gift_card", gift_card_id), key=idempotency_key, request=body)
    return admin.disable(gift_card_id, body, who=who.user_id, once=once)


handler = http.handler(app)
