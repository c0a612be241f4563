"""I would not like to have this any more: DELETE /me/wishlist/{product_id}."""

from commerce.runtime import http
from commerce.users import wishlist

app = http.api()


@app.delete("/me/wishlist/<product_id>", tags=["users"], responses=http.empty(204))
def remove_wish(product_id: http.Id) -> http.Response[str]:
    """Takes a product out, whether or not the shop still has it, or it was there."""
    who = http.caller()
    wishlist.remove(who.user_id, product_id)
    return http.gone()


handler = http.handler(app)
