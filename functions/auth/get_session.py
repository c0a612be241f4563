"""Who am I: GET /auth/session."""

from pydantic import BaseModel

from commerce.runtime import http
from commerce.runtime.clock import Moment, from_unix

app = http.api()


class Session(BaseModel):
    """The signed-in person, as the session token says."""

    user_id: str
    session_id: str
    role: str
    expires_at: Moment


@app.get("/auth/session", tags=["auth"])
def get_session() -> Session:
    """The caller's session. The token behind it lives 60 s; clients fetch fresh ones from Clerk."""
    who = http.caller()
    expires_at = from_unix(who.expires_at)
    return Session(user_id=who.user_id, session_id=who.session_id, role=who.role, expires_at=expires_at)


handler = http.handler(app)
