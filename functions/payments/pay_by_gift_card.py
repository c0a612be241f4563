"""A gift card pays for an order: POST /orders/{order_id}/gift-cards."""

from commerce import orders
from commerce.orders import OrderView
from commerce.payments.giftcards import paying
from commerce.payments.giftcards.model import GiftCardCode
from commerce.runtime import http
from commerce.runtime.caller import Caller
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.idempotency import Once

app = http.api()


@app.post("/orders/<order_id>/gift-cards", tags=["payments"])
def pay_by_gift_card(
    order_id: http.Id,
    body: GiftCardCode,
    order_token: http.OrderToken = None,
    idempotency_key: http.IdempotencyKey = None,
) -> OrderView:
    """Pays what is due, or as much as the card has, at once. What is left is paid by other cards or any other way."""
    who = http.caller(order_token=order_token)
    once = Once("pay_by_gift_card", scope=who.scope("order", order_id), key=idempotency_key, request=body)
    return once.answer(OrderView, lambda: pay(order_id, body.code, who, once))


def pay(order_id: str, code: str, who: Caller, once: Once) -> OrderView:
    """The card and the order, in one change; again where somebody else was quicker."""

    def attempt() -> OrderView:
        opened = orders.open_for_gift_card(order_id, who)
        changes = Changes()
        paid = paying.pay(
            changes,
            code=code,
            order_id=order_id,
            number=opened.number,
            due=opened.due,
            most=opened.coverable,
            first=not opened.tried,
            paying=opened.gift_cards,
        )
        if paid is None:
            return opened.view
        answer = orders.take_gift_card(
            changes,
            opened,
            payment_id=paid.id,
            gift_card_id=paid.gift_card_id,
            last4=paid.last4,
            amount=paid.amount,
        )
        once.keep(changes, answer)
        changes.commit()
        return answer

    return retry_stale(attempt)


handler = http.handler(app)
