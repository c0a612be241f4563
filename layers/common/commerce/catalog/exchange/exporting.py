"""An export: the catalogue written to a file in S3, part by part, in a walk through the products by their ids.

What has been put into parts is never read again: a run that is killed, or whose time is up, is followed by one that
goes on behind the last part. Files of less than one part are made in one go, again if need be.
"""

from collections.abc import Callable, Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict

from commerce.catalog.categories import CATEGORIES, Tree
from commerce.catalog.events import ExportRequested
from commerce.catalog.exchange import jsonl, shopify_writer
from commerce.catalog.exchange.model import FILE_TYPES, NAMED, Export, Format, NamedProduct, Overtaken
from commerce.catalog.exchange.shopify_writer import Untellable
from commerce.catalog.exchange.store import EXPORTS
from commerce.catalog.model import Product
from commerce.catalog.store import PRODUCTS
from commerce.inventory import opening
from commerce.money import Currency
from commerce.runtime import files, http
from commerce.runtime.caller import Caller
from commerce.runtime.changes import Changes
from commerce.runtime.clock import Moment, now
from commerce.runtime.errors import Conflict, NotFound, Stale
from commerce.runtime.idempotency import Once
from commerce.runtime.ids import new_id
from commerce.runtime.settings import settings

LINK_SECONDS = 300
PAGE = 100


class ExportRequest(BaseModel):
    """What shall be exported. A CSV holds the prices of one currency; empty: the shop's default."""

    model_config = ConfigDict(extra="forbid")

    format: Format
    status: Literal["all", "draft", "active", "archived"] = "all"
    currency: str = ""


class ExportView(BaseModel):
    """An export; `url` fetches the finished file for five minutes. `left_out_named` names the first hundred products
    that the format cannot tell exactly.
    """

    id: str
    format: Format
    currency: Currency
    product_status: str
    status: Literal["queued", "running", "finished", "failed"]
    products: int
    left_out: int
    left_out_named: list[NamedProduct]
    size: int
    url: str | None
    url_expires_in: int | None
    created_by: str
    created_at: Moment
    updated_at: Moment
    finished_at: Moment | None


def start_export(request: ExportRequest, who: Caller, once: Once) -> ExportView:
    """Has the catalogue written to a file.

    Raises:
        BadRequest: the shop does not sell in this currency.
    """
    currency = http.currency(request.currency)

    def start() -> ExportView:
        moment = now()
        job = Export(
            id=new_id("exp"),
            created_by=who.user_id,
            format=request.format,
            currency=currency,
            product_status=request.status,
            created_at=moment,
            updated_at=moment,
        )
        shown = _view(job)
        changes = Changes()
        once.keep(changes, shown)
        changes.insert(EXPORTS, job)
        changes.emit(ExportRequested(export_id=job.id))
        changes.commit()
        return shown

    return once.answer(ExportView, start)


def get_export(export_id: str) -> ExportView:
    """An export, with a fresh link when it is finished.

    Raises:
        NotFound: there is none.
    """
    job = EXPORTS.get(export_id)
    if job is None:
        raise NotFound("There is no such export.")
    return _view(job)


def _view(job: Export) -> ExportView:
    url = None
    if job.status == "finished":
        name = f"products-{job.created_at:%Y-%m-%d}.{FILE_TYPES[job.format][0]}"
        url = files.link(settings().need("uploads_bucket"), job.key, seconds=LINK_SECONDS, file_name=name)
    members = job.model_dump(include=set(ExportView.model_fields))
    return ExportView(**members, url=url, url_expires_in=LINK_SECONDS if url else None)


def advance(export_id: str, seconds_left: Callable[[], float]) -> None:
    """Goes on with an export until the file is there or the time is up; then the next run is asked for.

    Raises:
        Overtaken: another run of it is at work.
    """
    job = EXPORTS.get(export_id)
    if job is None or job.status in ("finished", "failed"):
        return
    _Writer(job, seconds_left).run()


class _Writer:
    """One run of an export."""

    def __init__(self, job: Export, seconds_left: Callable[[], float]) -> None:
        self._job, self._seconds_left = job, seconds_left
        self._bucket = settings().need("uploads_bucket")
        self._content_type = FILE_TYPES[job.format][1]
        self._buffer = bytearray(shopify_writer.header() if job.format == "shopify_csv" and not job.parts else b"")

    def run(self) -> None:
        job = self._job
        tree = CATEGORIES.tree()
        for products in _pages(job):
            stock = opening.on_hand(variant.sku for product in products for variant in product.variants)
            for product in products:
                self._add(product, tree, stock)
            job.after = products[-1].id
            if len(self._buffer) >= files.PART_BYTES:
                self._put_part()
                if self._seconds_left() <= 0:
                    self._hand_over()
                    return
        self._finish()

    def _add(self, product: Product, tree: Tree, stock: dict[str, int]) -> None:
        job = self._job
        if job.format == "jsonl":
            self._buffer += jsonl.write(product, tree, stock)
        else:
            try:
                self._buffer += shopify_writer.write(product, tree, stock, job.currency)
            except Untellable as reason:
                job.left_out += 1
                if len(job.left_out_named) < NAMED:
                    job.left_out_named.append(NamedProduct(slug=product.slug, reason=str(reason)))
                return
        job.products += 1

    def _put_part(self) -> None:
        job = self._job
        if not job.upload_id:
            job.upload_id = files.begin_parts(self._bucket, job.key, content_type=self._content_type)
        number = len(job.parts) + 1
        job.parts.append(files.write_part(self._bucket, job.key, job.upload_id, number, bytes(self._buffer)))
        job.size += len(self._buffer)
        self._buffer.clear()
        job.status = "running"
        self._save(Changes())

    def _hand_over(self) -> None:
        changes = Changes()
        changes.emit(ExportRequested(export_id=self._job.id))
        changes.commit()

    def _finish(self) -> None:
        job = self._job
        if job.upload_id:
            if self._buffer:
                self._put_part()
            try:
                files.end_parts(self._bucket, job.key, job.upload_id, job.parts)
            except Conflict:
                self._begin_again()
                return
        else:
            job.size = len(self._buffer)
            files.write(self._bucket, job.key, bytes(self._buffer), content_type=self._content_type)
        job.status, job.finished_at = "finished", now()
        self._save(Changes())

    def _begin_again(self) -> None:
        """Another run wrote over a part, or S3 has forgotten the upload."""
        job = self._job
        job.upload_id, job.after, job.parts, job.left_out_named = "", "", [], []
        job.products = job.left_out = job.size = 0
        changes = Changes()
        changes.emit(ExportRequested(export_id=job.id))
        self._save(changes)

    def _save(self, changes: Changes) -> None:
        self._job.updated_at = now()
        changes.replace(EXPORTS, self._job)
        try:
            changes.commit()
        except Stale:
            raise Overtaken(f"{self._job.id} is being worked on.") from None


def _pages(job: Export) -> Iterator[list[Product]]:
    after = job.after
    where: dict[str, object] = {} if job.product_status == "all" else {"status": job.product_status}
    while True:
        found = PRODUCTS.find(where | ({"_id": {"$gt": after}} if after else {}), sort=[("_id", 1)], limit=PAGE)
        if found:
            yield found
        if len(found) < PAGE:
            return
        after = found[-1].id
