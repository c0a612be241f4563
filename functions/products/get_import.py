"""How far an import is: GET /admin/imports/{import_id}."""

from commerce.catalog.exchange import jobs
from commerce.catalog.exchange.jobs import ImportView
from commerce.runtime import http

app = http.api()


@app.get("/admin/imports/<import_id>", tags=["admin"])
def get_import(import_id: http.Id) -> ImportView:
    """Status, counts and percent, readable while it runs."""
    return jobs.get_import(import_id)


handler = http.handler(app)
