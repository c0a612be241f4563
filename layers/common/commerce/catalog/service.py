"""What can be done with the catalogue."""

from collections.abc import Callable, Iterable

from commerce.catalog import model
from commerce.catalog.model import Product, ProductSummary, ProductView, VariantOffer
from commerce.catalog.store import PRODUCTS
from commerce.runtime import cache
from commerce.runtime.errors import NotFound
from commerce.runtime.paging import Page, next_cursor, position

CACHE_SCOPE = "products"

type Availability = Callable[[Iterable[str]], dict[str, int]]


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


def offers(skus: Iterable[str], currency: str) -> dict[str, VariantOffer]:
    """What is sold under these SKUs today, by SKU; what is not sold (any more) is missing. One round trip."""
    wanted = set(skus)
    products = PRODUCTS.with_skus(wanted) if wanted else []
    return {
        variant.sku: _offer(product, variant, currency)
        for product in products
        if product.status == "active"
        for variant in product.variants
        if variant.sku in wanted
    }


def _offer(product: Product, variant: model.Variant, currency: str) -> VariantOffer:
    image = next((i for i in product.images if i.url == variant.image), product.images[0] if product.images else None)
    return VariantOffer(
        sku=variant.sku,
        product_id=product.id,
        slug=product.slug,
        title=product.title,
        variant_title=variant.title,
        image=image,
        unit_price=variant.prices.get(currency),
        requires_shipping=variant.requires_shipping,
    )
