"""The rows of one handle put together into a product, or into the errors that keep it out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from commerce.catalog import cells
from commerce.catalog._shopify_columns import OPTIONS, Row, Table
from commerce.catalog.drafts import MAX_VARIANTS, Entry, ImageDraft, ProductDraft, RowError, VariantDraft

# Which column a field of the drafts came from.
_SOURCES = {
    "brand": "vendor",
    "product_type": "type",
    "url": "image",
    "alt": "image_alt",
    "position": "image_position",
    "option_values": "option1_value",
    "options": "option1_name",
    "image": "variant_image",
    "images": "image",
}
# The text members of a product, and their columns.
_TEXTS = {
    "description_html": "body",
    "brand": "vendor",
    "product_type": "type",
    "category": "category",
    "seo_title": "seo_title",
    "seo_description": "seo_description",
}
_SHOWN = {"", "active"}
_HIDDEN = {"draft", "archived", "unlisted"}


_HAS_NO_DEFAULT = {"handle", "title", "currency", "options", "variants", "sku", "option_values", "price"}


class Assembly:
    """Makes one product. `sku_rows` says of each SKU which row took it first.

    A lenient one passes over cells that a product can do without and that cannot be read; `left_out` names them.
    """

    def __init__(
        self,
        table: Table,
        currency: str,
        derive_sku: Callable[[str, tuple[str, ...]], str],
        sku_rows: Mapping[str, int],
        *,
        lenient: bool = False,
    ) -> None:
        self._table = table
        self._currency = currency
        self._derive_sku = derive_sku
        self._sku_rows = sku_rows
        self._lenient = lenient
        self._errors: list[RowError] = []
        self._left_out: list[RowError] = []

    def product(self, handle: str, rows: Sequence[Row]) -> Entry[ProductDraft]:
        """The draft, or all the errors of its rows."""
        draft = self._draft(handle, rows)
        return Entry(
            rows[0].number,
            rows[-1].number,
            handle,
            None if self._errors else draft,
            tuple(sorted(self._errors, key=lambda error: error.row)),
            tuple(sorted(self._left_out, key=lambda error: error.row)),
        )

    def _draft(self, handle: str, rows: Sequence[Row]) -> ProductDraft | None:
        head = rows[0]
        for row in filter(lambda row: row.surplus, rows):
            self._error(row, "", "cells_surplus", "the row has more cells than the header; is a comma unquoted?")
        variant_rows = [row for row in rows if row.is_variant]
        if not variant_rows:
            self._error(head, "price", "price_missing", "the product has no price")
        if len(variant_rows) > MAX_VARIANTS:
            self._error(head, "", "variants_too_many", f"{len(variant_rows)} variants; at most {MAX_VARIANTS} are kept")
            return None
        title = self._only(rows, "title", "title_conflict", "another row of this product says “{}”")
        if not title:
            self._error(head, "title", "title_missing", "the product has no title")
        options = self._options(rows, variant_rows)
        self._refuse_same_values(variant_rows)
        variants = [variant for row in variant_rows if (variant := self._variant(handle, row, options))]
        images = self._images(rows, variants)
        said: dict[str, Any] = {
            "handle": handle,
            "title": title,
            "currency": self._currency,
            "options": list(options.values()),
            "variants": variants,
        }
        if self._table.speaks_of("image", "variant_image"):
            said["images"] = images
        said |= {m: _first(rows, field) for m, field in _TEXTS.items() if self._table.speaks_of(field)}
        if self._table.speaks_of("tags"):
            said["tags"] = _tags(_first(rows, "tags"))
        if self._table.speaks_of("gift_card"):
            is_one = self._parsed(head, "gift_card", lambda text: cells.flag(text, False), False)
            said["kind"] = "gift_card" if is_one else "goods"
        self._status(rows, said)
        return None if self._errors else self._validated(ProductDraft, said, head)

    def _options(self, rows: Sequence[Row], variant_rows: Sequence[Row]) -> dict[int, str]:
        """Which option columns the product uses, with their names. None at all for a lone "Default Title"."""
        names: dict[int, str] = {}
        for n in OPTIONS:
            name = self._only(rows, f"option{n}_name", "option_name_conflict", "another row of this product says “{}”")
            if name and name.casefold() in (known.casefold() for known in names.values()):
                self._error(rows[0], f"option{n}_name", "option_name_duplicate", f"two options are named “{name}”")
            elif name:
                names[n] = name
        values = {row.cells["option1_value"] for row in variant_rows}
        if len(variant_rows) == 1 and values <= {"", "Default Title"} and list(names.values()) in ([], ["Title"]):
            return {}
        return names

    def _refuse_same_values(self, variant_rows: Sequence[Row]) -> None:
        first: dict[tuple[str, ...], int] = {}
        for row in variant_rows:
            number = first.setdefault(tuple(value.casefold() for value in row.option_values), row.number)
            if number != row.number:
                shown = " / ".join(row.option_values)[:100] or "none"
                message = f"row {number} of this product has the same option values ({shown})"
                self._error(row, "option1_value", "options_duplicate", message)

    def _variant(self, handle: str, row: Row, options: dict[int, str]) -> VariantDraft | None:
        before = len(self._errors)
        values = self._option_values(row, options)
        price = self._price(row, "price")
        if price is None and not row.cells["price"]:
            self._error(row, "price", "price_missing", "the variant has no price")
        said: dict[str, Any] = {"sku": self._sku(handle, row), "option_values": values, "price": price}
        self._say(said, "compare_at", row, "compare_at", lambda text: self._offer(text, price))
        self._say(said, "quantity", row, "quantity", lambda text: cells.quantity(text or "0"))
        self._say(said, "weight_grams", row, "grams", lambda text: cells.grams(text or "0"))
        self._say(said, "barcode", row, "barcode", cells.code)
        self._say(said, "requires_shipping", row, "requires_shipping", lambda text: cells.flag(text, True))
        self._say(said, "taxable", row, "taxable", lambda text: cells.flag(text, True))
        self._say(said, "inventory_policy", row, "policy", _policy)
        self._say(said, "track_inventory", row, "tracker", bool)
        self._say(said, "tax_code", row, "tax_code", str)
        self._say(said, "image", row, "variant_image", lambda text: text or None)
        if len(self._errors) > before or price is None:
            return None
        return self._validated(VariantDraft, said, row)

    def _offer(self, text: str, price: int | None) -> int | None:
        """The price to compare with. Shopify shows no offer either when it is not the higher one."""
        amount = cells.price(text, self._currency) if text else None
        return amount if amount is not None and price is not None and amount > price else None

    def _say(self, said: dict[str, Any], member: str, row: Row, field: str, parse: Callable[[str], object]) -> None:
        """Adds a member that the product can do without, where the file has its column."""
        if not self._table.speaks_of(field):
            return
        try:
            said[member] = parse(row.cells[field])
        except cells.CellError as error:
            self._pass_over(self._table.error(row, field, error.code, str(error)))

    def _pass_over(self, error: RowError) -> None:
        (self._left_out if self._lenient else self._errors).append(error)

    def _validated[Draft: BaseModel](self, model: type[Draft], said: dict[str, Any], row: Row) -> Draft | None:
        try:
            return model.model_validate(said)
        except ValidationError as error:
            members = {str(detail["loc"][0]) if detail["loc"] else "" for detail in error.errors(include_input=False)}
            if not self._lenient or members & _HAS_NO_DEFAULT or not members <= said.keys():
                self._errors += self._faults(row, error)
                return None
            self._left_out += self._faults(row, error)
            return self._validated(model, {name: said[name] for name in said.keys() - members}, row)

    def _option_values(self, row: Row, options: dict[int, str]) -> dict[str, str]:
        values = {}
        for n in OPTIONS:
            value = row.cells[f"option{n}_value"]
            if n in options and value:
                values[options[n]] = value
            elif n in options:
                message = f"the variant has no value for “{options[n]}”"
                self._error(row, f"option{n}_value", "option_value_missing", message)
            elif value and value != "Default Title":
                self._error(
                    row, f"option{n}_name", "option_name_missing", f"the value “{value[:40]}” has no option name"
                )
        return values

    def _sku(self, handle: str, row: Row) -> str:
        sku = self._parsed(row, "sku", cells.code, "") or self._derive_sku(handle, row.option_values)
        first = self._sku_rows.get(sku, row.number)
        if first != row.number and row.cells["sku"]:
            self._error(row, "sku", "sku_duplicate", f"“{sku[:100]}” is already the SKU of row {first}")
        return sku

    def _images(self, rows: Sequence[Row], variants: Sequence[VariantDraft]) -> list[ImageDraft]:
        """The pictures by position, then in the order of the rows; a variant's own picture is one of the product's."""
        found: dict[str, tuple[int, str, Row]] = {}
        last = 0
        for row in rows:
            if url := row.cells["image"]:
                place: dict[str, Any] = {}
                self._say(place, "position", row, "image_position", lambda text: cells.quantity(text) if text else None)
                last = last + 1 if place.get("position") is None else place["position"]
                found.setdefault(url, (last, row.cells["image_alt"], row))
        for variant in variants:
            if variant.image is not None:
                found.setdefault(variant.image, (last + 1, "", rows[0]))
        images = []
        for position, (url, (_, alt, row)) in enumerate(sorted(found.items(), key=lambda item: item[1][0]), start=1):
            said = {"url": url, "position": position} | ({"alt": alt} if self._table.speaks_of("image_alt") else {})
            try:
                images.append(ImageDraft.model_validate(said))
            except ValidationError as error:
                for fault in self._faults(row, error, of_image=True):
                    self._pass_over(fault)
        return images

    def _status(self, rows: Sequence[Row], said: dict[str, Any]) -> None:
        if not self._table.speaks_of("published", "status"):
            return
        word = _first(rows, "status").casefold()
        if word not in _SHOWN | _HIDDEN:
            message = f"“{word[:40]}” is none of active, draft, archived"
            self._pass_over(self._table.error(rows[0], "status", "status_unknown", message))
            return
        shown: dict[str, Any] = {"published": True}
        before = len(self._errors) + len(self._left_out)
        self._say(shown, "published", rows[0], "published", lambda text: cells.flag(text, True))
        if len(self._errors) + len(self._left_out) == before:
            visible = shown["published"] and word in _SHOWN
            said["status"] = "active" if visible else "archived" if word == "archived" else "draft"

    def _price(self, row: Row, field: str) -> int | None:
        return self._parsed(row, field, lambda text: cells.price(text, self._currency), None)

    def _parsed[T, D](self, row: Row, field: str, parse: Callable[[str], T], default: D) -> T | D:
        text = row.cells[field]
        if not text:
            return default
        try:
            return parse(text)
        except cells.CellError as error:
            self._error(row, field, error.code, str(error))
            return default

    def _only(self, rows: Sequence[Row], field: str, code: str, message: str) -> str:
        """The one value that the rows give; a later row may repeat it, not contradict it."""
        only = _first(rows, field)
        for row in rows:
            if row.cells[field] not in ("", only):
                self._error(row, field, code, message.format(only[:100]))
        return only

    def _error(self, row: Row, field: str, code: str, message: str) -> None:
        self._errors.append(self._table.error(row, field, code, message))

    def _faults(self, row: Row, error: ValidationError, of_image: bool = False) -> Iterator[RowError]:
        for detail in error.errors(include_url=False, include_input=False):
            name = str(detail["loc"][0]) if detail["loc"] else ""
            field = "image" if of_image and name == "url" else _SOURCES.get(name, name)
            match detail["type"]:
                case "string_too_long" | "too_long":
                    code, message = "too_long", detail["msg"]
                case "string_pattern_mismatch" if field in ("image", "variant_image"):
                    code, message = "image_url", "a picture needs an address that begins with https:// or /"
                case "string_pattern_mismatch":
                    code, message = "characters", "line breaks and control characters are not allowed here"
                case _:
                    code, message = "invalid", detail["msg"]
            yield self._table.error(row, field, code, message)


def _first(rows: Sequence[Row], field: str) -> str:
    return next((row.cells[field] for row in rows if row.cells[field]), "")


def _policy(text: str) -> str:
    """The old column says deny or continue, the new one TRUE or FALSE."""
    word = text.casefold()
    if word in ("continue", "deny"):
        return word
    return "continue" if cells.flag(text, False) else "deny"


def _tags(text: str) -> list[str]:
    tags = {tag.casefold(): tag for tag in map(str.strip, reversed(text.split(","))) if tag}
    return list(reversed(tags.values()))
