"""My orders, newest first: GET /me/orders."""

from datetime import date
from typing import Annotated

from commerce import orders
from commerce.orders import MyOrders, OrderStatus, OrderSummary
from commerce.runtime import http
from commerce.runtime.paging import Limit, Page

app = http.api()


@app.get("/me/orders", tags=["orders"])
def list_my_orders(
    *,
    status: Annotated[OrderStatus | None, http.Query()] = None,
    since: Annotated[date | None, http.Query(alias="from", description="Placed on this day (UTC) or later")] = None,
    until: Annotated[date | None, http.Query(alias="to", description="Placed on this day (UTC) or earlier")] = None,
    q: Annotated[str, http.Query(max_length=40, description="How its number begins")] = "",
    limit: Annotated[Limit, http.Query()] = 20,
    cursor: Annotated[str | None, http.Query(max_length=500)] = None,
) -> Page[OrderSummary]:
    """A page of the caller's orders."""
    who = http.caller()
    wanted = MyOrders(status=status, since=since, until=until, number=q)
    return orders.list_mine(who, wanted, limit=limit, cursor=cursor)


handler = http.handler(app)
