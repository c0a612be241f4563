"""My devices: GET /auth/sessions."""

from typing import Annotated

from commerce.identity import sessions
from commerce.identity.sessions import SessionView
from commerce.runtime import http
from commerce.runtime.paging import Limit, Page

app = http.api()


@app.get("/auth/sessions", tags=["auth"])
def list_sessions(
    limit: Annotated[Limit, http.Query()] = 20,
    cursor: Annotated[str | None, http.Query(max_length=500)] = None,
) -> Page[SessionView]:
    """Where the caller is signed in now, the last sign-in first."""
    return sessions.list_sessions(http.caller(), limit=limit, cursor=cursor)


handler = http.handler(app)
