"""What buyers say: GET /products/{product_id}/reviews."""

from typing import Annotated

from commerce.catalog import reviews
from commerce.catalog.reviews import ReviewPage
from commerce.runtime import http
from commerce.runtime.paging import Limit

app = http.api()


@app.get("/products/<product_id>/reviews", tags=["products"])
def list_reviews(
    product_id: Annotated[str, http.Path(max_length=255, description="Id or slug")],
    limit: Annotated[Limit, http.Query()] = 20,
    cursor: Annotated[str | None, http.Query(max_length=500)] = None,
) -> http.Response[ReviewPage]:
    """A page of published reviews, the newest first, and all ratings in short."""
    page = reviews.list_published(product_id, limit=limit, cursor=cursor)
    return http.cacheable(page, http.content_etag(page), seconds=30)


handler = http.handler(app)
