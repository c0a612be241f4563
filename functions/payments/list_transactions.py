"""The books: GET /admin/transactions."""

from datetime import datetime
from typing import Annotated

from commerce.money import Currency
from commerce.payments import bookkeeping
from commerce.payments.bookkeeping import TransactionView, Wanted
from commerce.payments.ledger import Account, Booking
from commerce.runtime import http
from commerce.runtime.paging import Limit, Page

app = http.api()


@app.get("/admin/transactions", tags=["admin"])
def list_transactions(
    *,
    account: Annotated[Account | None, http.Query(description="One of whose postings is on this account")] = None,
    kind: Annotated[Booking | None, http.Query()] = None,
    order: Annotated[str, http.Query(max_length=64, description="Id of an order")] = "",
    payment: Annotated[str, http.Query(max_length=64, description="Id of a payment")] = "",
    currency: Annotated[Currency | None, http.Query()] = None,
    since: Annotated[datetime | None, http.Query(description="Booked at this moment or later (RFC 3339)")] = None,
    until: Annotated[datetime | None, http.Query(description="Booked before this moment (RFC 3339)")] = None,
    limit: Annotated[Limit, http.Query()] = 20,
    cursor: Annotated[str | None, http.Query(max_length=500)] = None,
) -> Page[TransactionView]:
    """A page of the ledger, the newest first; each transaction sums to zero, debits are positive."""
    wanted = Wanted(
        account=account,
        kind=kind,
        order_id=order,
        payment_id=payment,
        currency=currency or "",
        since=since,
        until=until,
    )
    return bookkeeping.list_transactions(wanted, limit=limit, cursor=cursor)


handler = http.handler(app)
