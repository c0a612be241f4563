"""I look at this: PUT /me/recently-viewed."""

from commerce.runtime import http
from commerce.users import viewed
from commerce.users.viewed import LookedAt

app = http.api()


@app.put("/me/recently-viewed", tags=["users"], responses=http.empty(204))
def note_viewed(body: LookedAt) -> http.Response[str]:
    """Puts a product at the top of the list; for those who do not want one, nothing is noted."""
    who = http.caller()
    viewed.note(who.user_id, body)
    return http.gone()


handler = http.handler(app)
