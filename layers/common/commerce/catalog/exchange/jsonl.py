"""JSON Lines (https://jsonlines.org): a product per line, as a merge patch (RFC 7396) of the product with that slug.

The one format that tells everything: all currencies, translations, attributes, options in their order. Maps (prices,
attributes, translations) are merged, null takes an entry away; lists (variants, images, tags) are whole. Variants are
matched by SKU, pictures by address; what a variant does not speak of stays. Prices are in minor units.
"""

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from pydantic import ValidationError

from commerce.catalog.categories import Tree
from commerce.catalog.drafts import Entry, RowError
from commerce.catalog.exchange.lines import ProductLine, VariantLine
from commerce.catalog.exchange.patch import Patch, Step, VariantPatch
from commerce.catalog.model import Product
from commerce.catalog.spreadsheet import MAX_CELL, UnreadableFile

# A member that is not there is not spoken of; only the maps' entries may be null.
_NEEDED = {"slug", "title", "variants", "options"}
_NEEDED_OF_VARIANT = {"sku", "options", "prices"}
_PLAIN = (
    "kind", "title", "description_html", "brand", "tags", "status", "tax_category", "seo_title", "seo_description"
)  # fmt: skip
_PLAIN_OF_VARIANT = (
    "options", "image", "weight_grams", "barcode", "requires_shipping", "taxable", "tax_code", "track_inventory",
    "inventory_policy",
)  # fmt: skip


def write(product: Product, tree: Tree, stock: dict[str, int]) -> bytes:
    """The product's line. `stock` is what is on hand by SKU; a SKU that has no stock yet is missing there."""
    plain = product.model_dump(include={*_PLAIN, "attributes", "options", "translations"})
    line: dict[str, Any] = {"slug": product.slug, **plain}
    line["category"] = [{"slug": step.slug, "title": step.title} for step in tree.path(product.category)]
    line["images"] = [{"url": image.url, "alt": image.alt} for image in product.images]
    line["variants"] = []
    for variant in product.variants:
        members: dict[str, Any] = {"sku": variant.sku, "prices": variant.prices, "compare_at": variant.compare_at}
        members |= variant.model_dump(include=set(_PLAIN_OF_VARIANT))
        if variant.sku in stock:
            members["quantity"] = stock[variant.sku]
        line["variants"].append(members)
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def lines_in(stream: BinaryIO) -> int:
    """The number of the last line that holds anything.

    Raises:
        UnreadableFile: there is none.
    """
    last = max((number for number, raw in _lines(stream) if raw.strip()), default=0)
    if not last:
        raise UnreadableFile(1, "", "file_empty", "the file is empty")
    return last


def entries(stream: BinaryIO, *, lenient: bool = False, skip: int = 0) -> Iterator[Entry[Patch]]:
    """Every product of the file, in its order: as a patch, or as the errors that keep it out.

    Args:
        stream: the file; UTF-8, with or without a byte order mark.
        lenient: pass over members that a product can do without and that are not valid.
        skip: so many entries are left out; the others are what they would be with them.
    """
    slugs: dict[str, int] = {}
    skus: dict[str, int] = {}
    index = 0
    for number, raw in _lines(stream):
        if not raw.strip():
            continue
        entry = _entry(number, raw, lenient)
        if entry.content is not None:
            entry = _unrepeated(entry, entry.content, slugs, skus)
        index += 1
        if index > skip:
            yield entry


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    stream.seek(0)
    number = 0
    while raw := stream.readline(MAX_CELL + 2):
        number += 1
        whole = raw
        while len(raw) > MAX_CELL and not raw.endswith(b"\n") and (raw := stream.readline(MAX_CELL + 2)):
            whole = b"x" * (MAX_CELL + 1)  # Too long; what it held is of no use.
        yield number, whole.removeprefix(b"\xef\xbb\xbf") if number == 1 else whole


