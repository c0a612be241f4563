"""Bringing products in: drafts of an import file become products of the shop."""

from collections.abc import Iterable
from dataclasses import dataclass

from commerce.catalog import model
from commerce.catalog.cells import slug
from commerce.catalog.drafts import ProductDraft, VariantDraft
from commerce.catalog.model import Product
from commerce.catalog.service import CACHE_SCOPE
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
    saved = [_save(draft, known.get(draft.handle)) for draft in wanted]
    cache.bump(CACHE_SCOPE)
    return saved


def _save(draft: ProductDraft, known: Product | None) -> Saved:
    product = _product(draft, known)
    changes = Changes()
    if known is None:
        taken = Conflict(f"A SKU or the handle of {draft.handle} belongs to another product.")
        changes.insert(PRODUCTS, product, taken=taken)
    else:
        changes.replace(PRODUCTS, product)
    changes.commit()
    return Saved(product, is_new=known is None)


def _product(draft: ProductDraft, known: Product | None) -> Product:
    moment = now()
    return Product(
        id=known.id if known else new_id("prod"),
        slug=draft.handle,
        title=draft.title,
        description_html=draft.description_html,
        brand=draft.brand,
        category=slug(draft.product_type),
        category_title=draft.product_type,
        tags=draft.tags,
        status="active" if draft.published else "draft",
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
