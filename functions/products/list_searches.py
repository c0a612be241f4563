"""What was looked for and not found: GET /admin/search/queries."""

from typing import Annotated

from commerce.catalog.search import queries
from commerce.catalog.search.queries import MissedView
from commerce.runtime import http
from commerce.runtime.paging import Limit, Page

app = http.api()


@app.get("/admin/search/queries", tags=["products"])
def list_searches(
    limit: Annotated[Limit, http.Query()] = 20,
    cursor: Annotated[str | None, http.Query(max_length=500)] = None,
) -> Page[MissedView]:
    """Words that found nothing in the last 30 days, the most frequent first."""
    return queries.list_searches(limit=limit, cursor=cursor)


handler = http.handler(app)