def _entry(number: int, raw: bytes, lenient: bool) -> Entry[Patch]:
    if len(raw) > MAX_CELL:
        return _failed(number, "", "line_too_large", f"the line is above {MAX_CELL // 2**20} MB")
    try:
        value = json.loads(raw.decode(), parse_constant=_refuse_constant)
    except UnicodeDecodeError:
        return _failed(number, "", "encoding", "the line is not UTF-8 text")
    except (ValueError, RecursionError):
        return _failed(number, "", "json", "the line is not JSON")
    if not isinstance(value, dict):
        return _failed(number, "", "json", "the line is not a JSON object")
    left_out: tuple[RowError, ...] = ()
    while True:
        try:
            line = ProductLine.model_validate(value)
        except ValidationError as error:
            found = error.errors(include_url=False, include_input=False)
            faults = tuple(_fault(number, dict(detail)) for detail in found)
            if not lenient or not all(_dispensable(value, detail["loc"]) for detail in found):
                slug = value.get("slug")
                return Entry(number, number, slug if isinstance(slug, str) else "", None, faults, left_out)
            left_out += faults
            for detail in found:
                _take_out(value, detail["loc"])
            continue
        return Entry(number, number, line.slug, _patch(line), (), left_out)


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _failed(number: int, column: str, code: str, message: str) -> Entry[Patch]:
    return Entry(number, number, "", None, (RowError(row=number, column=column, code=code, message=message),))


def _fault(number: int, detail: dict[str, Any]) -> RowError:
    column = ".".join(str(part) for part in detail["loc"] if part != "[key]")[:255]
    codes = {"extra_forbidden": "unknown_member", "missing": "missing"}
    code = codes.get(detail["type"], "too_long" if "too_long" in detail["type"] else "invalid")
    message = str(detail["msg"]).removeprefix("Value error, ")
    return RowError(row=number, column=column, code=code, message=message)


def _dispensable(value: dict[str, Any], loc: tuple[int | str, ...]) -> bool:
    if not loc:
        return False
    if loc[0] == "variants" and len(loc) > 2 and isinstance(value["variants"], list):
        return loc[2] not in _NEEDED_OF_VARIANT and isinstance(value["variants"][int(loc[1])], dict)
    return loc[0] not in _NEEDED


def _take_out(value: dict[str, Any], loc: tuple[int | str, ...]) -> None:
    if loc[0] == "variants":
        value["variants"][int(loc[1])].pop(loc[2], None)
    else:
        value.pop(str(loc[0]), None)


def _patch(line: ProductLine) -> Patch:
    said = line.model_fields_set
    return Patch(
        slug=line.slug,
        members={name: getattr(line, name) for name in _PLAIN if name in said},
        attributes=line.attributes,
        translations={
            language: None if texts is None else texts.model_dump(exclude_unset=True)
            for language, texts in line.translations.items()
        },
        category=[Step(step.title, step.slug) for step in line.category] if "category" in said else None,
        options=[(option.name, option.values) for option in line.options] if "options" in said else None,
        variants=[_variant(variant) for variant in line.variants] if "variants" in said else None,
        images=[image.model_dump(exclude_unset=True) for image in line.images] if "images" in said else None,
    )


def _variant(line: VariantLine) -> VariantPatch:
    said = line.model_fields_set
    return VariantPatch(
        sku=line.sku,
        members={name: getattr(line, name) for name in _PLAIN_OF_VARIANT if name in said},
        prices=line.prices,
        compare_at=line.compare_at,
        quantity=line.quantity if "quantity" in said else None,
    )


def _unrepeated(entry: Entry[Patch], content: Patch, slugs: dict[str, int], skus: dict[str, int]) -> Entry[Patch]:
    """The entry, or its refusal because another line has its slug or one of its SKUs."""
    number = entry.first_row
    if (first := slugs.setdefault(entry.slug, number)) != number:
        message = f"line {first} is about “{entry.slug[:100]}” too"
        return Entry(number, number, entry.slug, None, (_twice(number, "slug", "slug_duplicate", message),))
    errors = []
    own: set[str] = set()
    for index, sku in enumerate(content.skus):
        first = skus.setdefault(sku, number)
        if first != number or sku in own:
            message = f"“{sku}” is already a SKU of line {first}"
            errors.append(_twice(number, f"variants.{index}.sku", "sku_duplicate", message))
        own.add(sku)
    return Entry(number, number, entry.slug, None, tuple(errors)) if errors else entry


def _twice(number: int, column: str, code: str, message: str) -> RowError:
    return RowError(row=number, column=column, code=code, message=message)
