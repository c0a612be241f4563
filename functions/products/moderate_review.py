"""Publishes or rejects a review: POST /admin/reviews/{review_id}/moderation."""

from commerce.catalog import reviews
from commerce.catalog.reviews import Moderation, ReviewAdminView
from commerce.runtime import http

app = http.api()


@app.post("/admin/reviews/<review_id>/moderation", tags=["admin"])
def moderate_review(
    review_id: http.Id, body: Moderation, if_match: http.IfMatch = None
) -> http.Response[ReviewAdminView]:
    """Decides on a review; what was published may be rejected later, and the other way round."""
    who = http.caller()
    decided = reviews.moderate(review_id, body, version=http.required_version(if_match), who=who.user_id)
    return http.versioned(decided, decided.version)


handler = http.handler(app)
