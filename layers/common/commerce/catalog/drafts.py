"""What an import file says about the shop's products, checked and priced, before anything is stored.

A draft is the common shape of every way in: whatever reads a file (see `shopify`) yields drafts and row errors, and
whoever stores them need not know the format.
"""

from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from commerce.catalog.model import ProductKind
from commerce.catalog.richtext import SafeHtml
from commerce.money import Currency

# The largest price of one piece, in minor units: what Stripe takes in one payment (eight digits).
MAX_PRICE = 99_999_999
MAX_QUANTITY = 10_000_000
MAX_GRAMS = 1_000_000
# Shopify's limit of variants per product; the store keeps a product and its variants in one document.
MAX_VARIANTS = 2_048
MAX_IMAGES = 250

_STRICT = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

Line = Annotated[str, StringConstraints(max_length=255, pattern=r"^[^\x00-\x1f\x7f]*$")]
"""One line of text: no control characters, no line breaks."""
FilledLine = Annotated[Line, StringConstraints(min_length=1)]
# Digits, small letters, and the letters of every other script: no ASCII capital or sign, no space.
_LETTERS = r"[^\s\x00-\x2f\x3a-\x60\x7b-\x9f]"
Slug = Annotated[str, StringConstraints(max_length=255, pattern=rf"^{_LETTERS}+(?:-{_LETTERS}+)*$")]
"""The product's name in an address: words of lower-case letters and digits joined by hyphens."""
Sku = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]
ImageUrl = Annotated[str, StringConstraints(max_length=2048, pattern=r"^(?:https?://[^\s/][^\s]*|/[^\s/][^\s]*)$")]
"""An address on the web, or a path on the shop's own host."""


class RowError(BaseModel):
    """Something in a file that keeps a product, or the whole file, out of the shop."""

    model_config = ConfigDict(frozen=True)

    row: int
    """As a spreadsheet counts: the header is row 1."""
    column: str
    """The column's header as the file has it; empty when the row as a whole is meant."""
    code: str
    """Stable, for programs: price_format, sku_duplicate, ..."""
    message: str
    """For the person who has to mend the file."""


class ImageDraft(BaseModel):
    """A picture of the product."""

    model_config = _STRICT

    url: ImageUrl
    alt: Annotated[str, StringConstraints(max_length=512)] = ""
    position: Annotated[int, Field(ge=1)]


class VariantDraft(BaseModel):
    """One thing that can be bought: a product in one size, one colour ..."""

    model_config = _STRICT

    sku: Sku
    option_values: dict[str, FilledLine] = Field(default_factory=dict)
    """Option name to value, in the order of the product's options; empty for a product without options."""
    price: Annotated[int, Field(ge=0, le=MAX_PRICE)]
    """Minor units of the product's currency."""
    compare_at: Annotated[int, Field(ge=0, le=MAX_PRICE)] | None = None
    """The higher price before the offer, in minor units; never at or below `price`."""
    weight_grams: Annotated[int, Field(ge=0, le=MAX_GRAMS)] = 0
    quantity: Annotated[int, Field(ge=0, le=MAX_QUANTITY)] = 0
    track_inventory: bool = True
    inventory_policy: Literal["deny", "continue"] = "deny"
    """Whether it may still be sold when the stock is used up."""
    barcode: Line = ""
    requires_shipping: bool = True
    taxable: bool = True
    tax_code: Line = ""
    image: ImageUrl | None = None

    @model_validator(mode="after")
    def _offer_is_an_offer(self) -> Self:
        if self.compare_at is not None and self.compare_at <= self.price:
            raise ValueError("compare_at must be above price")
        return self


class ProductDraft(BaseModel):
    """A product as a file describes it. Complete: every variant the file gave it is here.

    What the file does not speak of is not set (`model_fields_set`), and stays as it is in a product that is known.
    """

    model_config = _STRICT

    handle: Slug
    title: FilledLine
    kind: ProductKind = "goods"
    description_html: SafeHtml = ""
    brand: Line = ""
    product_type: Line = ""
    """The shop's own word for what it is ("Lamps")."""
    category: Line = ""
    """A path in a standard taxonomy ("Home & Garden > Lighting > Lamps")."""
    tags: list[FilledLine] = Field(default_factory=list, max_length=250)
    status: Literal["draft", "active", "archived"] = "active"
    currency: Currency
    options: list[FilledLine] = Field(default_factory=list)
    variants: list[VariantDraft] = Field(min_length=1, max_length=MAX_VARIANTS)
    images: list[ImageDraft] = Field(default_factory=list, max_length=MAX_IMAGES)
    seo_title: Line = ""
    seo_description: Annotated[str, StringConstraints(max_length=1000)] = ""

    @property
    def published(self) -> bool:
        """Whether shoppers see it."""
        return self.status == "active"

    @model_validator(mode="after")
    def _variants_fit(self) -> Self:
        if any(list(variant.option_values) != self.options for variant in self.variants):
            raise ValueError("every variant needs a value for each option, in the options' order")
        if len({tuple(variant.option_values.values()) for variant in self.variants}) != len(self.variants):
            raise ValueError("two variants have the same option values")
        if len({variant.sku for variant in self.variants}) != len(self.variants):
            raise ValueError("two variants have the same SKU")
        return self


@dataclass(frozen=True)
class Entry[Content]:
    """One product of a file, and the rows it stands on: its content, or the errors that keep it out.

    `left_out` are cells that could not be read and were passed over because the reader was told to be lenient.
    """

    first_row: int
    last_row: int
    slug: str
    content: Content | None
    errors: tuple[RowError, ...] = ()
    left_out: tuple[RowError, ...] = ()
