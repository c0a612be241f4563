"""Bringing products in: drafts of an import file become products of the shop."""

from collections.abc import Iterable
from dataclasses import dataclass

from commerce.catalog import model, publishing
from commerce.catalog.categories import CATEGORIES, Category, Tree
from commerce.catalog.cells import slug
from commerce.catalog.drafts import ProductDraft, VariantDraft
from commerce.catalog.model import Product
from commerce.catalog.publishing import CACHE_SCOPE
from commerce.catalog.standings import STANDINGS, Standing
from commerce.catalog.store import PRODUCTS
from commerce.runtime import cache
from commerce.runtime.changes import Changes
from commerce.runtime.clock import now
from commerce.runtime.errors import Conflict
from commerce.runtime.ids import new_id


@dataclass(frozen=True)
class Saved:
    """A product that came in, and whether it is new."""

    product: Product
    is_new: bool


def save(drafts: Iterable[ProductDraft]) -> list[Saved]:
    """Brings drafts in: new handles are made, known ones replaced in place. One transaction each.

    Raises:
        Conflict: a SKU of the draft belongs to another product.
    """
    wanted = list(drafts)
    known = PRODUCTS.by_slugs(draft.handle for draft in wanted)
    standings = STANDINGS.of(product.id for product in known.values())
    tree = _with_categories({draft.product_type for draft in wanted if draft.product_type})
    saved = []
    for draft in wanted:
        before = known.get(draft.handle)
        saved.append(_save(draft, before, standings.get(before.id) if before else None, tree))
    cache.bump(CACHE_SCOPE)
    return saved


def _with_categories(titles: set[str]) -> Tree:
    """The tree, with a category at the root for each title that had none."""
    tree = CATEGORIES.tree()
    missing = {slug(title): title for title in sorted(titles) if slug(title) not in tree.by_slug}
    for name, title in missing.items():
        changes = Changes()
        # Someone who made it at the same moment did what we wanted.
        changes.insert(CATEGORIES, Category(id=new_id("cat"), slug=name, title=title), taken=Conflict())
        try:
            changes.commit()
        except Conflict:
            continue
    return CATEGORIES.tree() if missing else tree


def _save(draft: ProductDraft, known: Product | None, standing: Standing | None, tree: Tree) -> Saved:
    product = _product(draft, known, tree)
    changes = Changes()
    if known is None:
        standing = Standing(id=product.id, in_stock=any(variant.quantity > 0 for variant in draft.variants))
    publishing.put(changes, product, known=known, standing=standing, tree=tree)
    publishing.announce(changes, [product.id], "imported")
    changes.commit()
    return Saved(product, is_new=known is None)


def _product(draft: ProductDraft, known: Product | None, tree: Tree) -> Product:
    moment = now()
    category = tree.by_slug.get(slug(draft.product_type)) if draft.product_type else None
    return Product(
        id=known.id if known else new_id("prod"),
        slug=draft.handle,
        title=draft.title,
        description_html=draft.description_html,
        brand=draft.brand,
        category=category.id if category else "",
        tags=draft.tags,
        status=draft.status,
        options=[
            model.ProductOption(name=name, values=list(dict.fromkeys(v.option_values[name] for v in draft.variants)))
            for name in draft.options
        ],
        variants=[_variant(variant, draft.currency) for variant in draft.variants],
        images=[model.Image(url=image.url, alt=image.alt) for image in draft.images],
        version=known.version if known else 1,
        created_at=known.created_at if known else moment,
        updated_at=moment,
    )


def _variant(draft: VariantDraft, currency: str) -> model.Variant:
    return model.Variant(
        sku=draft.sku,
        options=draft.option_values,
        prices={currency: draft.price},
        compare_at={} if draft.compare_at is None else {currency: draft.compare_at},
        image=draft.image or "",
        weight_grams=draft.weight_grams,
        barcode=draft.barcode,
        requires_shipping=draft.requires_shipping,
        taxable=draft.taxable,
    )
