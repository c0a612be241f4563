"""What I looked at last: GET /me/recently-viewed."""

from typing import Annotated

from commerce.runtime import http
from commerce.users import viewed
from commerce.users.viewed import ViewedList

app = http.api()


@app.get("/me/recently-viewed", tags=["users"])
def get_recently_viewed(
    currency: Annotated[str, http.Query(description="ISO 4217; the shop's default if absent")] = "",
    language: Annotated[str, http.Query(description="ISO 639-1; the shop's default if absent")] = "",
) -> ViewedList:
    """The last twenty products, the latest first; none for those who do not want the list to be kept."""
    who = http.caller()
    return viewed.get(who.user_id, currency=http.currency(currency), language=http.language(language))


handler = http.handler(app)
