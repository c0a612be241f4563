"""Staff makes, changes and archives products."""

from collections.abc import Callable
from typing import Any, Literal

from pydantic import BaseModel

from commerce.catalog import product_input, publishing
from commerce.catalog.categories import CATEGORIES, Tree
from commerce.catalog.cells import slug
from commerce.catalog.model import Image, Product, ProductKind, ProductOption, Status, Translation, Variant
from commerce.catalog.product_input import ProductInput, ProductPatch
from commerce.catalog.publishing import CACHE_SCOPE, SkuTaken, SlugTaken
from commerce.catalog.standings import STANDINGS
from commerce.catalog.store import PRODUCTS
from commerce.runtime import audit, cache
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.clock import Moment, now
from commerce.runtime.errors import FieldError, Invalid, NotFound, PreconditionFailed
from commerce.runtime.idempotency import Once
from commerce.runtime.ids import new_id
from commerce.runtime.paging import Page, next_cursor, position

MAX_SLUG_TRIES = 20

# Too long for an entry of the audit trail, and kept elsewhere: it follows from the prices.
_UNTOLD = {"price_log"}
_REASONS: dict[str, Literal["created", "updated", "archived"]] = {
    "product.created": "created",
    "product.archived": "archived",
}


class ProductAdminView(BaseModel):
    """A product as staff sees it: everything that is stored of it."""

    id: str
    version: int
    kind: ProductKind = "goods"
    slug: str
    former_slugs: list[str]
    title: str
    description_html: str
    brand: str
    category: str
    tags: list[str]
    status: Status
    attributes: dict[str, str]
    options: list[ProductOption]
    variants: list[Variant]
    images: list[Image]
    tax_category: str
    translations: dict[str, Translation]
    seo_title: str
    seo_description: str
    created_at: Moment
    updated_at: Moment


class ProductRow(BaseModel):
    """A product in staff's list."""

    id: str
    version: int
    slug: str
    title: str
    status: Status
    brand: str
    category: str
    variants: int
    image: Image | None
    updated_at: Moment


def create(wanted: ProductInput, *, who: str, once: Once) -> ProductAdminView:
    """Makes a product, as a draft unless it says otherwise.

    Raises:
        Invalid: fields that do not go together.
        SlugTaken: the slug that was asked for belongs to another.
        SkuTaken: so does a SKU; `errors` says which.
    """
    tree = CATEGORIES.tree()
    product_input.check(wanted, tree)
    name = wanted.slug or slug(wanted.title)
    if not name:
        raise Invalid.field("slug", "slug_missing", "No slug can be made of this title; give one.")
    number = 1
    while True:
        product = _product(wanted, new_id("prod"), name if number == 1 else f"{name}-{number}")
        try:
            made = _write(product, None, tree, who=who, action="product.created", once=once)
        except SlugTaken:
            if wanted.slug or number == MAX_SLUG_TRIES:
                raise
            number += 1
        else:
            return made


def update(product_id: str, patch: ProductPatch, *, version: int | None, who: str) -> ProductAdminView:
    """Changes the members that the patch gives.

    Args:
        product_id: which product.
        patch: what is to be different.
        version: the one it was made from, None for any.
        who: the id of the person.

    Raises:
        NotFound: there is none.
        PreconditionFailed: it has another version now.
        Invalid: fields that do not go together.
        SlugTaken, SkuTaken: they belong to another product.
    """

    def change(known: Product, tree: Tree) -> Product:
        wanted = product_input.merged(known, patch)
        product_input.check(wanted, tree)
        return _product(wanted, known.id, wanted.slug or known.slug, known)

    return _change(product_id, change, version=version, who=who, action="product.updated")


def archive(product_id: str, *, version: int | None, who: str) -> ProductAdminView:
    """Takes a product out of the shop; its orders, reviews and history stay. Archived twice is archived.

    Raises:
        NotFound: there is none.
        PreconditionFailed: it has another version now.
    """

    def change(known: Product, tree: Tree) -> Product:
        del tree
        return known.model_copy(update={"status": "archived"}, deep=True)

    return _change(product_id, change, version=version, who=who, action="product.archived")


