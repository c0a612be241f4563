"""The columns of Shopify's product CSV, under the names they have had over time, and its rows with those names.

Shopify renamed most columns (Handle became URL handle, Body (HTML) Description, Variant Price Price ...); files of both
kinds are about. Source: https://help.shopify.com/en/manual/products/import-export/using-csv
"""

from collections.abc import Iterator
from dataclasses import dataclass

from commerce.catalog.cells import slug
from commerce.catalog.drafts import RowError
from commerce.catalog.spreadsheet import Sheet, UnreadableFile
from commerce.runtime.spreadsheets import rearm

# Our word for a column: the old name, the new one, and others seen. What is not here (Google Shopping, metafields,
# prices per market, cost per item) is not read.
COLUMNS: dict[str, tuple[str, ...]] = {
    "handle": ("Handle", "URL handle"),
    "title": ("Title",),
    "body": ("Body (HTML)", "Description", "Body HTML"),
    "vendor": ("Vendor",),
    "category": ("Product Category", "Standardized Product Type", "Standard Product Type"),
    "type": ("Type", "Product Type", "Custom Product Type"),
    "tags": ("Tags",),
    "published": ("Published", "Published on online store"),
    "status": ("Status",),
    "option1_name": ("Option1 Name",),
    "option1_value": ("Option1 Value",),
    "option2_name": ("Option2 Name",),
    "option2_value": ("Option2 Value",),
    "option3_name": ("Option3 Name",),
    "option3_value": ("Option3 Value",),
    "sku": ("Variant SKU", "SKU"),
    "grams": ("Variant Grams", "Weight value (grams)"),
    "tracker": ("Variant Inventory Tracker", "Inventory tracker"),
    "quantity": ("Variant Inventory Qty", "Inventory quantity", "Variant Inventory Quantity"),
    "policy": ("Variant Inventory Policy", "Continue selling when out of stock"),
    "price": ("Variant Price", "Price"),
    "compare_at": ("Variant Compare At Price", "Compare-at price", "Compare At Price"),
    "requires_shipping": ("Variant Requires Shipping", "Requires shipping"),
    "taxable": ("Variant Taxable", "Charge tax"),
    "barcode": ("Variant Barcode", "Barcode"),
    "image": ("Image Src", "Product image URL"),
    "image_position": ("Image Position",),
    "image_alt": ("Image Alt Text",),
    "gift_card": ("Gift Card",),
    "seo_title": ("SEO Title",),
    "seo_description": ("SEO Description",),
    "variant_image": ("Variant Image", "Variant image URL"),
    "tax_code": ("Variant Tax Code", "Tax code"),
}
_REQUIRED = ("handle", "title", "price")
OPTIONS = (1, 2, 3)


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


_FIELDS = {_folded(name): field for field, names in COLUMNS.items() for name in names}


def is_known(name: str) -> bool:
    """Whether a header cell names a column that is read here, in any of its names and any case."""
    return _folded(name) in _FIELDS


@dataclass(frozen=True)
class Row:
    """One row: what its known columns hold, trimmed, by our word for the column."""

    number: int
    cells: dict[str, str]
    surplus: bool
    """More filled cells than the header has columns."""

    @property
    def handle(self) -> str:
        """The product that the row belongs to; Shopify makes the handle of the title where it is left empty."""
        return slug(self.cells["handle"]) or slug(self.cells["title"])

    @property
    def option_values(self) -> tuple[str, ...]:
        """The option cells that are filled, in order; "Default Title" is Shopify's word for none."""
        values = tuple(filter(None, (self.cells[f"option{n}_value"] for n in OPTIONS)))
        return () if values == ("Default Title",) else values

    @property
    def is_variant(self) -> bool:
        """Whether the row is something to sell, rather than one more picture."""
        cells = self.cells
        if any(cells[f"option{n}_value"] for n in OPTIONS) or cells["sku"] or cells["price"]:
            return True
        return not cells["image"] and any(cells[field] for field in ("barcode", "quantity", "compare_at"))


@dataclass(frozen=True)
class Table:
    """A sheet read by Shopify's columns."""

    sheet: Sheet
    positions: dict[str, int]

    @classmethod
    def of(cls, sheet: Sheet) -> "Table":
        """The table in a sheet.

        Raises:
            UnreadableFile: a column that is needed is missing, or one is there twice.
        """
        positions: dict[str, int] = {}
        for index, name in enumerate(sheet.header):
            field = _FIELDS.get(_folded(name))
            if field in positions:
                raise UnreadableFile(sheet.header_row, name, "column_duplicate", f"the column “{name}” is there twice")
            if field is not None:
                positions[field] = index
        for field in _REQUIRED:
            if field not in positions:
                name = " or ".join(f"“{name}”" for name in COLUMNS[field][:2])
                raise UnreadableFile(
                    sheet.header_row, COLUMNS[field][0], "column_missing", f"there is no column {name}"
                )
        return cls(sheet, positions)

    def rows(self) -> Iterator[Row]:
        """The rows that hold anything, in the order of the file. Raises UnreadableFile as `Sheet.rows` does."""
        width = len(self.sheet.header)
        empty = dict.fromkeys(COLUMNS, "")
        for number, cells in self.sheet.rows():
            known = {f: rearm(cells[i].strip()) for f, i in self.positions.items() if i < len(cells)}
            yield Row(number, empty | known, any(cell.strip() for cell in cells[width:]))

    def speaks_of(self, *fields: str) -> bool:
        """Whether the file has any of these columns."""
        return any(field in self.positions for field in fields)

    def error(self, row: Row, field: str, code: str, message: str) -> RowError:
        """An error in the column, under the name that the file gives it; an empty field means the whole row."""
        position = self.positions.get(field)
        name = self.sheet.header[position] if position is not None else COLUMNS.get(field, ("",))[0]
        return RowError(row=row.number, column=name, code=code, message=message)
