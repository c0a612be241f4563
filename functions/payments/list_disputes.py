"""Payments that were disputed: GET /admin/disputes."""

from typing import Annotated

from commerce.payments import disputes
from commerce.payments.disputes import DisputeView
from commerce.payments.model import DisputeStatus
from commerce.runtime import http
from commerce.runtime.paging import Limit, Page

app = http.api()


@app.get("/admin/disputes", tags=["admin"])
def list_disputes(
    status: Annotated[DisputeStatus | None, http.Query()] = None,
    limit: Annotated[Limit, http.Query()] = 20,
    cursor: Annotated[str | None, http.Query(max_length=500)] = None,
) -> Page[DisputeView]:
    """A page of disputes, the newest first, with what they took and until when there is something to say."""
    return disputes.list_disputes(status=status, limit=limit, cursor=cursor)


handler = http.handler(app)
