"""What a file says about one product, and the product that comes of it: what it does not speak of stays as it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from commerce.catalog import gift_cards
from commerce.catalog.drafts import ProductDraft, VariantDraft
from commerce.catalog.model import Image, Product, ProductOption, Translation, Variant
from commerce.runtime.clock import now
from commerce.runtime.ids import new_id


class Unfit(ValueError):
    """The product that would come of it is none; `code` is stable, `member` is where it lies."""

    def __init__(self, member: str, code: str, message: str) -> None:
        super().__init__(message)
        self.member, self.code = member, code


@dataclass(frozen=True)
class Step:
    """One level of a category's path. Without a slug it is found by its title."""

    title: str
    slug: str = ""


@dataclass(frozen=True)
class VariantPatch:
    """What is said of a variant. In maps by currency, None takes the entry away."""

    sku: str
    members: Mapping[str, Any] = field(default_factory=dict)
    prices: Mapping[str, int | None] = field(default_factory=dict)
    compare_at: Mapping[str, int | None] = field(default_factory=dict)
    quantity: int | None = None


@dataclass(frozen=True)
class Patch:
    """What is said of a product. What is None, or missing in `members`, is not spoken of.

    Maps are merged as RFC 7396 has it (None takes an entry away); lists are whole.
    """

    slug: str
    members: Mapping[str, Any] = field(default_factory=dict)
    attributes: Mapping[str, str | None] = field(default_factory=dict)
    translations: Mapping[str, Mapping[str, str] | None] = field(default_factory=dict)
    category: Sequence[Step] | None = None
    options: Sequence[tuple[str, Sequence[str]]] | None = None
    variants: Sequence[VariantPatch] | None = None
    images: Sequence[Mapping[str, Any]] | None = None

    @property
    def skus(self) -> list[str]:
        """The SKUs that it names."""
        return [variant.sku for variant in self.variants or ()]


def of_draft(draft: ProductDraft) -> Patch:
    """What a draft says."""
    said = draft.model_fields_set
    plain = ("title", "kind", "description_html", "brand", "tags", "status", "seo_title", "seo_description")
    return Patch(
        slug=draft.handle,
        members={name: getattr(draft, name) for name in plain if name in said},
        category=_steps(draft) if said & {"category", "product_type"} else None,
        options=[
            (name, list(dict.fromkeys(variant.option_values[name] for variant in draft.variants)))
            for name in draft.options
        ],
        variants=[_of_variant(variant, draft.currency) for variant in draft.variants],
        images=[image.model_dump(include={"url", "alt"}, exclude_unset=True) for image in draft.images]
        if "images" in said
        else None,
    )


def _steps(draft: ProductDraft) -> list[Step]:
    """The path in the taxonomy, with the shop's own word for what it is as its last level."""
    titles = [part.strip() for part in draft.category.split(">") if part.strip()]
    if draft.product_type and (not titles or titles[-1].casefold() != draft.product_type.casefold()):
        titles.append(draft.product_type)
    return [Step(title) for title in titles]


def _of_variant(draft: VariantDraft, currency: str) -> VariantPatch:
    said = draft.model_fields_set
    plain = ("weight_grams", "barcode", "requires_shipping", "taxable", "tax_code", "track_inventory")
    members = {name: getattr(draft, name) for name in (*plain, "inventory_policy") if name in said}
    if "image" in said:
        members["image"] = draft.image or ""
    return VariantPatch(
        sku=draft.sku,
        members=members | {"options": draft.option_values},
        prices={currency: draft.price},
        compare_at={currency: draft.compare_at} if "compare_at" in said else {},
        quantity=draft.quantity if "quantity" in said else None,
    )


