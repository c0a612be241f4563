"""How shoppers see products."""

from collections.abc import Mapping
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field

from commerce.catalog.categories import Tree
from commerce.catalog.gift_cards import PLENTY
from commerce.catalog.listings import Card
from commerce.catalog.model import Image, Product, ProductKind, ProductOption
from commerce.catalog.prices import lowest_before
from commerce.catalog.standings import Standing
from commerce.money import Money
from commerce.runtime.clock import Moment


class OnShelf(Protocol):
    """What shoppers may know of a SKU's stock."""

    @property
    def available(self) -> int:
        """Pieces that can be ordered."""

    @property
    def per_customer(self) -> int | None:
        """How many of them by one customer, None for as many as they like."""


class VariantOffer(BaseModel):
    """What a cart needs to know of a variant today. `unit_price` is None where it is not sold in the currency."""

    model_config = ConfigDict(frozen=True)

    sku: str
    product_id: str
    kind: ProductKind = "goods"
    slug: str
    title: str
    variant_title: str
    image: Image | None
    unit_price: int | None
    available: int
    max_per_customer: int | None = None
    requires_shipping: bool
    category: str = ""
    taxable: bool = True
    tax_category: str = ""
    weight_grams: int = 0


class Rating(BaseModel):
    """What buyers think: the mean of their stars, 1 to 5, to one decimal place."""

    average: float
    count: int


class ProductSummary(BaseModel):
    """A product in a list. `price` is the lowest of its variants; null where it is not sold in the currency."""

    id: str
    slug: str
    title: str
    brand: str
    category: str
    category_title: str
    image: Image | None
    price: Money | None
    compare_at: Money | None
    price_varies: bool
    in_stock: bool
    rating: Rating | None


class VariantView(BaseModel):
    """A variant as a shopper sees it. `available` is how many can be ordered, as of at most 30 s ago;
    `max_per_customer` how many of them by one customer, null for as many as they like.

    `lowest_price_30_days` is the lowest price in force in the 30 days before the current one began
    (Directive 98/6/EC, article 6a); null when there was no other.
    """

    sku: str
    title: str
    options: dict[str, str]
    price: Money | None
    compare_at: Money | None
    lowest_price_30_days: Money | None
    image: str
    available: int = Field(ge=0)
    max_per_customer: int | None = None


class Breadcrumb(BaseModel):
    """A category on the way from the root."""

    slug: str
    title: str


class Seo(BaseModel):
    """What search engines show."""

    title: str
    description: str


class ProductView(BaseModel):
    """A product's page. What a variant of a gift card costs is what will be on it."""

    id: str
    kind: ProductKind = "goods"
    slug: str
    title: str
    description_html: str
    brand: str
    category: str
    category_title: str
    breadcrumbs: list[Breadcrumb]
    tags: list[str]
    attributes: dict[str, str]
    options: list[ProductOption]
    variants: list[VariantView]
    images: list[Image]
    in_stock: bool
    rating: Rating | None
    seo: Seo
    version: int
    updated_at: Moment


def rating(count: int, total: int) -> Rating | None:
    """The mean of so many ratings that sum to `total` stars; none without a rating."""
    return Rating(average=round(total / count, 1), count=count) if count else None


def summary(listing: Card, currency: str, tree: Tree, *, language: str = "") -> ProductSummary:
    """The product as a list shows it."""
    category = tree.by_id.get(listing.category)
    return ProductSummary(
        id=listing.id,
        slug=listing.slug,
        title=listing.titles.get(language) or listing.title,
        brand=listing.brand,
        category=category.slug if category else "",
        category_title=category.title if category else "",
        image=listing.image,
        price=_money(listing.prices, currency),
        compare_at=_money(listing.compare_at, currency),
        price_varies=currency in listing.varies,
        in_stock=listing.in_stock,
        rating=rating(listing.rating_count, listing.rating_sum),
    )


def view(
    product: Product,
    currency: str,
    stock: Mapping[str, OnShelf],
    *,
    tree: Tree,
    standing: Standing,
    language: str = "",
) -> ProductView:
    """The product as its page shows it, with its stock by SKU."""
    variants = [
        VariantView(
            sku=variant.sku,
            title=variant.title,
            options=variant.options,
            price=_money(variant.prices, currency),
            compare_at=_money(variant.compare_at, currency),
            lowest_price_30_days=_money(lowest_before(variant), currency),
            image=variant.image,
            available=_available(product.kind, shelf := stock.get(variant.sku)),
            max_per_customer=shelf.per_customer if shelf else None,
        )
        for variant in product.variants
    ]
    title, description = product.title_in(language), product.description_in(language)
    path = tree.path(product.category)
    return ProductView(
        **product.model_dump(
            include={"id", "kind", "slug", "brand", "tags", "attributes", "options", "images", "version", "updated_at"}
        ),
        title=title,
        description_html=description,
        category=path[-1].slug if path else "",
        category_title=path[-1].title if path else "",
        breadcrumbs=[Breadcrumb(slug=category.slug, title=category.title) for category in path],
        variants=variants,
        in_stock=any(variant.available > 0 and variant.price for variant in variants),
        rating=rating(standing.rating_count, standing.rating_sum),
        seo=Seo(title=product.seo_title or title, description=product.seo_description),
    )


def _available(kind: ProductKind, shelf: OnShelf | None) -> int:
    return PLENTY if kind == "gift_card" else max(0, shelf.available) if shelf else 0


def _money(prices: dict[str, int], currency: str) -> Money | None:
    return Money(amount=prices[currency], currency=currency) if currency in prices else None
