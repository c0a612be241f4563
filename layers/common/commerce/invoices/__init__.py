"""Invoices, credit notes and their corrections: gapless numbers, documents that never change, PDFs of them."""

from commerce.invoices.crediting import Refunded
from commerce.invoices.issuing import credit, issue, take_back
from commerce.invoices.model import DocumentView, InvoiceView, Kind, Paid, Sale
from commerce.invoices.privacy import erase, personal_data
from commerce.invoices.service import Wanted, list_documents, of_order

__all__ = [
    "DocumentView",
    "InvoiceView",
    "Kind",
    "Paid",
    "Refunded",
    "Sale",
    "Wanted",
    "credit",
    "erase",
    "issue",
    "list_documents",
    "of_order",
    "personal_data",
    "take_back",
]
