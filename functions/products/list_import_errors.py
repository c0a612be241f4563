"""What an import could not use: GET /admin/imports/{import_id}/errors."""

from typing import Annotated

from commerce.catalog.exchange import jobs
from commerce.catalog.exchange.model import ImportFault
from commerce.runtime import http
from commerce.runtime.paging import Limit, Page

app = http.api()


@app.get("/admin/imports/<import_id>/errors", tags=["admin"])
def list_import_errors(
    import_id: http.Id,
    limit: Annotated[Limit, http.Query()] = 20,
    cursor: Annotated[str | None, http.Query(max_length=500)] = None,
) -> Page[ImportFault]:
    """A page, in the order of the file."""
    return jobs.import_errors(import_id, limit=limit, cursor=cursor)


handler = http.handler(app)
