"""What a line of our JSON Lines may hold."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from commerce.catalog.drafts import (
    MAX_GRAMS,
    MAX_IMAGES,
    MAX_PRICE,
    MAX_QUANTITY,
    MAX_VARIANTS,
    FilledLine,
    ImageUrl,
    Line,
    Sku,
    Slug,
)
from commerce.catalog.model import ProductKind
from commerce.catalog.richtext import SafeHtml
from commerce.money import Currency

_STRICT = ConfigDict(extra="forbid", strict=True, frozen=True)


def _as_key(text: str) -> str:
    if not text or "\x00" in text:
        raise ValueError("a name cannot be empty")
    return text


Key = Annotated[str, StringConstraints(max_length=255), AfterValidator(_as_key)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Price = Annotated[int, Field(ge=0, le=MAX_PRICE)]
Prose = Annotated[str, StringConstraints(max_length=1000, pattern=r"^[^\x00]*$")]


class CategoryLine(BaseModel):
    """One level of the path to a category."""

    model_config = _STRICT
    slug: Slug | Literal[""] = ""
    title: FilledLine


class OptionLine(BaseModel):
    """An option with its values in order."""

    model_config = _STRICT
    name: FilledLine
    values: list[FilledLine] = []


class ImageLine(BaseModel):
    """A picture."""

    model_config = _STRICT
    url: ImageUrl
    alt: Annotated[str, StringConstraints(max_length=512)] = ""


class TranslationLine(BaseModel):
    """The product in another language."""

    model_config = _STRICT
    title: Line = ""
    description_html: SafeHtml = ""


class VariantLine(BaseModel):
    """A variant."""

    model_config = _STRICT
    sku: Sku
    options: dict[FilledLine, FilledLine] = {}
    prices: dict[Currency, Price | None] = {}
    compare_at: dict[Currency, Price | None] = {}
    image: ImageUrl | Literal[""] = ""
    weight_grams: Annotated[int, Field(ge=0, le=MAX_GRAMS)] = 0
    barcode: Line = ""
    requires_shipping: bool = True
    taxable: bool = True
    tax_code: Line = ""
    track_inventory: bool = True
    inventory_policy: Literal["deny", "continue"] = "deny"
    quantity: Annotated[int, Field(ge=0, le=MAX_QUANTITY)] = 0


class ProductLine(BaseModel):
    """A line of the file."""

    model_config = _STRICT
    slug: Slug
    kind: ProductKind = "goods"
    title: FilledLine = ""
    description_html: SafeHtml = ""
    brand: Line = ""
    category: list[CategoryLine] = []
    tags: Annotated[list[FilledLine], Field(max_length=250)] = []
    status: Literal["draft", "active", "archived"] = "active"
    attributes: dict[Key, Prose | None] = {}
    options: list[OptionLine] = []
    variants: Annotated[list[VariantLine], Field(min_length=1, max_length=MAX_VARIANTS)] = []
    images: Annotated[list[ImageLine], Field(max_length=MAX_IMAGES)] = []
    tax_category: Line = ""
    translations: dict[Language, TranslationLine | None] = {}
    seo_title: Line = ""
    seo_description: Prose = ""
