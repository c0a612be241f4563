"""Imports and exports as jobs, and what is kept of an import: every product it touched, every cell it could not use."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from commerce.catalog.drafts import RowError
from commerce.money import Currency
from commerce.runtime.audit import Alteration
from commerce.runtime.clock import Moment
from commerce.runtime.errors import Conflict
from commerce.runtime.mongo import Document, Versioned

MAX_BYTES = 64 * 2**20
"""Bytes of a file that can be imported: some 200,000 rows."""
NAMED = 100
"""So many products are named in a job that speaks of some; the others are counted."""

type Format = Literal["shopify_csv", "jsonl"]
type Policy = Literal["reject_everything", "reject_failed_rows", "ignore_failed"]
type ImportStatus = Literal[
    "awaiting_upload", "checking", "running", "undoing", "finished", "rejected", "failed", "undone"
]
FILE_TYPES: dict[str, tuple[str, str]] = {
    "shopify_csv": ("csv", "text/csv"),
    "jsonl": ("jsonl", "application/x-ndjson"),
}


class NamedProduct(BaseModel):
    """A product that a job speaks of, and why."""

    slug: str
    reason: str


class Overtaken(Conflict):
    """409: another run of the same job is at work; the message comes again when that should have ended."""

    code, title = "overtaken", "Another run of this job is at work"


class ImportCounts(BaseModel):
    """Products by what became of them; `left_out` counts cells, `errors` what list_import_errors tells."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: int = 0
    left_out: int = 0
    errors: int = 0


class Import(Versioned):
    """An import. Its `position` (products taken) moves in the transaction that stores them."""

    created_by: str
    format: Format
    currency: Currency
    policy: Policy
    dry_run: bool
    file_name: str = ""
    status: ImportStatus = "awaiting_upload"
    upload_until: Moment
    etag: str = ""
    position: int = 0
    rows_done: int = 0
    rows_total: int = 0
    counts: ImportCounts = ImportCounts()
    restored: int = 0
    left: int = 0
    left_as_is: list[NamedProduct] = []
    then: Literal["rejected", "undone"] = "undone"
    """What it is once it has been undone: `rejected` where that was no person's wish."""
    fault: RowError | None = None
    """Why the file could not be read at all."""
    created_at: Moment
    updated_at: Moment
    finished_at: Moment | None = None

    @property
    def key(self) -> str:
        """The name of its file in the uploads bucket."""
        return f"imports/{self.id}.{FILE_TYPES[self.format][0]}"


class Touched(Document):
    """A product that an import made or changed, or would have in a dry run; what undoing it needs is here too."""

    import_id: str
    product_id: str
    slug: str
    row: int
    outcome: Literal["created", "updated"]
    state: Literal["dry", "applied", "restored", "left"]
    changes: list[Alteration] = []
    before: dict[str, Any] | None = None
    after_version: int = 1
    opened: dict[str, int] = {}
    """Opening stock by SKU that came with it."""
    reason: str = ""


class Fault(Document):
    """A cell or row that an import could not use. `effect`: the product stayed out, or only the cell."""

    import_id: str
    row: int
    column: str
    code: str
    message: str
    slug: str = ""
    effect: Literal["failed", "left_out"]


class Export(Versioned):
    """An export. Parts that S3 has are never written again: `after` is the last product in them."""

    created_by: str
    format: Format
    currency: Currency
    product_status: Literal["all", "draft", "active", "archived"] = "all"
    status: Literal["queued", "running", "finished", "failed"] = "queued"
    upload_id: str = ""
    parts: list[str] = []
    after: str = ""
    products: int = 0
    left_out: int = 0
    left_out_named: list[NamedProduct] = []
    size: int = 0
    created_at: Moment
    updated_at: Moment
    finished_at: Moment | None = None

    @property
    def key(self) -> str:
        """The name of its file in the uploads bucket."""
        return f"exports/{self.id}.{FILE_TYPES[self.format][0]}"


class ImportFault(BaseModel):
    """What could not be used: row as a spreadsheet or editor shows it, column as the file names it."""

    row: int
    column: str
    code: str
    message: str
    slug: str
    effect: Literal["failed", "left_out"]


class ImportChange(BaseModel):
    """A product that an import made or changed (in a dry run: would make or change), member by member."""

    row: int
    slug: str
    product_id: str
    outcome: Literal["created", "updated"]
    state: Annotated[Literal["dry", "applied", "restored", "left"], Field(description="restored, left: after undoing")]
    reason: str
    changes: list[Alteration]
