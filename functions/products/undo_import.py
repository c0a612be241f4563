"""An import shall be taken back: POST /admin/imports/{import_id}/undo."""

from commerce.catalog.exchange import starting
from commerce.catalog.exchange.jobs import ImportView
from commerce.runtime import http

app = http.api()


@app.post("/admin/imports/<import_id>/undo", tags=["admin"], status_code=202)
def undo_import(import_id: http.Id, idempotency_key: http.IdempotencyKey = None) -> http.Response[ImportView]:
    """Products that nobody has changed since become what they were before. Asking again changes nothing."""
    del idempotency_key
    who = http.caller()
    asked = starting.ask_for_undo(import_id, who)
    return http.Response(202, "application/json", asked, {"Cache-Control": "no-store"})


handler = http.handler(app)
