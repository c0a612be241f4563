"""The demo catalogue: read by the real reader, every picture there, drawn as its code draws it."""

import subprocess
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from commerce.catalog import shopify
from commerce.catalog.drafts import ProductDraft

ROOT = Path(__file__).resolve().parents[3]
DEMO = ROOT / "scripts" / "demo_catalogue"
PICTURES = sorted((DEMO / "pictures").glob("*.svg"))


@pytest.fixture(scope="module")
def products() -> list[ProductDraft]:
    with (DEMO / "products.csv").open("rb") as file:
        found = list(shopify.read(file, currency="USD"))
    assert all(isinstance(product, ProductDraft) for product in found), found
    return [product for product in found if isinstance(product, ProductDraft)]


def test_a_shop_worth_the_name(products: list[ProductDraft]) -> None:
    goods = [product for product in products if product.kind == "goods"]
    variants = [variant for product in goods for variant in product.variants]
    assert len(goods) == 41
    assert len(Counter(product.product_type for product in products)) == 8
    assert any(variant.quantity == 0 for variant in variants)
    assert any(variant.compare_at for variant in variants)
    assert all(variant.price > 0 and variant.weight_grams > 0 and variant.track_inventory for variant in variants)
    for product in products:
        assert product.published
        assert product.brand
        assert product.tags
        assert product.seo_description
        assert product.description_html.startswith("<p>")
        assert all(image.alt for image in product.images)


def test_a_gift_card_of_three_values(products: list[ProductDraft]) -> None:
    (card,) = [product for product in products if product.kind == "gift_card"]
    assert [variant.price for variant in card.variants] == [2500, 5000, 10_000]


def test_every_picture_is_there_and_used(products: list[ProductDraft]) -> None:
    named = {image.url for product in products for image in product.images}
    named |= {variant.image for product in products for variant in product.variants if variant.image}
    assert named == {f"/media/demo/{picture.name}" for picture in PICTURES}


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.stem)
def test_pictures_are_small_and_harmless(picture: Path) -> None:
    text = picture.read_text(encoding="utf-8")
    assert len(text.encode()) < 6 * 1024
    elements = {element.tag.rpartition("}")[2] for element in ET.fromstring(text).iter()}
    assert elements <= {"svg", "title", "g", "defs", "use", "clipPath", "path", "rect", "circle", "ellipse"}


def test_pictures_are_as_drawn() -> None:
    command = [sys.executable, "-m", "scripts.demo_catalogue.pictures", "--check"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
