"""What staff may write of a product, checked field by field."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from commerce.catalog import gift_cards
from commerce.catalog.categories import Tree
from commerce.catalog.drafts import (
    MAX_GRAMS,
    MAX_IMAGES,
    MAX_PRICE,
    MAX_VARIANTS,
    FilledLine,
    ImageUrl,
    Line,
    Sku,
    Slug,
)
from commerce.catalog.model import Product, ProductKind, Status, Translation, Variant
from commerce.catalog.richtext import SafeHtml
from commerce.runtime.errors import FieldError, Invalid
from commerce.runtime.settings import settings

MAX_ATTRIBUTES = 50

# A dot or a dollar sign in a member's name means something to the database.
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=r"^[^.$\x00-\x1f]+$")
]
Price = Annotated[int, Field(ge=0, le=MAX_PRICE)]
Prices = dict[Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")], Price]


class ImageInput(BaseModel):
    """A picture; `id` says which of the product's own it is, with another place in the order or another text."""

    model_config = ConfigDict(extra="forbid")

    id: str = ""
    url: ImageUrl
    alt: Annotated[str, StringConstraints(max_length=512)] = ""


class TranslationInput(BaseModel):
    """What the product is called in another language; what is empty falls back."""

    model_config = ConfigDict(extra="forbid")

    title: Line = ""
    description_html: SafeHtml = ""


class VariantInput(BaseModel):
    """One thing that can be bought. Prices in minor units by currency; `options` by name, in one order for all."""

    model_config = ConfigDict(extra="forbid")

    sku: Sku
    options: dict[Name, FilledLine] = Field(default_factory=dict, max_length=5)
    prices: Prices = Field(min_length=1)
    compare_at: Prices = {}
    image: ImageUrl | Literal[""] = ""
    weight_grams: Annotated[int, Field(ge=0, le=MAX_GRAMS)] = 0
    barcode: Line = ""
    requires_shipping: bool = True
    taxable: bool = True
    tax_code: Line = ""
    track_inventory: bool = True
    inventory_policy: Literal["deny", "continue"] = "deny"


class ProductInput(BaseModel):
    """A product as staff writes it. Without a slug it gets one from its title; `category` is an id or empty."""

    model_config = ConfigDict(extra="forbid")

    title: FilledLine
    kind: ProductKind = "goods"
    slug: Slug | None = None
    description_html: SafeHtml = ""
    brand: Line = ""
    category: str = ""
    tags: list[FilledLine] = Field(default_factory=list, max_length=250)
    status: Status = "draft"
    attributes: dict[Name, FilledLine] = Field(default_factory=dict, max_length=MAX_ATTRIBUTES)
    variants: list[VariantInput] = Field(min_length=1, max_length=MAX_VARIANTS)
    images: list[ImageInput] = Field(default_factory=list, max_length=MAX_IMAGES)
    tax_category: Line = ""
    translations: dict[str, TranslationInput] = {}
    seo_title: Line = ""
    seo_description: Annotated[str, StringConstraints(max_length=1_000)] = ""


class ProductPatch(BaseModel):
    """The members that are to be different, as in a JSON merge patch (RFC 7396): null takes a member back to what a new
    product has. Lists and maps are given whole; a variant that is left out of `variants` is gone.
    """

    model_config = ConfigDict(extra="forbid")

    title: FilledLine | None = None
    kind: ProductKind | None = None
    slug: Slug | None = None
    description_html: SafeHtml | None = None
    brand: Line | None = None
    category: str | None = None
    tags: Annotated[list[FilledLine], Field(max_length=250)] | None = None
    status: Status | None = None
    attributes: Annotated[dict[Name, FilledLine], Field(max_length=MAX_ATTRIBUTES)] | None = None
    variants: Annotated[list[VariantInput], Field(min_length=1, max_length=MAX_VARIANTS)] | None = None
    images: Annotated[list[ImageInput], Field(max_length=MAX_IMAGES)] | None = None
    tax_category: Line | None = None
    translations: dict[str, TranslationInput] | None = None
    seo_title: Line | None = None
    seo_description: Annotated[str, StringConstraints(max_length=1_000)] | None = None

    @model_validator(mode="after")
    def _what_must_be_there_stays(self) -> Self:
        for name in ("title", "slug", "status", "variants"):
            if name in self.model_fields_set and getattr(self, name) is None:
                raise ValueError(f"{name} cannot be taken away")
        return self


