"""Give me all that you have about me: POST /me/export."""

from commerce import orders
from commerce.runtime import http
from commerce.runtime.idempotency import Once
from commerce.users import exporting
from commerce.users.exporting import PersonalExportView

app = http.api()


@app.post("/me/export", tags=["users"], status_code=202)
def export_data(idempotency_key: http.IdempotencyKey = None) -> http.Response[PersonalExportView]:
    """Has everything gathered from every service. Asked again within the hour, it is the same archive."""
    who = http.caller()
    once = Once("export_data", scope=who.scope("export", ""), key=idempotency_key)
    asked = once.answer(PersonalExportView, lambda: exporting.ask(who.user_id, orders.references, once))
    return http.accepted(asked)


handler = http.handler(app)
