"""What a product is."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from commerce.runtime.clock import Moment
from commerce.runtime.mongo import Versioned

type Status = Literal["draft", "active", "archived"]
type ProductKind = Literal["goods", "gift_card"]


class Image(BaseModel):
    """A picture of a product. `id` is empty for one that lies elsewhere on the web."""

    id: str = ""
    url: str
    alt: str = ""


class ProductOption(BaseModel):
    """Something to choose, like Size, with its values in the order they are offered."""

    name: str
    values: list[str]


class PricePoint(BaseModel):
    """A price in minor units, and since when it was asked."""

    amount: int
    since: Moment


class Variant(BaseModel):
    """One thing that can be bought. Prices in minor units by currency."""

    model_config = ConfigDict(extra="ignore")

    sku: str
    options: dict[str, str] = {}
    prices: dict[str, int]
    compare_at: dict[str, int] = {}
    price_log: dict[str, list[PricePoint]] = {}
    image: str = ""
    weight_grams: int = 0
    barcode: str = ""
    requires_shipping: bool = True
    taxable: bool = True
    tax_code: str = ""
    track_inventory: bool = True
    inventory_policy: Literal["deny", "continue"] = "deny"

    @property
    def title(self) -> str:
        """The chosen values, like `Blue / M`; empty for a product that comes in one form only."""
        return " / ".join(self.options.values())


class Translation(BaseModel):
    """What a product is called in another language; what is empty falls back to the product's own."""

    title: str = ""
    description_html: str = ""


class Product(Versioned):
    """A product with its variants, one document. `category` is the id of a category, or empty. What a variant of a gift
    card costs is what will be on it.
    """

    kind: ProductKind = "goods"
    slug: str
    former_slugs: list[str] = []
    title: str
    description_html: str = ""
    brand: str = ""
    category: str = ""
    tags: list[str] = []
    status: Status = "draft"
    attributes: dict[str, str] = {}
    options: list[ProductOption] = []
    variants: list[Variant]
    images: list[Image] = []
    tax_category: str = ""
    translations: dict[str, Translation] = {}
    seo_title: str = ""
    seo_description: str = ""
    created_at: Moment
    updated_at: Moment

    def variant(self, sku: str) -> Variant | None:
        """The variant with this SKU."""
        return next((variant for variant in self.variants if variant.sku == sku), None)

    def price_from(self, currency: str) -> int | None:
        """The lowest price of its variants in minor units, None where none is sold in this currency."""
        return min((v.prices[currency] for v in self.variants if currency in v.prices), default=None)

    def title_in(self, language: str) -> str:
        """The title in a language, or the product's own."""
        return (language in self.translations and self.translations[language].title) or self.title

    def description_in(self, language: str) -> str:
        """The description in a language, or the product's own."""
        return (language in self.translations and self.translations[language].description_html) or self.description_html
