"""A chunk of a file put into the shop: products, journal, stock, errors and the checkpoint, all in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from commerce.catalog import publishing
from commerce.catalog.categories import CATEGORIES
from commerce.catalog.drafts import Entry, RowError
from commerce.catalog.exchange.diff import diff
from commerce.catalog.exchange.model import Fault, Import, Touched
from commerce.catalog.exchange.patch import Patch, Unfit, merge, same
from commerce.catalog.exchange.shelves import Shelves
from commerce.catalog.exchange.store import FAULTS, TOUCHES, owners
from commerce.catalog.model import Product
from commerce.catalog.standings import STANDINGS, Standing
from commerce.catalog.store import PRODUCTS
from commerce.inventory import opening
from commerce.runtime import audit
from commerce.runtime.changes import Changes

_COLUMNS = {
    "shopify_csv": {"title": "Title", "variants": "Variant SKU", "slug": "Handle", "options": "Option1 Name"},
    "jsonl": {"title": "title", "variants": "variants", "slug": "slug", "options": "options"},
}


@dataclass
class Chunk:
    """So many products of a file, from its place `start` on.

    `stored` says whether they are put into the shop (or only looked at, in a dry run or to check the file), `told`
    whether what would become of them is written down.
    """

    job: Import
    shelves: Shelves
    start: int
    stored: bool
    told: bool
    changes: Changes = field(default_factory=Changes)
    product_ids: list[str] = field(default_factory=list)
    _known: dict[str, Product] = field(default_factory=dict)
    _standings: dict[str, Standing] = field(default_factory=dict)
    _owners: dict[str, str] = field(default_factory=dict)
    _on_hand: dict[str, int] = field(default_factory=dict)

    def take(self, entries: Sequence[Entry[Patch]]) -> None:
        """Adds what becomes of these products to the change, and counts them in the job. Four round trips."""
        patches = [entry.content for entry in entries if entry.content is not None]
        skus = [sku for patch in patches for sku in patch.skus]
        self._known = PRODUCTS.by_slugs(patch.slug for patch in patches)
        self._owners = owners(PRODUCTS, skus)
        if self.stored:
            self._standings = STANDINGS.of(product.id for product in self._known.values())
            self._on_hand = opening.on_hand(skus) if skus else {}
        for place, entry in enumerate(entries, start=self.start):
            self._take(place, entry)
        if self.stored:
            for category in self.shelves.new:
                self.changes.insert(CATEGORIES, category)
            if self.product_ids:
                publishing.announce(self.changes, self.product_ids, "imported")
        self.job.position = self.start + len(entries)
        self.job.rows_done = max([self.job.rows_done, *(entry.last_row for entry in entries)])

    def _take(self, place: int, entry: Entry[Patch]) -> None:
        counts, patch = self.job.counts, entry.content
        counts.left_out += len(entry.left_out)
        errors = entry.errors
        outcome = ""
        if patch is not None:
            try:
                outcome = self._put(place, entry.first_row, patch)
            except Unfit as unfit:
                column = _COLUMNS[self.job.format].get(unfit.member, unfit.member)
                errors = (RowError(row=entry.first_row, column=column, code=unfit.code, message=str(unfit)),)
        if errors:
            outcome = "failed"
        counts.errors += len(errors) + len(entry.left_out)
        setattr(counts, outcome, getattr(counts, outcome) + 1)
        self._note(place, entry, errors)

    def _put(self, place: int, row: int, patch: Patch) -> str:
        known = self._known.get(patch.slug)
        made = len(self.shelves.new)
        tree = self.shelves.tree
        try:
            category = self.shelves.find(patch.category) if patch.category is not None else None
            product = merge(patch, known, category)
            self._refuse_taken(patch, product, known)
        except Unfit:
            del self.shelves.new[made:]
            self.shelves.tree = tree
            raise
        if known is not None and same(product, known):
            return "unchanged"
        outcome = "updated" if known else "created"
        self._store(place, row, patch, product, known)
        return outcome

    def _refuse_taken(self, patch: Patch, product: Product, known: Product | None) -> None:
        for sku in patch.skus:
            if self._owners.get(sku, product.id) != product.id:
                raise Unfit("variants", "sku_taken", f"“{sku}” is a SKU of another product")
        for variant in known.variants if known else ():
            self._owners.pop(variant.sku, None)
        self._owners |= dict.fromkeys((variant.sku for variant in product.variants), product.id)

    def _store(self, place: int, row: int, patch: Patch, product: Product, known: Product | None) -> None:
        touched = Touched(
            id=f"{self.job.id}:{place:08d}",
            import_id=self.job.id,
            product_id=product.id,
            slug=product.slug,
            row=row,
            outcome="updated" if known else "created",
            state="applied" if self.stored else "dry",
        )
        touched.changes = diff(known, product, self.shelves.tree)
        if self.stored:
            touched.before = known.to_mongo() if known else None
            touched.opened = self._open(patch, product, known)
            self._publish(product, known, opened=any(touched.opened.values()))
            touched.after_version = product.version
            self.product_ids.append(product.id)
        if self.told:
            self.changes.insert(TOUCHES, touched)

    def _open(self, patch: Patch, product: Product, known: Product | None) -> dict[str, int]:
        """The opening stock of its SKUs that never had any. Nobody counts gift cards."""
        if product.kind == "gift_card":
            return {}
        said = {variant.sku: variant.quantity for variant in patch.variants or ()}
        new = {
            variant.sku: said.get(variant.sku) or 0
            for variant in product.variants
            if variant.sku not in self._on_hand and (known is None or said.get(variant.sku) is not None)
        }
        opening.open_levels(self.changes, new, reference=self.job.id)
        self._on_hand |= new
        return new

    def _publish(self, product: Product, known: Product | None, *, opened: bool) -> None:
        standing = self._standings.get(product.id) if known else Standing(id=product.id, in_stock=False)
        if standing and (opened or (known is None and any(self._on_hand.get(v.sku) for v in product.variants))):
            standing = standing.model_copy(update={"in_stock": True})
            if known is not None:
                self.changes.update(STANDINGS, {"_id": product.id}, {"$set": {"in_stock": True}})
        before = known.to_mongo() if known else None
        tree = self.shelves.tree
        publishing.put(self.changes, product, known=known, standing=standing, tree=tree)
        action = "product.updated" if known else "product.created"
        audit.note(
            self.changes, who=self.job.created_by, action=action, subject=product.id,
            before=before, after=product.to_mongo() if known else None,
        )  # fmt: skip

    def _note(self, place: int, entry: Entry[Patch], errors: Sequence[RowError]) -> None:
        if not self.told and not errors:
            return
        found = [(error, "failed") for error in errors] + [(error, "left_out") for error in entry.left_out]
        for number, (error, effect) in enumerate(found):
            said = error.model_dump() | {"import_id": self.job.id, "slug": entry.slug, "effect": effect}
            said |= {"column": error.column[:255], "message": error.message[:500]}
            said["_id"] = f"{self.job.id}:{error.row:08d}:{place:08d}:{number:04d}"
            self.changes.insert(FAULTS, Fault.model_validate(said))
