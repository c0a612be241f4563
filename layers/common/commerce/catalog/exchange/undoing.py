"""An import taken back, the last product first: what nobody has changed since is what it was before."""

from collections.abc import Callable
from typing import Any

from commerce.catalog import publishing
from commerce.catalog.categories import CATEGORIES, Tree
from commerce.catalog.events import ImportFinished
from commerce.catalog.exchange.model import NAMED, Import, NamedProduct, Overtaken, Touched
from commerce.catalog.exchange.store import IMPORTS, TOUCHES, owners
from commerce.catalog.listings import LISTINGS
from commerce.catalog.model import Product
from commerce.catalog.publishing import CACHE_SCOPE, SkuTaken, SlugTaken
from commerce.catalog.standings import STANDINGS, Standing
from commerce.catalog.store import PRODUCTS
from commerce.inventory import opening
from commerce.runtime import audit, cache
from commerce.runtime.changes import Changes
from commerce.runtime.clock import now
from commerce.runtime.errors import Stale

CHUNK = 50
TRIES = 6


def go_on(job: Import, seconds_left: Callable[[], float]) -> Import:
    """Takes back what is left to take back, while there is time."""
    tree = CATEGORIES.tree()
    while job.status == "undoing":
        for number in range(TRIES):
            try:
                job = _step(job, tree)
                break
            except (Stale, SkuTaken, SlugTaken):
                current = IMPORTS.get(job.id)
                if number == TRIES - 1 or current is None or current.version != job.version:
                    raise Overtaken(f"{job.id} is being worked on.") from None
        if seconds_left() <= 0:
            break
    return job


def _step(before: Import, tree: Tree) -> Import:
    job = before.model_copy(deep=True)
    changes = Changes()
    touched = TOUCHES.to_undo(job.id, CHUNK)
    step = _Step(job, tree, changes, touched)
    for one in touched:
        reason = step.take_back(one)
        job.restored += not reason
        job.left += bool(reason)
        if reason and len(job.left_as_is) < NAMED:
            job.left_as_is.append(NamedProduct(slug=one.slug, reason=reason))
        state = {"state": "left" if reason else "restored", "reason": reason}
        changes.update(TOUCHES, {"_id": one.id, "state": "applied"}, {"$set": state})
    if step.product_ids:
        publishing.announce(changes, step.product_ids, "restored")
    if not touched:
        job.status, job.finished_at = job.then, now()
        counts = job.counts.model_dump(include={"created", "updated", "unchanged", "failed"})
        changes.emit(ImportFinished(import_id=job.id, status=job.then, **counts))
    job.updated_at = now()
    changes.replace(IMPORTS, job)
    changes.commit()
    if step.product_ids:
        cache.bump(CACHE_SCOPE)
    return job


class _Step:
    """What the products of one step are now. Four round trips."""

    def __init__(self, job: Import, tree: Tree, changes: Changes, touched: list[Touched]) -> None:
        self._job, self._tree, self._changes = job, tree, changes
        ids = [one.product_id for one in touched]
        self._now = {product.id: product for product in PRODUCTS.find({"_id": {"$in": sorted(ids)}})} if ids else {}
        self._standings = STANDINGS.of(ids) if ids else {}
        opened = {sku: quantity for one in touched for sku, quantity in one.opened.items()}
        self._untouched = set(opening.untouched(opened)) if opened else set()
        skus = [variant["sku"] for one in touched for variant in (one.before or {}).get("variants", ())]
        self._owners = owners(PRODUCTS, skus)
        self.product_ids: list[str] = []

    def take_back(self, one: Touched) -> str:
        """Adds what takes a product back to the change; or says why it stays as it is."""
        product, standing = self._now.get(one.product_id), self._standings.get(one.product_id)
        if product is None or standing is None:
            return "it is not there any more"
        if product.version != one.after_version:
            return "it was changed since"
        if one.before is None:
            return self._remove(one, product, standing)
        return self._restore(one, product, standing, Product.model_validate(one.before))

    def _remove(self, one: Touched, product: Product, standing: Standing) -> str:
        if standing.sales or standing.rating_count:
            return "it was sold or reviewed since"
        if one.opened.keys() - self._untouched:
            return "its stock has moved since"
        self._changes.delete(PRODUCTS, {"_id": product.id, "version": product.version}, otherwise=Stale())
        self._changes.delete(STANDINGS, {"_id": product.id, "version": standing.version}, otherwise=Stale())
        self._changes.delete(LISTINGS, {"_id": product.id})
        opening.close_levels(self._changes, one.opened, reference=self._job.id)
        self._note(product, "product.removed", None)
        return ""

    def _restore(self, one: Touched, product: Product, standing: Standing, before: Product) -> str:
        if any(self._owners.get(variant.sku, product.id) != product.id for variant in before.variants):
            return "a SKU of it belongs to another product by now"
        before.version = product.version
        unused = {sku: one.opened[sku] for sku in one.opened if sku in self._untouched and before.variant(sku) is None}
        publishing.put(self._changes, before, known=product, standing=standing, tree=self._tree)
        opening.close_levels(self._changes, unused, reference=self._job.id)
        self._note(product, "product.updated", before.to_mongo())
        return ""

    def _note(self, product: Product, action: str, after: dict[str, Any] | None) -> None:
        before = product.to_mongo() if after else None
        who = self._job.created_by
        audit.note(self._changes, who=who, action=action, subject=product.id, before=before, after=after)
        self.product_ids.append(product.id)
