"""Who am I: GET /auth/session."""

from pydantic import BaseModel

from commerce.runtime import http
from commerce.runtime.clock import Moment, from_unix

app = http.api()


class Session(BaseModel):
    """The signed-in person, as the session token says. `impersonated_by` is someone of the house who is signed in as
    this person, empty as a rule.
    """

    user_id: str
    session_id: str
    role: str
    expires_at: Moment
    impersonated_by: str


@app.get("/auth/session", tags=["auth"])
def get_session() -> Session:
    """The caller's session. The token behind it lives 60 s; clients fetch fresh ones from Clerk."""
    who = http.caller()
    return Session(
        user_id=who.user_id,
        session_id=who.session_id,
        role=who.role,
        expires_at=from_unix(who.expires_at),
        impersonated_by=who.impersonated_by,
    )


handler = http.handler(app)
