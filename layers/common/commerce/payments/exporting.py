"""The ledger as a file: a job that writes CSV to S3, one row per posting, oldest first. A run that is killed is made
anew: it writes the same rows over what it had.
"""

import csv
import io
from typing import Literal

from pydantic import BaseModel

from commerce.money import to_decimal
from commerce.payments.bookkeeping import Wanted
from commerce.payments.events import LedgerExportRequested
from commerce.payments.ledger import LEDGER, Transaction
from commerce.runtime import files
from commerce.runtime.caller import Caller
from commerce.runtime.changes import Changes
from commerce.runtime.clock import Moment, now, rfc3339
from commerce.runtime.consumer import Delivery
from commerce.runtime.errors import NotFound
from commerce.runtime.idempotency import Once
from commerce.runtime.ids import new_id
from commerce.runtime.mongo import Collection, Versioned
from commerce.runtime.settings import settings
from commerce.runtime.spreadsheets import disarm

COLUMNS = ("transaction", "at", "kind", "reference", "order", "payment", "account", "amount", "currency")
LINK_SECONDS = 300
PAGE = 1_000
MOST = 100_000  # Transactions: a year of a busy shop, and what one run writes in its time.


class LedgerExport(Versioned):
    """A file of the ledger that somebody asked for."""

    created_by: str
    wanted: Wanted
    status: Literal["queued", "finished", "failed"] = "queued"
    transactions: int = 0
    size: int = 0
    created_at: Moment
    finished_at: Moment | None = None

    @property
    def key(self) -> str:
        """The file's name in S3."""
        return f"exports/ledger/{self.id}.csv"


class LedgerExports(Collection[LedgerExport]):
    """The collection `ledger_exports`."""

    name = "ledger_exports"
    model = LedgerExport


EXPORTS = LedgerExports()


class LedgerExportView(BaseModel):
    """An export; `url` fetches the finished file for five minutes. `failed`: more than a hundred thousand transactions;
    ask for less at once. `size` in bytes.
    """

    id: str
    wanted: Wanted
    status: Literal["queued", "finished", "failed"]
    transactions: int
    size: int
    url: str | None
    url_expires_in: int | None
    created_by: str
    created_at: Moment
    finished_at: Moment | None


def start(wanted: Wanted, who: Caller, once: Once) -> LedgerExportView:
    """Has these transactions written to a file."""

    def begin() -> LedgerExportView:
        job = LedgerExport(id=new_id("lex"), created_by=who.user_id, wanted=wanted, created_at=now())
        changes = Changes()
        changes.insert(EXPORTS, job)
        shown = _view(job)
        once.keep(changes, shown)
        changes.emit(LedgerExportRequested(export_id=job.id))
        changes.commit()
        return shown

    return once.answer(LedgerExportView, begin)


def get(export_id: str) -> LedgerExportView:
    """An export, with a fresh link when it is finished.

    Raises:
        NotFound: there is none.
    """
    job = EXPORTS.get(export_id)
    if job is None:
        raise NotFound("There is no such export.")
    return _view(job)


def run(export_id: str, delivery: Delivery) -> None:
    """Writes the file."""
    changes = delivery.changes()
    job = EXPORTS.get(export_id)
    if job and job.status == "queued":
        _write(job)
        job.finished_at = now()
        changes.replace(EXPORTS, job)
    changes.commit()


def rows(booked: Transaction) -> list[list[str]]:
    """A transaction as rows of the file, amounts as exact decimals. What a spreadsheet would take for a formula is
    marked as text.
    """
    about = [booked.id, rfc3339(booked.at), booked.kind, booked.reference, booked.order_id, booked.payment_id]
    shown = [disarm(text) for text in about]
    currency = booked.currency
    return [[*shown, p.account, to_decimal(p.amount, currency), currency] for p in booked.postings]


def _write(job: LedgerExport) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    after, more = "", True
    while more and job.transactions <= MOST:
        page = LEDGER.walk(job.wanted.members(), job.wanted.ids(), after=after, limit=PAGE)
        for booked in page:
            writer.writerows(rows(booked))
        job.transactions += len(page)
        after, more = page[-1].id if page else "", len(page) == PAGE
    if job.transactions > MOST:
        job.status = "failed"
        return
    content = text.getvalue().encode()
    files.write(settings().need("uploads_bucket"), job.key, content, content_type="text/csv; charset=utf-8")
    job.status, job.size = "finished", len(content)


def _view(job: LedgerExport) -> LedgerExportView:
    url = None
    if job.status == "finished":
        name = f"ledger-{job.created_at:%Y-%m-%d}.csv"
        url = files.link(settings().need("uploads_bucket"), job.key, seconds=LINK_SECONDS, file_name=name)
    members = job.model_dump(exclude={"version"})
    return LedgerExportView(**members, url=url, url_expires_in=LINK_SECONDS if url else None)