def merge(patch: Patch, known: Product | None, category: str | None) -> Product:
    """The product as the file wants it.

    Args:
        patch: what the file says.
        known: the product that has this slug, None for a new one.
        category: the id of the category, None where the file does not speak of it.

    Raises:
        Unfit: something is missing or contradicts itself.
    """
    moment = now()
    if known is None:
        if not patch.members.get("title"):
            raise Unfit("title", "title_missing", "a new product needs a title")
        if not patch.variants:
            raise Unfit("variants", "variants_missing", "a new product needs a variant")
        base = Product(
            id=new_id("prod"), slug=patch.slug, title="", status="active", variants=[],
            created_at=moment, updated_at=moment,
        )  # fmt: skip
    else:
        base = known
    changed: dict[str, Any] = dict(patch.members)
    if category is not None:
        changed["category"] = category
    if patch.attributes:
        changed["attributes"] = _merged(base.attributes, patch.attributes)
    if patch.translations:
        changed["translations"] = _translations(base, patch)
    if patch.images is not None:
        changed["images"] = _images(base, patch.images)
    if patch.variants is not None:
        changed["variants"] = [_variant(said, base.variant(said.sku)) for said in patch.variants]
    if patch.options is not None:
        changed["options"] = _options(base, patch.options, changed.get("variants", base.variants))
    product = base.model_copy(update=changed)
    _refuse_unfit(product)
    return product


def same(product: Product, known: Product) -> bool:
    """Whether nothing has changed."""
    unsaid = {"version", "updated_at"}
    return product.model_dump(exclude=unsaid) == known.model_dump(exclude=unsaid)


def _merged[Value](known: Mapping[str, Value], said: Mapping[str, Value | None]) -> dict[str, Value]:
    return {name: value for name, value in {**known, **said}.items() if value is not None}


def _translations(base: Product, patch: Patch) -> dict[str, Translation]:
    merged = dict(base.translations)
    for language, texts in patch.translations.items():
        if texts is None:
            merged.pop(language, None)
        else:
            merged[language] = merged.get(language, Translation()).model_copy(update=dict(texts))
    return merged


def _images(base: Product, said: Sequence[Mapping[str, Any]]) -> list[Image]:
    known = {image.url: image for image in base.images}
    return [known.get(image["url"], Image(url=image["url"])).model_copy(update=dict(image)) for image in said]


def _variant(said: VariantPatch, known: Variant | None) -> Variant:
    base = known or Variant(sku=said.sku, prices={})
    prices = _merged(base.prices, said.prices)
    compare_at = _merged(base.compare_at, said.compare_at)
    # An offer whose price has risen to where it was is none. What has not been touched is left alone.
    offers = {
        currency: amount
        for currency, amount in compare_at.items()
        if amount > prices.get(currency, amount)
        or (amount, prices.get(currency)) == (base.compare_at.get(currency), base.prices.get(currency))
    }
    return base.model_copy(update={**said.members, "prices": prices, "compare_at": offers})


def _options(
    base: Product, said: Sequence[tuple[str, Sequence[str]]], variants: Sequence[Variant]
) -> list[ProductOption]:
    """The options with their values in the order that is known; a value that no variant has any more goes."""
    known = {option.name: option.values for option in base.options}
    had = {(name, value) for variant in base.variants for name, value in variant.options.items()}
    have = {(name, value) for variant in variants for name, value in variant.options.items()}
    made = []
    for name, values in said:
        kept = [v for v in known.get(name, ()) if v in values or (name, v) in have or (name, v) not in had]
        made.append(ProductOption(name=name, values=list(dict.fromkeys([*kept, *values]))))
    return made


def _refuse_unfit(product: Product) -> None:
    names = {option.name for option in product.options}
    seen: set[tuple[tuple[str, str], ...]] = set()
    for variant in product.variants:
        if set(variant.options) != names:
            message = f"{variant.sku} needs a value for each option and for nothing else"
            raise Unfit("variants", "options_mismatch", message)
        chosen = tuple(sorted((name, value.casefold()) for name, value in variant.options.items()))
        if chosen in seen:
            raise Unfit("variants", "options_duplicate", f"{variant.sku} has the options of another variant")
        seen.add(chosen)
        if not variant.prices:
            raise Unfit("variants", "price_missing", f"{variant.sku} has no price")
    if len({variant.sku for variant in product.variants}) != len(product.variants):
        raise Unfit("variants", "sku_duplicate", "two variants have the same SKU")
    for fault in gift_cards.faults(product.kind, product.variants):
        raise Unfit("variants", fault.code, fault.message)
