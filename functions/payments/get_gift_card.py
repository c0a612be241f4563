"""A gift card: GET /admin/gift-cards/{gift_card_id}."""

from commerce.payments.giftcards import admin
from commerce.payments.giftcards.model import GiftCardDetail
from commerce.runtime import http

app = http.api()


@app.get("/admin/gift-cards/<gift_card_id>", tags=["admin"])
def get_gift_card(gift_card_id: http.Id) -> GiftCardDetail:
    """The card with all that moved its balance."""
    return admin.get(gift_card_id)


handler = http.handler(app)