def get(product_id: str) -> ProductAdminView:
    """A product, whatever its status.

    Raises:
        NotFound: there is none.
    """
    product = PRODUCTS.get(product_id)
    if product is None:
        raise NotFound("There is no such product.")
    return _view(product)


def list_all(*, status: Status | None, q: str, limit: int, cursor: str | None) -> Page[ProductRow]:
    """A page of products, the newest first; with `q`, those whose SKU or slug it is, or whose slug begins so."""
    listing = f"admin-products|{status or ''}|{q}"
    after = position(listing, cursor)
    rows = PRODUCTS.admin_page(status=status, q=q, after=after[0] if after else None, limit=limit + 1)
    more = next_cursor(listing, [rows[limit - 1].slug if q else rows[limit - 1].id]) if len(rows) > limit else None
    return Page[ProductRow](items=[_row(row) for row in rows[:limit]], next_cursor=more)


def _change(
    product_id: str, change: Callable[[Product, Tree], Product], *, version: int | None, who: str, action: str
) -> ProductAdminView:
    def attempt() -> ProductAdminView:
        known = PRODUCTS.get(product_id)
        if known is None:
            raise NotFound("There is no such product.")
        if version not in (None, known.version):
            raise PreconditionFailed
        tree = CATEGORIES.tree()
        return _write(change(known, tree), known, tree, who=who, action=action)

    return retry_stale(attempt)


def _write(
    product: Product, known: Product | None, tree: Tree, *, who: str, action: str, once: Once | None = None
) -> ProductAdminView:
    changes = Changes()
    standing = STANDINGS.get(product.id) if known else None
    publishing.put(changes, product, known=known, standing=standing, tree=tree)
    before, after = _told(known), _told(product)
    audit.note(changes, who=who, action=action, subject=product.id, before=before, after=after)
    publishing.announce(changes, [product.id], _REASONS.get(action, "updated"))
    view = _view(product)
    if once:
        once.keep(changes, view)
    try:
        changes.commit()
    except SkuTaken:
        raise _named(product) from None
    cache.bump(CACHE_SCOPE)
    return view


def _named(product: Product) -> SkuTaken:
    """The same fault, saying which SKUs."""
    others = {v.sku for other in PRODUCTS.of_skus(v.sku for v in product.variants) for v in other.variants
              if other.id != product.id}  # fmt: skip
    fault = SkuTaken(product.slug)
    fault.errors = [
        FieldError(field=f"variants.{place}.sku", code="sku_taken", message=f"{v.sku} belongs to another product.")
        for place, v in enumerate(product.variants)
        if v.sku in others
    ] or fault.errors
    return fault


def _product(wanted: ProductInput, product_id: str, name: str, known: Product | None = None) -> Product:
    moment = now()
    variants = [product_input.variant_of(variant) for variant in wanted.variants]
    names = list(variants[0].options)
    members: dict[str, Any] = {
        field: getattr(wanted, field)
        for field in ("title", "kind", "description_html", "brand", "category", "tags", "status", "attributes",
                      "tax_category", "seo_title", "seo_description")
    }  # fmt: skip
    return Product(
        id=product_id,
        slug=name,
        **members,
        options=[
            ProductOption(name=option, values=list(dict.fromkeys(variant.options[option] for variant in variants)))
            for option in names
        ],
        variants=variants,
        images=[Image(id=image.id, url=image.url, alt=image.alt) for image in wanted.images],
        translations={key: product_input.translation_of(text) for key, text in wanted.translations.items()},
        version=known.version if known else 1,
        created_at=known.created_at if known else moment,
        updated_at=moment,
    )


def _told(product: Product | None) -> dict[str, Any] | None:
    if product is None:
        return None
    stored = product.to_mongo()
    stored["variants"] = [
        {name: value for name, value in variant.items() if name not in _UNTOLD} for variant in stored["variants"]
    ]
    return stored


def _view(product: Product) -> ProductAdminView:
    return ProductAdminView.model_validate(product.model_dump())


def _row(product: Product) -> ProductRow:
    members = product.model_dump(
        include={"id", "version", "slug", "title", "status", "brand", "category", "updated_at"}
    )
    return ProductRow(**members, variants=len(product.variants), image=product.images[0] if product.images else None)
