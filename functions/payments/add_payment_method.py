"""A card is to be saved without a payment: POST /me/payment-methods."""

from commerce.payments import saved
from commerce.payments.saved import SavingCard
from commerce.runtime import http

app = http.api()


@app.post("/me/payment-methods", tags=["payments"], status_code=201)
def add_payment_method(idempotency_key: http.IdempotencyKey = None) -> http.Response[SavingCard]:
    """Begins it: with the client secret the browser brings the card to the provider. It never comes to the shop."""
    who = http.caller()
    return http.created(saved.begin(who.user_id, idempotency_key), "/me/payment-methods")


handler = http.handler(app)
