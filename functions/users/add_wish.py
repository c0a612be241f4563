"""I would like to have this: PUT /me/wishlist/{product_id}."""

from typing import Annotated

from commerce.runtime import http
from commerce.users import wishlist
from commerce.users.wishlist import WishView

app = http.api()


@app.put("/me/wishlist/<product_id>", tags=["users"])
def add_wish(
    product_id: Annotated[str, http.Path(max_length=255, description="Id or slug")],
    currency: Annotated[str, http.Query(description="ISO 4217; the shop's default if absent")] = "",
    language: Annotated[str, http.Query(description="ISO 639-1; the shop's default if absent")] = "",
) -> WishView:
    """Adds a product; one that is there already stays where it is."""
    who = http.caller()
    return wishlist.add(who.user_id, product_id, currency=http.currency(currency), language=http.language(language))


handler = http.handler(app)
