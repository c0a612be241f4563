"""How far an export of the books is, and its file: GET /admin/transactions/exports/{export_id}."""

from commerce.payments import exporting
from commerce.payments.exporting import LedgerExportView
from commerce.runtime import http

app = http.api()


@app.get("/admin/transactions/exports/<export_id>", tags=["admin"])
def get_transactions_export(export_id: http.Id) -> LedgerExportView:
    """Status and, once it is finished, a link that is good for five minutes."""
    return exporting.get(export_id)


handler = http.handler(app)
