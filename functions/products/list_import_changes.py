"""What an import changed, or would in a dry run: GET /admin/imports/{import_id}/changes."""

from typing import Annotated

from commerce.catalog.exchange import jobs
from commerce.catalog.exchange.model import ImportChange
from commerce.runtime import http
from commerce.runtime.paging import Limit, Page

app = http.api()


@app.get("/admin/imports/<import_id>/changes", tags=["admin"])
def list_import_changes(
    import_id: http.Id,
    limit: Annotated[Limit, http.Query()] = 20,
    cursor: Annotated[str | None, http.Query(max_length=500)] = None,
) -> Page[ImportChange]:
    """A page, in the order of the file."""
    return jobs.import_changes(import_id, limit=limit, cursor=cursor)


handler = http.handler(app)
