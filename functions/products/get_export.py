"""How far an export is, and its file: GET /admin/exports/{export_id}."""

from commerce.catalog.exchange import exporting
from commerce.catalog.exchange.exporting import ExportView
from commerce.runtime import http

app = http.api()


@app.get("/admin/exports/<export_id>", tags=["admin"])
def get_export(export_id: http.Id) -> ExportView:
    """Status and, once it is finished, a link that is good for five minutes."""
    return exporting.get_export(export_id)


handler = http.handler(app)
