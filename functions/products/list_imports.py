"""All imports, the newest first: GET /admin/imports."""

from typing import Annotated

from commerce.catalog.exchange import jobs
from commerce.catalog.exchange.jobs import ImportView
from commerce.runtime import http
from commerce.runtime.paging import Limit, Page

app = http.api()


@app.get("/admin/imports", tags=["admin"])
def list_imports(
    limit: Annotated[Limit, http.Query()] = 20,
    cursor: Annotated[str | None, http.Query(max_length=500)] = None,
) -> Page[ImportView]:
    """A page, the newest first."""
    return jobs.list_imports(limit=limit, cursor=cursor)


handler = http.handler(app)
