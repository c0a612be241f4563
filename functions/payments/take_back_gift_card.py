"""A gift card that paid is taken back: DELETE /orders/{order_id}/gift-cards/{payment_id}."""

from commerce import orders
from commerce.orders import OrderView
from commerce.payments.giftcards import paying
from commerce.runtime import http
from commerce.runtime.changes import Changes, retry_stale

app = http.api()


@app.delete("/orders/<order_id>/gift-cards/<payment_id>", tags=["payments"])
def take_back_gift_card(order_id: http.Id, payment_id: http.Id, order_token: http.OrderToken = None) -> OrderView:
    """Gives the card back what it paid, as long as the order is not paid. Asked again, it is done already."""
    who = http.caller(order_token=order_token)

    def attempt() -> OrderView:
        opened = orders.open_for_taking_back(order_id, payment_id, who)
        if opened.gave_up(payment_id):
            return opened.view
        changes = Changes()
        paying.take_back(changes, payment_id, order_id)
        answer = orders.give_up_gift_card(changes, opened, payment_id)
        changes.commit()
        return answer

    return retry_stale(attempt)


handler = http.handler(app)
