"""Products as rows of Shopify's CSV. A product that the format cannot tell exactly is left out, with the reason.

Whether it can is not guessed: the rows are read again by the importer, and must give back the same product.
"""

import csv
import io
from collections.abc import Mapping

from commerce.catalog import shopify
from commerce.catalog.categories import Tree
from commerce.catalog.exchange.patch import Unfit, merge, of_draft, same
from commerce.catalog.exchange.shelves import Shelves
from commerce.catalog.model import Product, Variant
from commerce.catalog.spreadsheet import UnreadableFile
from commerce.money import to_decimal
from commerce.runtime.spreadsheets import disarm

COLUMNS = (
    "Handle", "Title", "Body (HTML)", "Vendor", "Product Category", "Tags", "Published", "Option1 Name",
    "Option1 Value", "Option2 Name", "Option2 Value", "Option3 Name", "Option3 Value", "Variant SKU", "Variant Grams",
    "Variant Inventory Tracker", "Variant Inventory Qty", "Variant Inventory Policy", "Variant Price",
    "Variant Compare At Price", "Variant Requires Shipping", "Variant Taxable", "Variant Barcode", "Image Src",
    "Image Position", "Image Alt Text", "Gift Card", "SEO Title", "SEO Description", "Variant Image",
    "Variant Tax Code", "Status",
)  # fmt: skip
MAX_OPTIONS = 3


class Untellable(ValueError):
    """Shopify's format has no words for this product."""


def header() -> bytes:
    """The first row, after the mark by which spreadsheets know UTF-8."""
    return b"\xef\xbb\xbf" + _lines([{name: name for name in COLUMNS}])


def write(product: Product, tree: Tree, stock: Mapping[str, int], currency: str) -> bytes:
    """The product's rows, prices in the currency.

    Raises:
        Untellable: more than three options, no price in this currency, a comma in a tag ...
    """
    if len(product.options) > MAX_OPTIONS:
        raise Untellable(f"it has more than {MAX_OPTIONS} options")
    if any(currency not in variant.prices for variant in product.variants):
        raise Untellable(f"a variant has no price in {currency}")
    rows = _lines(_rows(product, tree, stock, currency))
    if not _comes_back(header() + rows, product, tree, currency):
        raise Untellable("a text of it is one that the format does not give back")
    return rows


def _comes_back(text: bytes, product: Product, tree: Tree, currency: str) -> bool:
    try:
        entries = list(shopify.entries(io.BytesIO(text), currency=currency))
        (entry,) = entries
        if entry.content is None:
            return False
        shelves = Shelves(tree)
        patch = of_draft(entry.content)
        found = merge(patch, product, shelves.find(patch.category or ()))
    except (UnreadableFile, Unfit, ValueError):
        return False
    return patch.slug == product.slug and not shelves.new and same(found, product)


def _rows(product: Product, tree: Tree, stock: Mapping[str, int], currency: str) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = []
    for index in range(max(len(product.variants), len(product.images))):
        row = {"Handle": product.slug}
        if index == 0:
            row |= _head(product, tree)
        if index < len(product.variants):
            row |= _variant(product, product.variants[index], stock, currency)
        if index < len(product.images):
            image = product.images[index]
            row |= {"Image Src": image.url, "Image Position": str(index + 1), "Image Alt Text": image.alt}
        rows.append(row)
    return rows


def _head(product: Product, tree: Tree) -> dict[str, str]:
    head = {
        "Title": product.title,
        "Body (HTML)": product.description_html,
        "Vendor": product.brand,
        "Product Category": " > ".join(category.title for category in tree.path(product.category)),
        "Tags": ", ".join(product.tags),
        "Published": _flag(product.status == "active"),
        "Gift Card": _flag(product.kind == "gift_card"),
        "SEO Title": product.seo_title,
        "SEO Description": product.seo_description,
        "Status": product.status,
    }
    return head | {f"Option{n} Name": option.name for n, option in enumerate(product.options, start=1)}


def _variant(product: Product, variant: Variant, stock: Mapping[str, int], currency: str) -> dict[str, str]:
    offer = variant.compare_at.get(currency)
    cells = {
        "Variant SKU": variant.sku,
        "Variant Grams": str(variant.weight_grams),
        "Variant Inventory Tracker": "shopify" if variant.track_inventory else "",
        "Variant Inventory Qty": str(stock.get(variant.sku, 0)),
        "Variant Inventory Policy": variant.inventory_policy,
        "Variant Price": to_decimal(variant.prices[currency], currency),
        "Variant Compare At Price": "" if offer is None else to_decimal(offer, currency),
        "Variant Requires Shipping": _flag(variant.requires_shipping),
        "Variant Taxable": _flag(variant.taxable),
        "Variant Barcode": variant.barcode,
        "Variant Image": variant.image,
        "Variant Tax Code": variant.tax_code,
    }
    for n, option in enumerate(product.options, start=1):
        cells[f"Option{n} Value"] = variant.options.get(option.name, "")
    if not product.options:
        cells |= {"Option1 Name": "Title", "Option1 Value": "Default Title"}
    return cells


def _flag(value: bool) -> str:
    return "TRUE" if value else "FALSE"


def _lines(rows: list[dict[str, str]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="")
    writer.writerows({name: disarm(value) for name, value in row.items()} for row in rows)
    return out.getvalue().encode()
