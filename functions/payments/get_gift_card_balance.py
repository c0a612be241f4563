"""What is left on a gift card: POST /gift-cards/balance."""

from commerce.payments.giftcards import paying
from commerce.payments.giftcards.model import BalanceOf, GiftCardBalance
from commerce.runtime import http

app = http.api()


@app.post("/gift-cards/balance", tags=["payments"])
def get_gift_card_balance(body: BalanceOf) -> GiftCardBalance:
    """For whoever has the code. It stands in the body, since addresses are written into logs."""
    return paying.balance(body)


handler = http.handler(app)