def merged(known: Product, patch: ProductPatch) -> ProductInput:
    """The product as it was, with what the patch says. Only what the patch speaks of is checked anew."""
    given = {name: getattr(patch, name) for name in patch.model_fields_set}
    kept = {name: value for name, value in _as_input(known).items() if name not in given}
    said = {name: value for name, value in given.items() if value is not None}
    return ProductInput.model_construct(**(_defaults() | kept | said))


def check(wanted: ProductInput, tree: Tree) -> None:
    """What no single field can say of itself.

    Raises:
        Invalid: with every field that is wrong, and a code for each.
    """
    errors = [*_variants(wanted.variants), *_surroundings(wanted, tree), *_gift_cards(wanted)]
    if errors:
        raise Invalid(errors[0].message, errors=errors)


def _as_input(known: Product) -> dict[str, Any]:
    members = known.model_dump(include=set(ProductInput.model_fields) - {"variants", "images", "translations"})
    members["variants"] = [VariantInput.model_construct(**variant.model_dump()) for variant in known.variants]
    members["images"] = [ImageInput.model_construct(**image.model_dump()) for image in known.images]
    members["translations"] = {
        language: TranslationInput.model_construct(**text.model_dump()) for language, text in known.translations.items()
    }
    return members


def _defaults() -> dict[str, Any]:
    fields = ProductInput.model_fields.items()
    return {name: field.get_default(call_default_factory=True) for name, field in fields if not field.is_required()}


def _variants(variants: list[VariantInput]) -> list[FieldError]:
    errors = []
    names = list(variants[0].options)
    skus: dict[str, int] = {}
    combinations: dict[tuple[str, ...], int] = {}
    currencies = settings().currencies
    for place, variant in enumerate(variants):
        at = f"variants.{place}"
        if skus.setdefault(variant.sku, place) != place:
            errors.append(_error(f"{at}.sku", "sku_duplicate", f"Variant {skus[variant.sku] + 1} has this SKU too."))
        if list(variant.options) != names:
            errors.append(_error(f"{at}.options", "options_differ", "Every variant has the same options in one order."))
        values = tuple(value.casefold() for value in variant.options.values())
        if combinations.setdefault(values, place) != place:
            other = combinations[values] + 1
            errors.append(_error(f"{at}.options", "options_duplicate", f"Variant {other} has these options too."))
        for currency in {**variant.prices, **variant.compare_at}:
            if currency not in currencies:
                known = ", ".join(currencies)
                errors.append(_error(f"{at}.prices.{currency}", "unknown_currency", f"The shop sells in {known}."))
        for currency, amount in variant.compare_at.items():
            if amount <= variant.prices.get(currency, 0):
                message = "The price before an offer is above the price."
                errors.append(_error(f"{at}.compare_at.{currency}", "compare_at_too_low", message))
    return errors


def _surroundings(wanted: ProductInput, tree: Tree) -> list[FieldError]:
    errors = []
    if wanted.category and wanted.category not in tree.by_id:
        errors.append(_error("category", "unknown_category", "There is no such category."))
    others = settings().languages[1:]
    for language in wanted.translations:
        if language not in others:
            known = ", ".join(others) or "no other language"
            errors.append(_error(f"translations.{language}", "unknown_language", f"The shop also speaks {known}."))
    return errors


def _gift_cards(wanted: ProductInput) -> list[FieldError]:
    found = gift_cards.faults(wanted.kind, wanted.variants)
    return [_error(f"variants.{fault.place}.{fault.member}", fault.code, fault.message) for fault in found]


def _error(field: str, code: str, message: str) -> FieldError:
    return FieldError(field=field, code=code, message=message)


def variant_of(wanted: VariantInput) -> Variant:
    """The variant as stored; its price log is carried on by `publishing`."""
    return Variant.model_validate(wanted.model_dump())


def translation_of(wanted: TranslationInput) -> Translation:
    """The translation as stored."""
    return Translation.model_validate(wanted.model_dump())
