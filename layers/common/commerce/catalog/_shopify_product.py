"""The rows of one handle put together into a product, or into the errors that keep it out."""

from collections.abc import Callable, Iterator, Sequence

from pydantic import ValidationError

from commerce.catalog import cells
from commerce.catalog._shopify_columns import OPTIONS, Row, Table
from commerce.catalog.drafts import MAX_VARIANTS, ImageDraft, ProductDraft, RowError, VariantDraft

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
_SHOWN = {"", "active"}
_HIDDEN = {"draft", "archived", "unlisted"}


class Assembly:
    """Makes one product. `sku_rows` remembers across products which row took a SKU first."""

    def __init__(
        self,
        table: Table,
        currency: str,
        derive_sku: Callable[[str, tuple[str, ...]], str],
        sku_rows: dict[str, int],
    ) -> None:
        self._table = table
        self._currency = currency
        self._derive_sku = derive_sku
        self._sku_rows = sku_rows
        self._errors: list[RowError] = []

    def product(self, handle: str, rows: Sequence[Row]) -> Iterator[ProductDraft | RowError]:
        """The draft, or all the errors of its rows."""
        draft = self._draft(handle, rows)
        if draft is not None and not self._errors:
            yield draft
        yield from sorted(self._errors, key=lambda error: error.row)

    def _draft(self, handle: str, rows: Sequence[Row]) -> ProductDraft | None:
        head = rows[0]
        for row in rows:
            if row.surplus:
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
        if self._parsed(head, "gift_card", lambda text: cells.flag(text, False), False):
            self._error(head, "gift_card", "gift_card", "gift cards cannot be sold here")
        published = self._published(rows)
        if self._errors:
            return None
        try:
            return ProductDraft(
                handle=handle,
                title=title,
                description_html=_first(rows, "body"),
                brand=_first(rows, "vendor"),
                product_type=_first(rows, "type"),
                category=_first(rows, "category"),
                tags=_tags(_first(rows, "tags")),
                published=published,
                currency=self._currency,
                options=list(options.values()),
                variants=variants,
                images=images,
                seo_title=_first(rows, "seo_title"),
                seo_description=_first(rows, "seo_description"),
            )
        except ValidationError as error:
            self._invalid(head, error)
            return None

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
        compare_at = self._price(row, "compare_at")
        sku = self._sku(handle, row)
        quantity = self._parsed(row, "quantity", cells.quantity, 0)
        grams = self._parsed(row, "grams", cells.grams, 0)
        barcode = self._parsed(row, "barcode", cells.code, "")
        ships = self._parsed(row, "requires_shipping", lambda text: cells.flag(text, True), True)
        taxable = self._parsed(row, "taxable", lambda text: cells.flag(text, True), True)
        backorders = self._parsed(row, "policy", _continues, False)
        if len(self._errors) > before or price is None:
            return None
        try:
            return VariantDraft(
                sku=sku,
                option_values=values,
                price=price,
                # Shopify shows no offer either when the price to compare with is not the higher one.
                compare_at=compare_at if compare_at is not None and compare_at > price else None,
                weight_grams=grams,
                quantity=quantity,
                track_inventory=bool(row.cells["tracker"]),
                inventory_policy="continue" if backorders else "deny",
                barcode=barcode,
                requires_shipping=ships,
                taxable=taxable,
                tax_code=row.cells["tax_code"],
                image=row.cells["variant_image"] or None,
            )
        except ValidationError as error:
            self._invalid(row, error)
            return None

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
        first = self._sku_rows.setdefault(sku, row.number)
        if first != row.number and row.cells["sku"]:
            self._error(row, "sku", "sku_duplicate", f"“{sku[:100]}” is already the SKU of row {first}")
        return sku

    def _images(self, rows: Sequence[Row], variants: Sequence[VariantDraft]) -> list[ImageDraft]:
        """The pictures by position, then in the order of the rows; a variant's own picture is one of the product's."""
        found: dict[str, tuple[int, str, Row]] = {}
        last = 0
        for row in rows:
            if url := row.cells["image"]:
                last = self._parsed(row, "image_position", cells.quantity, last + 1)
                found.setdefault(url, (last, row.cells["image_alt"], row))
        for variant in variants:
            if variant.image is not None:
                found.setdefault(variant.image, (last + 1, "", rows[0]))
        images = []
        for position, (url, (_, alt, row)) in enumerate(sorted(found.items(), key=lambda item: item[1][0]), start=1):
            try:
                images.append(ImageDraft(url=url, alt=alt, position=position))
            except ValidationError as error:
                self._invalid(row, error, of_image=True)
        return images

    def _published(self, rows: Sequence[Row]) -> bool:
        published = self._parsed(rows[0], "published", lambda text: cells.flag(text, True), True)
        status = _first(rows, "status").casefold()
        if status not in _SHOWN | _HIDDEN:
            self._error(rows[0], "status", "status_unknown", f"“{status[:40]}” is none of active, draft, archived")
        return published and status in _SHOWN

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

    def _invalid(self, row: Row, error: ValidationError, of_image: bool = False) -> None:
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
            self._error(row, field, code, message)


def _first(rows: Sequence[Row], field: str) -> str:
    return next((row.cells[field] for row in rows if row.cells[field]), "")


def _continues(text: str) -> bool:
    """The old column says deny or continue, the new one TRUE or FALSE."""
    word = text.casefold()
    return word == "continue" if word in ("continue", "deny") else cells.flag(text, False)


def _tags(text: str) -> list[str]:
    tags = {tag.casefold(): tag for tag in map(str.strip, reversed(text.split(","))) if tag}
    return list(reversed(tags.values()))
