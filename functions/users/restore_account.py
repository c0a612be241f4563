"""I have thought better of it: POST /me/restore."""

from commerce.runtime import http
from commerce.users import ProfileView, erasing

app = http.api()


@app.post("/me/restore", tags=["users"])
def restore_account(idempotency_key: http.IdempotencyKey = None) -> http.Response[ProfileView]:
    """Takes back the wish to be forgotten, while there is time. Done twice, or without a wish, nothing happens."""
    del idempotency_key  # It ends alike however often it is asked.
    who = http.caller()
    profile = erasing.take_back(who.user_id)
    return http.versioned(profile, profile.version)


handler = http.handler(app)
