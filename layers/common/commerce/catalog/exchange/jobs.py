"""Imports as people of the shop see them: how far they are, what they changed, what they could not use."""

from typing import Literal

from pydantic import BaseModel

from commerce.catalog.drafts import RowError
from commerce.catalog.exchange.model import (
    Format,
    Import,
    ImportChange,
    ImportCounts,
    ImportFault,
    NamedProduct,
    Policy,
)
from commerce.catalog.exchange.store import FAULTS, IMPORTS, TOUCHES
from commerce.money import Currency
from commerce.runtime import paging
from commerce.runtime.clock import Moment, now
from commerce.runtime.errors import NotFound
from commerce.runtime.paging import Page


class ImportRows(BaseModel):
    """How far it is; rows as the file counts them."""

    done: int
    total: int


class ImportUndo(BaseModel):
    """What undoing did; `left_as_is` names the first hundred of those that were left."""

    restored: int
    left: int
    left_as_is: list[NamedProduct]


class ImportView(BaseModel):
    """An import. `expired`: no file came while the form was good."""

    id: str
    format: Format
    currency: Currency
    policy: Policy
    dry_run: bool
    file_name: str
    status: Literal[
        "awaiting_upload", "expired", "checking", "running", "undoing", "finished", "rejected", "failed", "undone"
    ]
    percent: int
    rows: ImportRows
    counts: ImportCounts
    fault: RowError | None
    undo: ImportUndo | None
    created_by: str
    created_at: Moment
    updated_at: Moment
    finished_at: Moment | None


def view(job: Import) -> ImportView:
    """The import as it is shown."""
    expired = job.status == "awaiting_upload" and job.upload_until < now()
    undone = job.status in ("undoing", "undone") or job.restored or job.left
    return ImportView(
        **job.model_dump(
            include={
                "id", "format", "currency", "policy", "dry_run", "file_name", "counts", "fault", "created_by",
                "created_at", "updated_at", "finished_at",
            }
        ),
        status="expired" if expired else job.status,
        percent=_percent(job),
        rows=ImportRows(done=job.rows_done, total=job.rows_total),
        undo=ImportUndo(restored=job.restored, left=job.left, left_as_is=job.left_as_is) if undone else None,
    )  # fmt: skip


def _percent(job: Import) -> int:
    if job.finished_at is not None:
        return 100
    share = job.rows_done * 100 // max(1, job.rows_total)
    if job.policy == "reject_everything" and not job.dry_run:
        # The file is gone through twice: first to see that all of it is well.
        share = share // 2 + (50 if job.status == "running" else 0)
    return min(99, share)


def get_import(import_id: str) -> ImportView:
    """One import. One round trip.

    Raises:
        NotFound: there is none.
    """
    job = IMPORTS.get(import_id)
    if job is None:
        raise NotFound("There is no such import.")
    return view(job)


def list_imports(*, limit: int, cursor: str | None) -> Page[ImportView]:
    """The newest first. One round trip."""
    at = paging.position("imports", cursor)
    jobs = IMPORTS.page(at[0] if at else None, limit + 1)
    more = len(jobs) > limit
    jobs = jobs[:limit]
    following = paging.next_cursor("imports", [jobs[-1].id]) if more else None
    return Page[ImportView](items=[view(job) for job in jobs], next_cursor=following)


def import_errors(import_id: str, *, limit: int, cursor: str | None) -> Page[ImportFault]:
    """What could not be used, in the order of the file. Two round trips.

    Raises:
        NotFound: there is no such import.
    """
    get_import(import_id)
    listing = f"import_errors|{import_id}"
    at = paging.position(listing, cursor)
    found = FAULTS.page(import_id, at[0] if at else None, limit + 1)
    following = paging.next_cursor(listing, [found[limit - 1].id]) if len(found) > limit else None
    items = [ImportFault.model_validate(fault.model_dump()) for fault in found[:limit]]
    return Page[ImportFault](items=items, next_cursor=following)


def import_changes(import_id: str, *, limit: int, cursor: str | None) -> Page[ImportChange]:
    """The products that were made or changed (in a dry run: would be), in the order of the file. Two round trips.

    Raises:
        NotFound: there is no such import.
    """
    get_import(import_id)
    listing = f"import_changes|{import_id}"
    at = paging.position(listing, cursor)
    found = TOUCHES.page(import_id, at[0] if at else None, limit + 1)
    following = paging.next_cursor(listing, [found[limit - 1].id]) if len(found) > limit else None
    items = [ImportChange.model_validate(entry.model_dump()) for entry in found[:limit]]
    return Page[ImportChange](items=items, next_cursor=following)
