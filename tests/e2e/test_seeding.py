"""`make seed FILE=...`: a catalogue in Shopify's format comes in, and every variant of it can be found and bought."""

import csv
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path
from uuid import uuid4

import pytest

from scripts.stack.layout import ROOT
from tests.e2e.shopping import Shop

PUBLIC = ROOT.parent / "shared" / "data" / "shopify"

# What public exports look like: options on later rows, empty SKUs, HTML with line breaks, rows that are only pictures.
SAMPLE = """\
Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,\
Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Price,Variant Compare At Price,Image Src,\
Image Position,Image Alt Text,Variant Image
tea-towel,Tea Towel,"<p>Linen,<br>
washed.</p>",Atelier,Kitchen,"linen, kitchen",true,Title,Default Title,,,,80,shopify,7,12.50,15,https://example.com/t.jpg,1,Towel,
apron,Apron,<b>Sturdy</b>,Atelier,Kitchen,linen,TRUE,Size,Small,Colour,Flax,,300,shopify,3,40,,https://example.com/a.jpg,1,,
apron,,,,,,,,Small,,Indigo,APRON-S-INDIGO,300,shopify,3,40.00,,,,,https://example.com/b.jpg
apron,,,,,,,,Large,,Flax,,300,shopify,1,45.00,,,,,
apron,,,,,,,,,,,,,,,,,https://example.com/c.jpg,2,Back,
"""

FILES = [pytest.param(path, id=path.stem) for path in sorted(PUBLIC.glob("*.csv"))]


def variants_of(rows: list[dict[str, str]]) -> dict[str, list[tuple[str, ...]]]:
    """Option values by handle, read without our importer: a row with a price is a variant."""
    found: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for row in rows:
        if row["Variant Price"]:
            values = tuple(row.get(f"Option{n} Value") or "" for n in (1, 2, 3))
            found[row["Handle"]].append(tuple(value for value in values if value and value != "Default Title"))
    return found


@pytest.mark.parametrize("source", [pytest.param(None, id="sample"), *FILES])
def test_no_variant_is_lost(shop: Shop, source: Path | None, tmp_path: Path) -> None:
    text = SAMPLE if source is None else source.read_text(encoding="utf-8-sig")
    # Handles and SKUs of this run's own, so that a second run finds untouched stock.
    rows = list(csv.DictReader(text.splitlines(keepends=True)))
    mark = uuid4().hex[:6]
    for row in rows:
        row["Handle"] = f"{row['Handle']}-{mark}"
        row["Variant SKU"] = row["Variant SKU"] and f"{row['Variant SKU']}-{mark}"
    file = tmp_path / "products.csv"
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    wanted = variants_of(rows)

    told = seed(shop, file)

    number = sum(len(variants) for variants in wanted.values())
    assert f"{len(wanted)} products with {number} variants ({len(wanted)} new)" in told
    listed = {item["slug"] for page in pages(shop) for item in page}
    assert set(wanted) <= listed
    skus: dict[str, int] = {}
    for handle, variants in wanted.items():
        product = shop.stack.api("GET", f"/products/{handle}").json()
        shown = Counter(tuple(variant["options"].values()) for variant in product["variants"])
        assert shown == Counter(variants), handle
        skus |= {variant["sku"]: variant["available"] for variant in product["variants"]}
    assert len(skus) == number

    buyer = shop.buyer()
    in_stock = [sku for sku, left in skus.items() if left]
    assert in_stock
    order = buyer.buy(*in_stock)
    assert {line["sku"] for line in order["lines"]} == set(in_stock)

    assert "(0 new)" in seed(shop, file), "the second time they are replaced in place"
    assert shop.level(in_stock[0])[0] == skus[in_stock[0]] - 1, "and stock stays what it is"


def seed(shop: Shop, file: Path) -> str:
    """`make seed FILE=...`"""
    stack = [sys.executable, "-m", "scripts.stack", "run", "--home", shop.stack.facts["home"]]
    done = subprocess.run(
        [*stack, "--port", str(shop.stack.layout.port), "scripts.seed", str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def pages(shop: Shop) -> list[list[dict[str, str]]]:
    """Every page of the catalogue."""
    found: list[list[dict[str, str]]] = []
    cursor = None
    while cursor or not found:
        query = {"limit": 100} | ({"cursor": cursor} if cursor else {})
        page = shop.stack.api("GET", "/products", params=query).json()
        found.append(page["items"])
        cursor = page["next_cursor"]
    return found
