"""Forget me: DELETE /me."""

from commerce.runtime import http
from commerce.users import ProfileView, erasing

app = http.api()


@app.delete("/me", tags=["users"], status_code=202)
def delete_account() -> http.Response[ProfileView]:
    """The account is erased when the time to think better of it is over: `erase_at` says when."""
    who = http.caller()
    return http.accepted(erasing.ask(who.user_id))


handler = http.handler(app)
