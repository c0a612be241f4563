"""The products of DummyJSON (https://dummyjson.com, MIT) as drafts, read where they lie and never copied."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from commerce.catalog.cells import slug
from commerce.catalog.drafts import ImageDraft, ProductDraft, VariantDraft

FILE = Path(__file__).resolve().parents[3] / "shared" / "data" / "dummyjson-products.json"


@lru_cache(maxsize=1)
def products() -> list[dict[str, Any]]:
    """The file's products."""
    if not FILE.exists():
        pytest.skip(f"{FILE.name} is not there")
    content = json.loads(FILE.read_text())
    found: list[dict[str, Any]] = content["products"] if isinstance(content, dict) else content
    return found


def handle(product: dict[str, Any]) -> str:
    """A product's handle; two of them have the same title."""
    return f"{slug(product['title'])}-{product['id']}"


def drafts() -> list[ProductDraft]:
    """Every product of the file."""
    return [_draft(product) for product in products()]


def _draft(product: dict[str, Any]) -> ProductDraft:
    variant = VariantDraft(
        sku=product["sku"],
        price=round(product["price"] * 100),
        quantity=product["stock"],
        weight_grams=round(product["weight"] * 1000),
        barcode=str((product.get("meta") or {}).get("barcode", "")),
    )
    return ProductDraft(
        handle=handle(product),
        title=product["title"],
        description_html=f"<p>{product['description']}</p>",
        brand=product.get("brand") or "",
        product_type=product["category"].replace("-", " ").title(),
        tags=product["tags"],
        currency="USD",
        variants=[variant],
        images=[ImageDraft(url=url, position=at) for at, url in enumerate(product["images"], 1)],
    )
