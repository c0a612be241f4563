"""Drafts become products: new ones are made, known ones keep their id and are replaced."""

import pytest

from commerce.catalog import intake
from commerce.catalog.categories import CATEGORIES
from commerce.catalog.drafts import ImageDraft, ProductDraft, VariantDraft
from commerce.catalog.store import PRODUCTS
from commerce.runtime import cache
from commerce.runtime.errors import Conflict
from tests.unit.conftest import Configure


@pytest.fixture(autouse=True)
def _ready(database: None) -> None:
    for index in PRODUCTS.indexes:
        PRODUCTS.handle.create_index(list(index.keys), **index.options())


def draft(handle: str = "lamp", *skus: str, **more: object) -> ProductDraft:
    given: dict[str, object] = {
        "handle": handle,
        "title": handle.title(),
        "currency": "USD",
        "options": ["Colour"],
        "variants": [
            VariantDraft(sku=sku, option_values={"Colour": sku}, price=1000 + place, compare_at=2000 if place else None)
            for place, sku in enumerate(skus or ("RED", "BLUE"))
        ],
        "product_type": "Table Lamps & Shades",
        "images": [ImageDraft(url="/media/lamp.svg", alt="A lamp", position=1)],
    }
    return ProductDraft.model_validate(given | more)


def test_a_new_product() -> None:
    (saved,) = intake.save([draft()])
    product = saved.product
    assert saved.is_new
    assert product.id.startswith("prod_")
    assert (product.slug, product.status, product.version) == ("lamp", "active", 1)
    category = CATEGORIES.get(product.category)
    assert category
    assert (category.slug, category.title, category.parent) == ("table-lamps-shades", "Table Lamps & Shades", "")
    assert [(option.name, option.values) for option in product.options] == [("Colour", ["RED", "BLUE"])]
    assert [(v.sku, v.prices, v.compare_at) for v in product.variants] == [
        ("RED", {"USD": 1000}, {}),
        ("BLUE", {"USD": 1001}, {"USD": 2000}),
    ]
    assert PRODUCTS.get(product.id) == product


def test_a_known_handle_keeps_its_id_and_birthday() -> None:
    (first,) = intake.save([draft()])
    (again,) = intake.save([draft("lamp", "GREEN", title="Brighter")])
    assert not again.is_new
    assert (again.product.id, again.product.created_at) == (first.product.id, first.product.created_at)
    assert (again.product.version, again.product.title) == (2, "Brighter")
    stored = PRODUCTS.get(first.product.id)
    assert stored
    assert [variant.sku for variant in stored.variants] == ["GREEN"]
    assert PRODUCTS.handle.count_documents({}) == 1


def test_what_is_not_published_is_a_draft() -> None:
    (saved,) = intake.save([draft(status="draft")])
    assert saved.product.status == "draft"
    assert PRODUCTS.active("lamp") is None


def test_a_sku_belongs_to_one_product() -> None:
    intake.save([draft("lamp", "RED")])
    with pytest.raises(Conflict):
        intake.save([draft("shade", "RED")])
    assert PRODUCTS.handle.count_documents({}) == 1


def test_many_at_once() -> None:
    saved = intake.save([draft(f"lamp-{number}", f"SKU-{number}") for number in range(12)])
    assert len({one.product.id for one in saved}) == 12
    assert intake.save([]) == []


@pytest.mark.usefixtures("valkey")
def test_the_cache_hears_of_it(configure: Configure) -> None:
    assert cache.read_through("products", "k", lambda: "old") == "old"
    intake.save([draft()])
    assert cache.read_through("products", "k", lambda: "new") == "new"
