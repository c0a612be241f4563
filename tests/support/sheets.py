"""Product sheets in Shopify's format, and what is read from them."""

import csv
import io
from collections.abc import Iterable

from commerce.catalog import shopify
from commerce.catalog.drafts import ProductDraft, RowError

OLD = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price"


def read(data: str | bytes, currency: str = "USD") -> tuple[list[ProductDraft], list[RowError]]:
    stream = io.BytesIO(data.encode() if isinstance(data, str) else data)
    found = list(shopify.read(stream, currency=currency))
    return [f for f in found if isinstance(f, ProductDraft)], [f for f in found if isinstance(f, RowError)]


def drafts(data: str | bytes, currency: str = "USD") -> list[ProductDraft]:
    products, errors = read(data, currency)
    assert errors == []
    return products


def errors_of(data: str | bytes, currency: str = "USD") -> list[tuple[int, str, str]]:
    products, errors = read(data, currency)
    assert products == [], "a product with an error must not come in, not even in part"
    return [(error.row, error.column, error.code) for error in errors]


def sheet(*rows: dict[str, str], header: Iterable[str] = ()) -> str:
    names = list(header) or list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, names, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def shirt(**more: str) -> dict[str, str]:
    return {"Handle": "shirt", "Title": "Shirt", "Variant Price": "10"} | {
        k.replace("_", " "): v for k, v in more.items()
    }
