"""How far it is, and where it lies: GET /me/export."""

from commerce.runtime import http
from commerce.users import exporting
from commerce.users.exporting import PersonalExportView

app = http.api()


@app.get("/me/export", tags=["users"])
def get_my_export() -> PersonalExportView:
    """The last export that was asked for; once it is ready, with a link that is good for five minutes."""
    who = http.caller()
    return exporting.get(who.user_id)


handler = http.handler(app)
