"""An import begins with a form: whoever has it uploads one file, and that starts the work. Undoing is asked for too."""

from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from commerce.catalog.events import ImportUndoRequested
from commerce.catalog.exchange.jobs import ImportView, view
from commerce.catalog.exchange.model import FILE_TYPES, MAX_BYTES, Format, Import, Policy
from commerce.catalog.exchange.store import IMPORTS
from commerce.runtime import audit, files, http
from commerce.runtime.caller import Caller
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.clock import Moment, now
from commerce.runtime.errors import Conflict, NotFound
from commerce.runtime.idempotency import Once
from commerce.runtime.ids import new_id
from commerce.runtime.settings import settings

UPLOAD_FOR = timedelta(hours=1)


class NotUndoable(Conflict):
    """409: there is nothing to take back (yet): a dry run, or an import that has not ended."""

    code, title = "not_undoable", "This import cannot be undone"


class ImportRequest(BaseModel):
    """A file that shall come in."""

    model_config = ConfigDict(extra="forbid")

    format: Format
    currency: Annotated[str, Field(description="What a CSV's prices are in; empty: the shop's default")] = ""
    policy: Annotated[
        Policy,
        Field(
            description="reject_everything: nothing comes in if one product fails; reject_failed_rows: failed products "
            "stay out; ignore_failed: cells that a product can do without and that are not valid are passed over"
        ),
    ] = "reject_failed_rows"
    dry_run: Annotated[bool, Field(description="Nothing is stored but what would happen")] = False
    file_name: Annotated[str, StringConstraints(max_length=255, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""


class ImportForm(BaseModel):
    """Post the fields and then the file, as `file`, to the address as multipart/form-data."""

    url: str
    fields: dict[str, str]
    expires_at: Moment
    max_bytes: int


class ImportStarted(ImportView):
    """The import, and the form by which its file comes."""

    upload: ImportForm | None


class _Kept(BaseModel):
    id: str


def start_import(request: ImportRequest, who: Caller, once: Once) -> ImportStarted:
    """A new import, which waits for its file.

    Raises:
        BadRequest: the shop does not sell in this currency.
    """
    currency = http.currency(request.currency)

    def start() -> ImportStarted:
        moment = now()
        job = Import(
            id=new_id("imp"),
            created_by=who.user_id,
            format=request.format,
            currency=currency,
            policy=request.policy,
            dry_run=request.dry_run,
            file_name=request.file_name,
            upload_until=moment + UPLOAD_FOR,
            created_at=moment,
            updated_at=moment,
        )
        changes = Changes()
        once.keep(changes, _Kept(id=job.id))
        changes.insert(IMPORTS, job)
        audit.note(changes, who=who.user_id, action="import.started", subject=job.id)
        changes.commit()
        return _started(job)

    return once.resume(_Kept, start, lambda kept: _started(_found(kept.id)))


def ask_for_undo(import_id: str, who: Caller) -> ImportView:
    """Has an import undone; asking again changes nothing.

    Raises:
        NotFound: there is no such import.
        NotUndoable: a dry run, or one that has not come to its end.
    """

    def ask() -> ImportView:
        job = _found(import_id)
        if job.status in ("undoing", "undone"):
            return view(job)
        if job.dry_run or job.status != "finished":
            raise NotUndoable(f"It is {job.status}{', and was a dry run' if job.dry_run else ''}.")
        job.status, job.then, job.updated_at = "undoing", "undone", now()
        changes = Changes()
        changes.replace(IMPORTS, job)
        changes.emit(ImportUndoRequested(import_id=job.id))
        audit.note(changes, who=who.user_id, action="import.undone", subject=job.id)
        changes.commit()
        return view(job)

    return retry_stale(ask)


def _found(import_id: str) -> Import:
    job = IMPORTS.get(import_id)
    if job is None:
        raise NotFound("There is no such import.")
    return job


def _started(job: Import) -> ImportStarted:
    form = None
    seconds = int((job.upload_until - now()).total_seconds())
    if job.status == "awaiting_upload" and seconds > 0:
        content_type = FILE_TYPES[job.format][1]
        bucket = settings().need("uploads_bucket")
        signed = files.upload_form(bucket, job.key, content_type=content_type, max_bytes=MAX_BYTES, seconds=seconds)
        form = ImportForm(url=signed["url"], fields=signed["fields"], expires_at=job.upload_until, max_bytes=MAX_BYTES)
    return ImportStarted(**view(job).model_dump(), upload=form)
