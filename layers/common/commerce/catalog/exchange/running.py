"""An import at work: chunk after chunk, each a transaction with its checkpoint, for as long as one run may.

Whoever is killed is followed by the next delivery, which goes on at the checkpoint. Two that run at the same time meet
at the job's version: one commits, the other finds that it moved, and leaves.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import batched
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Literal, cast

from commerce.catalog import shopify
from commerce.catalog.categories import CATEGORIES
from commerce.catalog.drafts import Entry, RowError
from commerce.catalog.events import ImportFinished, ImportPaused
from commerce.catalog.exchange import jsonl, undoing
from commerce.catalog.exchange.applying import Chunk
from commerce.catalog.exchange.model import MAX_BYTES, Import, ImportCounts, Overtaken
from commerce.catalog.exchange.patch import Patch, of_draft
from commerce.catalog.exchange.shelves import Shelves
from commerce.catalog.exchange.store import IMPORTS
from commerce.catalog.publishing import CACHE_SCOPE, SkuTaken, SlugTaken
from commerce.catalog.spreadsheet import UnreadableFile
from commerce.runtime import cache, files
from commerce.runtime.changes import Changes
from commerce.runtime.clock import now
from commerce.runtime.errors import Stale
from commerce.runtime.observability import logger
from commerce.runtime.settings import settings

CHUNK = 50
"""Products in one transaction."""
TRIES = 6
IN_MEMORY = 8 * 2**20

type SecondsLeft = Callable[[], float]
type Ending = Literal["finished", "rejected", "failed"]


def advance(import_id: str, seconds_left: SecondsLeft) -> None:
    """Goes on with an import, or its undoing, until it has ended or the time is up; then the next run is asked for.

    Raises:
        Overtaken: another run is at work.
    """
    job = IMPORTS.get(import_id)
    if job is None:
        logger.warning("A file of no import", extra={"import_id": import_id})
        return
    if job.status in ("awaiting_upload", "checking", "running"):
        job = _work(job, seconds_left)
    if job.status == "undoing":
        job = undoing.go_on(job, seconds_left)
    if job.status in ("checking", "running", "undoing"):
        changes = Changes()
        changes.emit(ImportPaused(import_id=job.id))
        changes.commit()
    logger.info(f"Import {job.status}", extra={"import_id": job.id, "rows_done": job.rows_done})


def _work(job: Import, seconds_left: SecondsLeft) -> Import:
    stored = files.look(settings().need("uploads_bucket"), job.key)
    if job.etag and stored.etag != job.etag:
        return _end(job, "failed", _fault("file_changed", "the file was replaced while it was being imported"))
    if stored.size > MAX_BYTES:
        return _end(job, "failed", _fault("file_too_large", f"the file is above {MAX_BYTES // 2**20} MB"))
    with _opened(job) as file:
        try:
            if job.status == "awaiting_upload":
                job = _begin(job, stored.etag, file)
            while job.status in ("checking", "running"):
                job = _pass(job, file, seconds_left)
                if seconds_left() <= 0:
                    break
        except UnreadableFile as error:
            return _end(job, "failed", error.error)
    return job


def _fault(code: str, message: str) -> RowError:
    return RowError(row=0, column="", code=code, message=message)


@contextmanager
def _opened(job: Import) -> Iterator[BinaryIO]:
    with SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        for part in files.chunks(settings().need("uploads_bucket"), job.key):
            file.write(part)
        file.seek(0)
        yield cast(BinaryIO, file)


def _begin(job: Import, etag: str, file: BinaryIO) -> Import:
    job = job.model_copy(deep=True)
    job.etag = etag
    job.rows_total = shopify.rows_in(file) if job.format == "shopify_csv" else jsonl.lines_in(file)
    job.status = "checking" if job.policy == "reject_everything" and not job.dry_run else "running"
    return _commit(job, Changes())


def _entries(job: Import, file: BinaryIO) -> Iterator[Entry[Patch]]:
    file.seek(0)
    lenient = job.policy == "ignore_failed"
    if job.format == "jsonl":
        yield from jsonl.entries(file, lenient=lenient, skip=job.position)
        return
    for entry in shopify.entries(file, currency=job.currency, lenient=lenient, skip=job.position):
        content = of_draft(entry.content) if entry.content else None
        yield Entry(entry.first_row, entry.last_row, entry.slug, content, entry.errors, entry.left_out)


def _pass(job: Import, file: BinaryIO, seconds_left: SecondsLeft) -> Import:
    """From the checkpoint on, to the end of the file, if there is time."""
    shelves = Shelves(CATEGORIES.tree())
    for entries in batched(_entries(job, file), CHUNK, strict=False):
        job, shelves = _take(job, shelves, entries)
        # At least one chunk in every run: else an import that begins late would ask for the next run for ever.
        if job.status == "undoing" or seconds_left() <= 0:
            return job
    if job.status == "checking" and not job.counts.failed:
        job = job.model_copy(deep=True)
        job.status, job.position, job.rows_done, job.counts = "running", 0, 0, ImportCounts()
        return _commit(job, Changes())
    return _end(job, "rejected" if job.status == "checking" else "finished")


def _take(job: Import, shelves: Shelves, entries: tuple[Entry[Patch], ...]) -> tuple[Import, Shelves]:
    """One chunk, tried again when a product of it was changed at the same moment."""
    for number in range(TRIES):
        try:
            return _try(job, shelves, entries)
        except (Stale, SkuTaken, SlugTaken):
            if number == TRIES - 1 or _moved(job):
                raise Overtaken(f"{job.id} did not hold still.") from None
            shelves = Shelves(CATEGORIES.tree())
    raise AssertionError("unreachable")


def _try(job: Import, shelves: Shelves, entries: tuple[Entry[Patch], ...]) -> tuple[Import, Shelves]:
    storing = job.status == "running" and not job.dry_run
    told = job.status == "running"
    chunk = Chunk(job.model_copy(deep=True), shelves, job.position, stored=storing, told=told)
    chunk.take(entries)
    if storing and job.policy == "reject_everything" and chunk.job.counts.failed:
        # What was well when the file was checked is not any more: all of it goes back.
        chunk = Chunk(job.model_copy(deep=True), Shelves(CATEGORIES.tree()), job.position, stored=False, told=False)
        chunk.take(entries)
        chunk.job.status, chunk.job.then = "undoing", "rejected"
    taken = _commit(chunk.job, chunk.changes)
    if chunk.stored:
        shelves.new.clear()
        if chunk.product_ids:
            cache.bump(CACHE_SCOPE)
    return taken, shelves


def _moved(job: Import) -> bool:
    current = IMPORTS.get(job.id)
    return current is None or current.version != job.version


def _end(job: Import, status: Ending, fault: RowError | None = None) -> Import:
    job = job.model_copy(deep=True)
    job.status, job.fault, job.finished_at = status, fault, now()
    if status == "finished":
        job.rows_done = job.rows_total
    changes = Changes()
    if not job.dry_run:
        counts = job.counts.model_dump(include={"created", "updated", "unchanged", "failed"})
        changes.emit(ImportFinished(import_id=job.id, status=status, **counts))
    return _commit(job, changes)


def _commit(job: Import, changes: Changes) -> Import:
    job.updated_at = now()
    changes.replace(IMPORTS, job)
    try:
        changes.commit()
    except Stale:
        if _moved(job.model_copy(update={"version": job.version - 1})):
            raise Overtaken(f"{job.id} is being worked on.") from None
        raise
    return job
