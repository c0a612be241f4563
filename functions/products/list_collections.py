"""Collections: GET /collections."""

from typing import Annotated

from commerce.catalog import collections
from commerce.catalog.collections import CollectionSummary
from commerce.runtime import http
from commerce.runtime.paging import Limit, Page

app = http.api()


@app.get("/collections", tags=["products"])
def list_collections(
    limit: Annotated[Limit, http.Query()] = 20,
    cursor: Annotated[str | None, http.Query(max_length=500)] = None,
) -> http.Response[Page[CollectionSummary]]:
    """A page of collections; `GET /products?collection=` lists what is in one."""
    page = collections.list_all(limit=limit, cursor=cursor)
    return http.cacheable(page, http.content_etag(page), seconds=30)


handler = http.handler(app)
