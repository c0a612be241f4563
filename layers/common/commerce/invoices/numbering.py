"""Numbers without a gap, whoever asks at the same moment and wherever it ends.

A number is taken in the transaction that stores its document: the counter is compared and set, and the document's cause
is unique. So either both are there or neither is; nothing is ever reserved, and nothing can be lost.

Series begin anew each year (of UTC, as all dates) unless the shop says otherwise. Within one, later numbers never bear
earlier times (Directive 2006/112/EC, article 226(2): "a sequential number, based on one or more series, which uniquely
identifies the invoice").
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from commerce.invoices.model import Content, Invoice, Kind, Seller
from commerce.invoices.store import INVOICES, SERIES, Series
from commerce.runtime.changes import Changes
from commerce.runtime.clock import now
from commerce.runtime.ids import new_id
from commerce.runtime.settings import Settings, settings

DIGITS = 6


def issue(content: Content, *, step: int) -> Invoice:
    """Gives a document its number and stores it. Three round trips.

    Args:
        content: what it says.
        step: its place among the documents of its order, from 1 on: it was made in view of all before it.

    Raises:
        Stale: someone else took the number, or made this document or another one of the order, at the same moment.
    """
    told, moment = settings(), now()
    series_id = _series(told, content.kind, moment)
    series = SERIES.get(series_id)
    issued_at = max(moment, series.last_at) if series else moment
    serial = series.last + 1 if series else 1
    document = Invoice(
        **dict(content),
        id=new_id("inv"),
        step=step,
        number=f"{series_id.partition('|')[2]}-{serial:0{DIGITS}}",
        series=series_id,
        serial=serial,
        issued_at=issued_at,
        issued_on=issued_at.date().isoformat(),
        seller=seller(told),
        locale=told.invoice_locale,
        keep_until=issued_at + timedelta(days=told.invoice_days),
    )
    changes = Changes()
    if series is None:
        changes.insert(SERIES, Series(id=series_id, last=1, last_at=issued_at))
    else:
        taken = {"$set": {"last": serial, "last_at": issued_at}}
        changes.update(SERIES, {"_id": series_id, "last": series.last}, taken)
    changes.insert(INVOICES, document)
    changes.commit()
    return document


def seller(told: Settings) -> Seller:
    """The legal entity that sells, as the settings describe it today."""
    return Seller(
        series=told.seller_id,
        name=told.seller_name,
        address=[line.strip() for line in told.seller_address.split("|") if line.strip()],
        vat_id=told.seller_vat_id,
        registration=told.seller_registration,
        email=told.seller_email,
    )


def _series(told: Settings, kind: Kind, moment: datetime) -> str:
    """`souk|INV-2026`: all that a number begins with is part of its series, so no two series give the same number."""
    prefixes: Mapping[Kind, str] = {
        "invoice": told.invoice_prefix,
        "credit_note": told.credit_note_prefix,
        "correction": told.correction_prefix,
    }
    return f"{told.seller_id}|{prefixes[kind]}{f'-{moment.year}' if told.invoice_numbers_by_year else ''}"
