"""Invoices for those who may see them."""

from datetime import date

from pydantic import BaseModel

from commerce.invoices import filing
from commerce.invoices.model import DocumentView, Invoice, InvoiceView, Kind, NoInvoiceYet
from commerce.invoices.store import INVOICES
from commerce.runtime.ids import spelt_number
from commerce.runtime.paging import Page, next_cursor, position


class Wanted(BaseModel):
    """Which documents: of a number, of an order (its id or number), of one kind, of some days (both counted in)."""

    number: str = ""
    order: str = ""
    kind: Kind | None = None
    since: date | None = None
    until: date | None = None

    def members(self) -> dict[str, str]:
        """The members of a document that are asked for."""
        order = self.order.strip()
        named = "order_id" if order.startswith("ord_") else "order_number"
        asked = {
            "number": self.number.strip().upper(),
            named: order if named == "order_id" else spelt_number(order),
            "kind": self.kind,
        }
        return {name: value for name, value in asked.items() if value}

    def days(self) -> dict[str, str]:
        """The bounds of the date, as MongoDB's operators."""
        bounds = {"$gte": self.since, "$lte": self.until}
        return {operator: day.isoformat() for operator, day in bounds.items() if day}


def of_order(order_id: str) -> InvoiceView:
    """The invoice of an order, with its credit notes. Who may see the order is asked before. One round trip, and two
    for each document whose file is still missing.

    Raises:
        NoInvoiceYet: it has none.
    """
    documents = INVOICES.of_order(order_id)
    if not documents:
        raise NoInvoiceYet("It is made when the order is paid, within moments.")
    invoice, *others = documents
    return InvoiceView(**dict(view(invoice)), credit_notes=[view(document) for document in others])


def list_documents(wanted: Wanted, *, limit: int, cursor: str | None) -> Page[DocumentView]:
    """A page of documents, the newest first. One round trip, and two for each whose file is still missing.

    Raises:
        InvalidCursor: not ours, or of another list.
    """
    listing = f"invoices|{wanted.model_dump_json()}"
    after = position(listing, cursor)
    rows = INVOICES.page(
        wanted.members(),
        days=wanted.days(),
        before=(after[0], after[1]) if after else None,
        limit=limit + 1,
    )
    shown = rows[:limit]
    more = next_cursor(listing, [shown[-1].issued_on, shown[-1].id]) if len(rows) > limit else None
    return Page[DocumentView](items=[view(document) for document in shown], next_cursor=more)


def view(document: Invoice) -> DocumentView:
    """The document with an address of its file."""
    file = filing.filed(document)
    return DocumentView(
        id=document.id,
        kind=document.kind,
        number=document.number,
        order_id=document.order_id,
        order_number=document.order_number,
        issued_at=document.issued_at,
        total=document.money(document.total),
        reason=document.reason,
        url=filing.link(document.number, file),
        expires_in=filing.LINK_SECONDS,
        sha256=file.sha256,
    )
