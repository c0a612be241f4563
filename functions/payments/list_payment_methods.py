"""My saved cards: GET /me/payment-methods."""

from commerce.payments import saved
from commerce.payments.saved import SavedCards
from commerce.runtime import http

app = http.api()


@app.get("/me/payment-methods", tags=["payments"])
def list_payment_methods() -> SavedCards:
    """The newest first, as the provider has them at this moment."""
    return saved.list_cards(http.caller().user_id)


handler = http.handler(app)
