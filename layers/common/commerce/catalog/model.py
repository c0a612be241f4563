"""What a product is, and how it is shown."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from commerce.money import Money
from commerce.runtime.clock import Moment
from commerce.runtime.mongo import Versioned

type Status = Literal["draft", "active", "archived"]


class Image(BaseModel):
    """A picture of a product."""

    url: str
    alt: str = ""


class ProductOption(BaseModel):
    """Something to choose, like Size, with its values in the order they are offered."""

    name: str
    values: list[str]


class Variant(BaseModel):
    """One thing that can be bought. Prices in minor units by currency."""

    model_config = ConfigDict(extra="ignore")

    sku: str
    options: dict[str, str] = {}
    prices: dict[str, int]
    compare_at: dict[str, int] = {}
    image: str = ""
    weight_grams: int = 0
    barcode: str = ""
    requires_shipping: bool = True
    taxable: bool = True

    @property
    def title(self) -> str:
        """The chosen values, like `Blue / M`; empty for a product that comes in one form only."""
        return " / ".join(self.options.values())


class Product(Versioned):
    """A product with its variants, one document."""

    slug: str
    title: str
    description_html: str = ""
    brand: str = ""
    category: str = ""
    category_title: str = ""
    tags: list[str] = []
    status: Status = "draft"
    options: list[ProductOption] = []
    variants: list[Variant]
    images: list[Image] = []
    created_at: Moment
    updated_at: Moment

    def variant(self, sku: str) -> Variant | None:
        """The variant with this SKU."""
        return next((variant for variant in self.variants if variant.sku == sku), None)

    def price_from(self, currency: str) -> int | None:
        """The lowest price of its variants in minor units, None where none is sold in this currency."""
        return min((v.prices[currency] for v in self.variants if currency in v.prices), default=None)


class VariantOffer(BaseModel):
    """What a cart needs to know of a variant today. `unit_price` is None where it is not sold in the currency."""

    model_config = ConfigDict(frozen=True)

    sku: str
    product_id: str
    slug: str
    title: str
    variant_title: str
    image: Image | None
    unit_price: int | None
    available: int
    requires_shipping: bool


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


class VariantView(BaseModel):
    """A variant as a shopper sees it. `available` is how many can be ordered, as of at most 30 s ago."""

    sku: str
    title: str
    options: dict[str, str]
    price: Money | None
    compare_at: Money | None
    image: str
    available: int = Field(ge=0)


class ProductView(BaseModel):
    """A product's page."""

    id: str
    slug: str
    title: str
    description_html: str
    brand: str
    category: str
    category_title: str
    tags: list[str]
    options: list[ProductOption]
    variants: list[VariantView]
    images: list[Image]
    in_stock: bool
    version: int
    updated_at: Moment


def summary(product: Product, currency: str, available: dict[str, int]) -> ProductSummary:
    """The product as a list shows it, with what is available by SKU."""
    sold = [variant for variant in product.variants if currency in variant.prices]
    cheapest = min(sold, key=lambda variant: variant.prices[currency], default=None)
    return ProductSummary(
        id=product.id,
        slug=product.slug,
        title=product.title,
        brand=product.brand,
        category=product.category,
        category_title=product.category_title,
        image=product.images[0] if product.images else None,
        price=_money(cheapest.prices, currency) if cheapest else None,
        compare_at=_money(cheapest.compare_at, currency) if cheapest else None,
        price_varies=len({variant.prices[currency] for variant in sold}) > 1,
        in_stock=any(available.get(variant.sku, 0) > 0 for variant in sold),
    )


def view(product: Product, currency: str, available: dict[str, int]) -> ProductView:
    """The product as its page shows it, with what is available by SKU."""
    variants = [
        VariantView(
            sku=variant.sku,
            title=variant.title,
            options=variant.options,
            price=_money(variant.prices, currency),
            compare_at=_money(variant.compare_at, currency),
            image=variant.image,
            available=max(0, available.get(variant.sku, 0)),
        )
        for variant in product.variants
    ]
    shown = product.model_dump(
        include={
            "id", "slug", "title", "description_html", "brand", "category", "category_title", "tags", "options",
            "images", "version", "updated_at",
        }
    )  # fmt: skip
    in_stock = any(variant.available > 0 and variant.price for variant in variants)
    return ProductView(**shown, variants=variants, in_stock=in_stock)


def _money(prices: dict[str, int], currency: str) -> Money | None:
    return Money(amount=prices[currency], currency=currency) if currency in prices else None
