"""The books as a file: POST /admin/transactions/exports."""

from commerce.payments import exporting
from commerce.payments.bookkeeping import Wanted
from commerce.payments.exporting import LedgerExportView
from commerce.runtime import http
from commerce.runtime.idempotency import Once

app = http.api()


@app.post("/admin/transactions/exports", tags=["admin"], status_code=202)
def export_transactions(body: Wanted, idempotency_key: http.IdempotencyKey = None) -> http.Response[LedgerExportView]:
    """Has the transactions that are wanted written to a CSV file, a row per posting."""
    who = http.caller()
    once = Once("export_transactions", scope=who.scope("export", ""), key=idempotency_key, request=body)
    asked = exporting.start(body, who, once)
    headers = {"Location": f"/api/admin/transactions/exports/{asked.id}", "Cache-Control": "no-store"}
    return http.Response(202, "application/json", asked, headers)


handler = http.handler(app)
