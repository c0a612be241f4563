"""What went back of a payment: GET /admin/payments/{payment_id}/refunds."""

from typing import Annotated

from commerce.payments import refunding
from commerce.payments.refunding import RefundView
from commerce.runtime import http
from commerce.runtime.paging import Limit, Page

app = http.api()


@app.get("/admin/payments/<payment_id>/refunds", tags=["admin"])
def list_refunds(
    payment_id: http.Id,
    limit: Annotated[Limit, http.Query()] = 20,
    cursor: Annotated[str | None, http.Query(max_length=500)] = None,
) -> Page[RefundView]:
    """A page of refunds with what each was for, the newest first."""
    return refunding.list_refunds(payment_id, limit=limit, cursor=cursor)


handler = http.handler(app)
