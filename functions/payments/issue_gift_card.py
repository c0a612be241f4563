"""The shop gives a gift card: POST /admin/gift-cards."""

from commerce.payments.giftcards import issuing
from commerce.payments.giftcards.model import IssuedGiftCard, IssueGiftCard
from commerce.runtime import http
from commerce.runtime.idempotency import Once

app = http.api()


@app.post("/admin/gift-cards", tags=["admin"], status_code=201)
def issue_gift_card(body: IssueGiftCard, idempotency_key: http.IdempotencyKey = None) -> http.Response[IssuedGiftCard]:
    """Makes a card and mails its code. This answer is the only one that holds the code."""
    who = http.caller()
    once = Once("issue_gift_card", scope=who.scope("gift_card", "new"), key=idempotency_key, request=body)
    card = issuing.issue(body, who=who.user_id, once=once)
    return http.created(card, f"/admin/gift-cards/{card.id}")


handler = http.handler(app)
