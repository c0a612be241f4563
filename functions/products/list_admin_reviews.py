"""Reviews of every status, for staff: GET /admin/reviews."""

from typing import Annotated

from commerce.catalog import reviews
from commerce.catalog.reviews import ReviewAdminView, ReviewStatus
from commerce.runtime import http
from commerce.runtime.paging import Limit, Page

app = http.api()


@app.get("/admin/reviews", tags=["admin"])
def list_admin_reviews(
    status: Annotated[ReviewStatus | None, http.Query()] = None,
    limit: Annotated[Limit, http.Query()] = 20,
    cursor: Annotated[str | None, http.Query(max_length=500)] = None,
) -> Page[ReviewAdminView]:
    """A page of reviews, the newest first."""
    return reviews.list_all(status=status, limit=limit, cursor=cursor)


handler = http.handler(app)
