"""What I allow: GET /me/consents."""

from commerce.runtime import http
from commerce.users import consents
from commerce.users.consents import ConsentsView

app = http.api()


@app.get("/me/consents", tags=["users"])
def get_consents() -> ConsentsView:
    """What counts now, and what was said before."""
    who = http.caller()
    return consents.get(who.user_id)


handler = http.handler(app)
