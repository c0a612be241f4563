"""Products, newest first: GET /products."""

from typing import Annotated

from commerce import catalog
from commerce.catalog import ProductSummary
from commerce.runtime import http
from commerce.runtime.paging import Limit, Page

app = http.api()


@app.get("/products", tags=["products"])
def list_products(
    category: Annotated[str, http.Query(max_length=120, description="Slug or id of a category")] = "",
    currency: Annotated[str, http.Query(description="ISO 4217; the shop's default if absent")] = "",
    language: Annotated[str, http.Query(description="ISO 639-1; the shop's default if absent")] = "",
    limit: Annotated[Limit, http.Query()] = 20,
    cursor: Annotated[str | None, http.Query(max_length=500)] = None,
) -> http.Response[Page[ProductSummary]]:
    """A page of active products."""
    page = catalog.list_products(
        category=category,
        currency=http.currency(currency),
        limit=limit,
        cursor=cursor,
        language=http.language(language),
    )
    return http.cacheable(page, http.content_etag(page), seconds=30)


handler = http.handler(app)
