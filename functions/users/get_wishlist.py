"""What I would like to have: GET /me/wishlist."""

from typing import Annotated

from commerce.runtime import http
from commerce.users import wishlist
from commerce.users.wishlist import WishlistView

app = http.api()


@app.get("/me/wishlist", tags=["users"])
def get_wishlist(
    currency: Annotated[str, http.Query(description="ISO 4217; the shop's default if absent")] = "",
    language: Annotated[str, http.Query(description="ISO 639-1; the shop's default if absent")] = "",
) -> WishlistView:
    """All wishes, the newest first, with today's prices. What is gone from the shop is shown as gone."""
    who = http.caller()
    return wishlist.get(who.user_id, currency=http.currency(currency), language=http.language(language))


handler = http.handler(app)
