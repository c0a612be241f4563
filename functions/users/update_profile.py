"""What I may say of myself: PATCH /me."""

from commerce import users
from commerce.runtime import http
from commerce.users import ProfilePatch, ProfileView

app = http.api()


@app.patch("/me", tags=["users"])
def update_profile(body: ProfilePatch, if_match: http.IfMatch = None) -> http.Response[ProfileView]:
    """Changes the members that are given. Email and phone are changed where one signs in."""
    who = http.caller()
    profile = users.update_profile(who.user_id, body, version=http.version_in(if_match))
    return http.versioned(profile, profile.version)


handler = http.handler(app)
