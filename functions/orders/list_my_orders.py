"""My orders, newest first: GET /me/orders."""

from typing import Annotated

from commerce import orders
from commerce.orders import OrderSummary
from commerce.runtime import http
from commerce.runtime.paging import Limit, Page

app = http.api()


@app.get("/me/orders", tags=["orders"])
def list_my_orders(
    limit: Annotated[Limit, http.Query()] = 20,
    cursor: Annotated[str | None, http.Query(max_length=500)] = None,
) -> Page[OrderSummary]:
    """A page of the caller's orders."""
    who = http.caller()
    return orders.list_mine(who, limit=limit, cursor=cursor)


handler = http.handler(app)
