"""The catalogue as a file: POST /admin/exports."""

from commerce.catalog.exchange import exporting
from commerce.catalog.exchange.exporting import ExportRequest, ExportView
from commerce.runtime import http
from commerce.runtime.idempotency import Once

app = http.api()


@app.post("/admin/exports", tags=["admin"], status_code=202)
def export_products(body: ExportRequest, idempotency_key: http.IdempotencyKey = None) -> http.Response[ExportView]:
    """Has the catalogue written to a file, in a format that an import takes."""
    who = http.caller()
    once = Once("export_products", scope=who.scope("export", ""), key=idempotency_key, request=body)
    asked = exporting.start_export(body, who, once)
    headers = {"Location": f"/api/admin/exports/{asked.id}", "Cache-Control": "no-store"}
    return http.Response(202, "application/json", asked, headers)


handler = http.handler(app)
