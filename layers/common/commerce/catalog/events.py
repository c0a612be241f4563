"""The facts that the catalogue publishes, source `souk.products`."""

from typing import ClassVar, Literal

from commerce.runtime.events import Fact


class ProductsChanged(Fact):
    """Products were written: made, changed, archived, or brought in by an import."""

    source: ClassVar[str] = "souk.products"

    product_ids: list[str]
    reason: Literal["created", "updated", "archived", "imported", "restored"]


class CategoryChanged(Fact):
    """A category has another title or another place: what says so about its products is out of date."""

    source: ClassVar[str] = "souk.products"

    category_id: str


class ReviewSubmitted(Fact):
    """A buyer has reviewed a product; staff has not read it yet."""

    source: ClassVar[str] = "souk.products"

    review_id: str
    product_id: str


class ReviewModerated(Fact):
    """Staff has published or rejected a review."""

    source: ClassVar[str] = "souk.products"

    review_id: str
    product_id: str
    status: Literal["published", "rejected"]


class ImportPaused(Fact):
    """An import, or its undoing, has worked for as long as one run may; the next run goes on."""

    source: ClassVar[str] = "souk.products"

    import_id: str


class ImportUndoRequested(Fact):
    """A person of the shop wants an import undone."""

    source: ClassVar[str] = "souk.products"

    import_id: str


class ImportFinished(Fact):
    """An import has come to its end, or has been undone. A dry run tells nothing."""

    source: ClassVar[str] = "souk.products"

    import_id: str
    status: Literal["finished", "rejected", "failed", "undone"]
    created: int
    updated: int
    unchanged: int
    failed: int


class ExportRequested(Fact):
    """A person of the shop wants the catalogue as a file, or the next run is to go on with it."""

    source: ClassVar[str] = "souk.products"

    export_id: str
