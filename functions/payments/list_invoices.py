"""Invoices, credit notes and corrections: GET /admin/invoices."""

from datetime import date
from typing import Annotated

from commerce import invoices, orders
from commerce.invoices import DocumentView, Kind, Wanted
from commerce.runtime import access, http
from commerce.runtime.paging import Limit, Page

app = http.api()


@app.get("/admin/invoices", tags=["admin"])
def list_invoices(
    *,
    number: Annotated[str, http.Query(max_length=40, description="The whole number")] = "",
    order: Annotated[str, http.Query(max_length=64, description="Id or number of an order")] = "",
    kind: Annotated[Kind | None, http.Query()] = None,
    since: Annotated[date | None, http.Query(alias="from", description="The first day, of UTC")] = None,
    until: Annotated[date | None, http.Query(alias="to", description="The last day, of UTC")] = None,
    limit: Annotated[Limit, http.Query()] = 20,
    cursor: Annotated[str | None, http.Query(max_length=500)] = None,
) -> Page[DocumentView]:
    """A page of documents, the newest first, each with an address of its file that is good for `expires_in` seconds.
    Whose they are finds in their access log who saw them.
    """
    wanted = Wanted(number=number, order=order, kind=kind, since=since, until=until)
    page = invoices.list_documents(wanted, limit=limit, cursor=cursor)
    owners = orders.owners(document.order_id for document in page.items)
    access.note(http.caller().user_id, owners, "listed")
    return page


handler = http.handler(app)
