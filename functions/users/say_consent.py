"""I allow this, or not: PUT /me/consents."""

from commerce.runtime import http
from commerce.users import consents
from commerce.users.consents import ConsentsView, SayConsent

app = http.api()


@app.put("/me/consents", tags=["users"])
def say_consent(body: SayConsent) -> ConsentsView:
    """Adds a statement with its proof; what was said before stays on record."""
    who = http.caller()
    return consents.say(who.user_id, body, address=who.address)


handler = http.handler(app)
