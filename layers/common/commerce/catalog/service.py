"""What can be done with the catalogue."""

from collections.abc import Callable, Iterable
from typing import Any

from commerce.catalog import model
from commerce.catalog.model import ProductSummary, ProductView, Variant, VariantOffer
from commerce.catalog.store import PRODUCTS
from commerce.runtime import cache
from commerce.runtime.errors import NotFound
from commerce.runtime.paging import Page, next_cursor, position

CACHE_SCOPE = "products"

type Availability = Callable[[Iterable[str]], dict[str, int]]
type Join = Callable[[str], list[dict[str, Any]]]


def list_products(
    *, category: str, currency: str, limit: int, cursor: str | None, availability: Availability
) -> Page[ProductSummary]:
    """A page of active products, newest first.

    Args:
        category: the slug of a category, empty for all.
        currency: prices are shown in this one.
        limit: rows on the page.
        cursor: where the page before ended.
        availability: says what can be ordered, by SKU.

    Raises:
        InvalidCursor: not ours, or of another list.
    """
    listing = f"products|{category}|-created_at"
    after = position(listing, cursor)

    def load() -> dict[str, object]:
        rows = PRODUCTS.page(category=category, before=after[0] if after else None, limit=limit + 1)
        shown = rows[:limit]
        available = availability(v.sku for product in shown for v in product.variants) if shown else {}
        items = [model.summary(product, currency, available) for product in shown]
        more = next_cursor(listing, [shown[-1].id]) if len(rows) > limit else None
        return Page[ProductSummary](items=items, next_cursor=more).model_dump(mode="json")

    key = f"list|{category}|{currency}|{limit}|{after[0] if after else ''}"
    return Page[ProductSummary].model_validate(cache.read_through(CACHE_SCOPE, key, load))


def get_product(id_or_slug: str, *, currency: str, availability: Availability) -> ProductView:
    """An active product by id or slug.

    Raises:
        NotFound: there is none, or it is a draft or archived.
    """

    def load() -> dict[str, object]:
        product = PRODUCTS.active(id_or_slug)
        if product is None:
            return {}
        available = availability(variant.sku for variant in product.variants)
        return model.view(product, currency, available).model_dump(mode="json")

    found = cache.read_through(CACHE_SCOPE, f"one|{id_or_slug[:120]}|{currency}", load)
    if not found:
        raise NotFound("There is no such product.")
    return ProductView.model_validate(found)


def offers(skus: Iterable[str], currency: str, *, join: Join) -> dict[str, VariantOffer]:
    """What is sold under these SKUs today, by SKU; what is not sold (any more) is missing. One round trip.

    Args:
        skus: the variants.
        currency: prices are in this one.
        join: makes the stages that bring their stock along.
    """
    wanted = set(skus)
    rows = PRODUCTS.sold(wanted, join("variants.sku")) if wanted else []
    return {row["variants"]["sku"]: _offer(row, currency) for row in rows}


def _offer(row: dict[str, Any], currency: str) -> VariantOffer:
    variant, images = Variant.model_validate(row["variants"]), row.get("images") or []
    level: dict[str, int] = next(iter(row["stock"]), {})
    image = next((image for image in images if image["url"] == variant.image), images[0] if images else None)
    return VariantOffer(
        sku=variant.sku,
        product_id=row["_id"],
        slug=row["slug"],
        title=row["title"],
        variant_title=variant.title,
        image=image,
        unit_price=variant.prices.get(currency),
        available=max(0, level.get("available", 0)),
        requires_shipping=variant.requires_shipping,
    )
