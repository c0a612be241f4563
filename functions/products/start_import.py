"""A product file shall come in: POST /admin/imports."""

from commerce.catalog.exchange import starting
from commerce.catalog.exchange.starting import ImportRequest, ImportStarted
from commerce.runtime import http
from commerce.runtime.idempotency import Once

app = http.api()


@app.post("/admin/imports", tags=["admin"], status_code=201)
def start_import(body: ImportRequest, idempotency_key: http.IdempotencyKey = None) -> http.Response[ImportStarted]:
    """A new import and the form by which its file is uploaded; the work starts when the file is there."""
    who = http.caller()
    once = Once("start_import", scope=who.scope("import", ""), key=idempotency_key, request=body)
    started = starting.start_import(body, who, once)
    return http.created(started, f"/api/admin/imports/{started.id}")


handler = http.handler(app)
