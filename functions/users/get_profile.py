"""Who I am to the shop: GET /me."""

from commerce import users
from commerce.runtime import http
from commerce.users import ProfileView

app = http.api()


@app.get("/me", tags=["users"])
def get_profile() -> http.Response[ProfileView]:
    """The caller's profile; a bare one where the sign-in has not told the shop of them yet."""
    who = http.caller()
    profile = users.get_profile(who.user_id)
    return http.versioned(profile, profile.version)


handler = http.handler(app)
