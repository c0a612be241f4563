"""Gift cards: GET /admin/gift-cards."""

from typing import Annotated

from commerce.payments.giftcards import admin
from commerce.payments.giftcards.model import GiftCardView
from commerce.runtime import http
from commerce.runtime.paging import Limit, Page

app = http.api()


@app.get("/admin/gift-cards", tags=["admin"])
def list_gift_cards(
    *,
    email: Annotated[str, http.Query(max_length=254, description="Sent to this address")] = "",
    last4: Annotated[str, http.Query(max_length=4, description="The last signs of the code")] = "",
    currency: Annotated[str, http.Query(max_length=3)] = "",
    limit: Annotated[Limit, http.Query()] = 20,
    cursor: Annotated[str | None, http.Query(max_length=500)] = None,
) -> Page[GiftCardView]:
    """A page of gift cards, the newest first."""
    return admin.list_all(email=email, last4=last4, currency=currency, limit=limit, cursor=cursor)


handler = http.handler(app)
