"""What reconciliations found: GET /admin/reconciliations."""

from typing import Annotated

from commerce.payments import reports
from commerce.payments.reports import ReconciliationView
from commerce.runtime import http
from commerce.runtime.paging import Limit, Page

app = http.api()


@app.get("/admin/reconciliations", tags=["admin"])
def list_reconciliations(
    limit: Annotated[Limit, http.Query()] = 20,
    cursor: Annotated[str | None, http.Query(max_length=500)] = None,
) -> Page[ReconciliationView]:
    """A page of reports, the newest first: what was compared, healed, and is left."""
    return reports.list_reconciliations(limit=limit, cursor=cursor)


handler = http.handler(app)
