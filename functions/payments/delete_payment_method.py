"""A saved card is forgotten: DELETE /me/payment-methods/{payment_method_id}."""

from commerce.payments import saved
from commerce.runtime import http

app = http.api()


@app.delete("/me/payment-methods/<payment_method_id>", tags=["payments"], responses=http.empty(204))
def delete_payment_method(payment_method_id: http.Id) -> http.Response[str]:
    """Nobody can pay with it any more."""
    saved.delete(http.caller().user_id, payment_method_id)
    return http.gone()


handler = http.handler(app)
