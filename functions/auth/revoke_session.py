"""Signs one of my devices out: DELETE /auth/sessions/{session_id}."""

from commerce.identity import sessions
from commerce.runtime import http

app = http.api()


@app.delete("/auth/sessions/<session_id>", tags=["auth"], responses=http.empty(204))
def revoke_session(session_id: http.Id) -> http.Response[str]:
    """Ends the session; its last session token counts for up to a minute more. Done twice, it is done once."""
    sessions.revoke(session_id, http.caller())
    return http.gone()


handler = http.handler(app)
