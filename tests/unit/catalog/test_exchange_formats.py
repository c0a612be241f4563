"""What is exported comes back as it was, in both formats, whatever a product holds."""

import csv
import io
import json
import string
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commerce.catalog import shopify
from commerce.catalog.categories import Category, Tree
from commerce.catalog.exchange import jsonl, shopify_writer
from commerce.catalog.exchange.lines import ProductLine
from commerce.catalog.exchange.patch import Patch, Step, Unfit, VariantPatch, merge, of_draft, same
from commerce.catalog.exchange.shelves import Shelves
from commerce.catalog.exchange.shopify_writer import Untellable
from commerce.catalog.model import Image, Product, ProductKind, ProductOption, Translation, Variant
from commerce.catalog.richtext import clean
from commerce.runtime import spreadsheets

BORN = datetime(2026, 1, 1, tzinfo=UTC)
TREE = Tree(
    [
        Category(id="cat_home", slug="home", title="Home"),
        Category(id="cat_lamps", slug="lamps", title="Lamps", parent="cat_home"),
        Category(id="cat_odd", slug="odd", title="A > B", parent="cat_home"),
        Category(id="cat_formula", slug="formula", title="=1+1"),
    ]
)
WORDS = st.text(string.ascii_letters + " äß红=+-@'\",;|%&<>\u00a0", min_size=1, max_size=12).map(str.strip).filter(bool)
LINE = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20).map(str.strip) | WORDS
CURRENCIES = ("USD", "JPY", "KWD")


@st.composite
def variants(draw: st.DrawFn, options: list[ProductOption], kind: ProductKind) -> list[Variant]:
    combinations: list[dict[str, str]] = [{}]
    for option in options:
        combinations = [c | {option.name: value} for c in combinations for value in option.values]
    count = draw(st.integers(1, min(4, len(combinations))))
    made = []
    for index, chosen in enumerate(combinations[:count]):
        amounts = st.integers(0 if kind == "goods" else 1, 99_999_999)
        prices = {"USD": draw(amounts)} | draw(st.dictionaries(st.sampled_from(CURRENCIES), amounts))
        offers = draw(st.sets(st.sampled_from(sorted(prices)))) if kind == "goods" else set[str]()
        made.append(
            Variant(
                sku=f"{draw(WORDS)}{index}",
                options=chosen,
                prices=prices,
                compare_at={c: prices[c] + 1 for c in sorted(offers) if prices[c] < 99_999_999},
                image=draw(st.sampled_from(["", "/media/a.svg"])),
                weight_grams=draw(st.integers(0, 1_000_000)),
                barcode=draw(LINE),
                requires_shipping=draw(st.booleans()),
                taxable=draw(st.booleans()),
                tax_code=draw(LINE),
                track_inventory=draw(st.booleans()),
                inventory_policy=draw(st.sampled_from(["deny", "continue"])),
            )
        )
    return made


@st.composite
def products(draw: st.DrawFn) -> Product:
    names = draw(st.lists(WORDS, max_size=4, unique_by=str.casefold))
    options = [
        ProductOption(name=name, values=draw(st.lists(WORDS, min_size=1, max_size=3, unique_by=str.casefold)))
        for name in names
    ]
    paths = draw(st.lists(st.sampled_from(["/media/a.svg", "https://x.test/b.jpg", "/c,d.png"]), unique=True))
    texts = st.builds(Translation, title=LINE, description_html=LINE.map(clean))
    kind: ProductKind = draw(st.sampled_from(["goods", "goods", "gift_card"]))
    return Product(
        id="prod_1",
        kind=kind,
        slug=draw(st.sampled_from(["lamp", "lamp-2", "灯"])),
        title=draw(LINE.filter(bool)),
        description_html=clean(draw(LINE | st.just("<p>Two<br>\nlines, &amp; <b>bold</b></p>"))),
        brand=draw(LINE),
        category=draw(st.sampled_from(["", *TREE.by_id])),
        tags=draw(st.lists(LINE.filter(bool), max_size=3, unique_by=str.casefold)),
        status=draw(st.sampled_from(["draft", "active", "archived"])),
        attributes=draw(st.dictionaries(LINE.filter(bool), LINE, max_size=3)),
        options=options,
        variants=draw(variants(options, kind)),
        images=[Image(id="img_1", url=path, alt=draw(LINE)) for path in paths],
        tax_category=draw(LINE),
        translations=draw(st.dictionaries(st.sampled_from(["de", "fr", "zh-Hans"]), texts)),
        seo_title=draw(LINE),
        seo_description=draw(LINE),
        created_at=BORN,
        updated_at=BORN,
    )


def plain(**more: Any) -> Product:
    given = {"id": "prod_1", "slug": "lamp", "title": "Lamp", "created_at": BORN, "updated_at": BORN}
    given |= {"variants": [Variant(sku="LAMP", prices={"USD": 1000})], "status": "active"}
    return Product.model_validate(given | more)


def lines(text: bytes) -> Iterator[Patch]:
    for entry in jsonl.entries(io.BytesIO(text)):
        assert not entry.errors, entry.errors
        assert entry.content is not None
        yield entry.content


@settings(deadline=None, max_examples=60)
@given(products())
def test_json_lines_tell_everything(product: Product) -> None:
    text = jsonl.write(product, TREE, {variant.sku: 3 for variant in product.variants})
    assert text.count(b"\n") == 1
    (patch,) = lines(text)
    shelves = Shelves(TREE)
    assert same(merge(patch, product, shelves.find(patch.category or ())), product)
    assert not shelves.new
    (stranger,) = lines(text)
    new = merge(stranger, None, product.category)
    unsaid = {"id", "created_at", "updated_at", "images"}
    assert new.model_dump(exclude=unsaid) == product.model_dump(exclude=unsaid)
    assert [(i.url, i.alt) for i in new.images] == [(i.url, i.alt) for i in product.images]
    assert {said.quantity for said in stranger.variants or ()} == {3}


@settings(deadline=None, max_examples=40)
@given(st.lists(products(), max_size=4, unique_by=lambda product: product.slug))
def test_shopify_tells_exactly_or_not_at_all(catalogue: list[Product]) -> None:
    text, told = shopify_writer.header(), []
    taken: set[str] = set()
    for product in catalogue:
        if taken & {variant.sku for variant in product.variants}:
            continue
        try:
            text += shopify_writer.write(product, TREE, {}, "USD")
        except Untellable:
            continue
        told.append(product)
        taken |= {variant.sku for variant in product.variants}
    entries = list(shopify.entries(io.BytesIO(text), currency="USD"))
    assert [entry.slug for entry in entries] == [product.slug for product in told]
    shelves = Shelves(TREE)
    for entry, product in zip(entries, told, strict=True):
        assert entry.content is not None, entry.errors
        patch = of_draft(entry.content)
        assert same(merge(patch, product, shelves.find(patch.category or ())), product)
    assert not shelves.new


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"title": "=HYPERLINK(1)", "brand": "@us", "seo_title": "'-x", "tags": ["+1", "-2"]},
        {"description_html": "<p>a<br>\nb</p>", "category": "cat_lamps", "status": "archived"},
        {"images": [Image(url="/media/a.svg", alt="-a"), Image(url="/media/b.svg")]},
        {
            "options": [ProductOption(name="Size", values=["L", "S"])],
            "variants": [
                Variant(sku="-S", options={"Size": "S"}, prices={"USD": 1, "EUR": 2}, compare_at={"EUR": 3}),
                Variant(sku="L", options={"Size": "L"}, prices={"USD": 1}, compare_at={"USD": 3}),
            ],
        },
    ],
)
def test_what_shopify_must_be_able_to_tell(members: dict[str, Any]) -> None:
    shopify_writer.write(plain(**members), TREE, {}, "USD")


@pytest.mark.parametrize(
    "members",
    [
        {"tags": ["a, b"]},
        {"category": "cat_odd"},
        {"variants": [Variant(sku="X", prices={"EUR": 1})]},
        {
            "options": [ProductOption(name=f"O{n}", values=["x"]) for n in range(4)],
            "variants": [Variant(sku="X", options={f"O{n}": "x" for n in range(4)}, prices={"USD": 1})],
        },
    ],
)
def test_what_shopify_cannot_tell(members: dict[str, Any]) -> None:
    with pytest.raises(Untellable):
        shopify_writer.write(plain(**members), TREE, {}, "USD")


@settings(deadline=None, max_examples=60)
@given(products())
def test_no_cell_is_a_formula(product: Product) -> None:
    try:
        text = shopify_writer.write(product, TREE, {}, "USD").decode()
    except Untellable:
        return
    for row in csv.reader(io.StringIO(text)):
        assert not [cell for cell in row if cell[:1] in tuple("=+-@\t\r\n＝＋－＠")]


@given(st.text() | st.text("'=+-@\t\n a"))
def test_disarming_is_undone_exactly(text: str) -> None:
    disarmed = spreadsheets.disarm(text)
    assert spreadsheets.rearm(disarmed) == text
    assert disarmed[:1] not in tuple("=+-@\t\r\n")


@given(
    st.binary(max_size=300)
    | st.recursive(st.none() | st.text() | st.integers(), st.lists).map(lambda v: repr(v).encode())
)
def test_any_bytes_give_patches_or_errors(text: bytes) -> None:
    for lenient in (False, True):
        for entry in jsonl.entries(io.BytesIO(text), lenient=lenient):
            assert (entry.content is None) == bool(entry.errors)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*ProductLine.model_fields, "other"]), JSON), st.booleans())
def test_any_members_give_patches_or_errors(members: dict[str, Any], lenient: bool) -> None:
    line = {"slug": "a", "title": "A", "variants": [{"sku": "A", "prices": {"USD": 1}}]} | members
    (entry,) = jsonl.entries(io.BytesIO(json.dumps(line).encode()), lenient=lenient)
    assert (entry.content is None) == bool(entry.errors)


class TestMerging:
    def test_options_keep_their_order(self) -> None:
        known = plain(
            options=[ProductOption(name="Size", values=["S", "M", "L"])],
            variants=[Variant(sku=s, options={"Size": s}, prices={"USD": 1}) for s in ("L", "M")],
        )
        said = [VariantPatch(sku=s, members={"options": {"Size": s}}, prices={"USD": 1}) for s in ("XL", "L")]
        (option,) = merge(Patch("lamp", options=[("Size", ["XL", "L"])], variants=said), known, None).options
        assert option.values == ["S", "L", "XL"], "M went with its last variant; S never had one"

    def test_an_offer_that_is_none_any_more_goes(self) -> None:
        known = plain(variants=[Variant(sku="LAMP", prices={"USD": 5}, compare_at={"USD": 9})])
        patch = Patch("lamp", variants=[VariantPatch("LAMP", prices={"USD": 10})])
        assert merge(patch, known, None).variants[0].compare_at == {}

    @pytest.mark.parametrize(
        ("patch", "code"),
        [
            (Patch("new"), "title_missing"),
            (Patch("new", {"title": "N"}), "variants_missing"),
            (Patch("new", {"title": "N"}, variants=[VariantPatch("A")]), "price_missing"),
            (Patch("new", {"title": "N"}, variants=[VariantPatch("A", prices={"USD": 1})] * 2), "options_duplicate"),
            (
                Patch("new", {"title": "N"}, options=[("S", ["s"])], variants=[VariantPatch("A", prices={"USD": 1})]),
                "options_mismatch",
            ),
        ],
    )
    def test_what_is_no_product(self, patch: Patch, code: str) -> None:
        with pytest.raises(Unfit) as refused:
            merge(patch, None, None)
        assert refused.value.code == code


def test_shelves() -> None:
    shelves = Shelves(TREE)
    assert shelves.find([]) == ""
    assert shelves.find([Step("home"), Step("LAMPS")]) == "cat_lamps"
    assert shelves.find([Step("Lamps")]) == "cat_lamps", "wherever it stands by now"
    assert shelves.find([Step("Renamed", "lamps")]) == "cat_lamps"
    assert not shelves.new
    made = shelves.find([Step("Garden"), Step("Lamps")])
    assert [(c.slug, c.title) for c in shelves.new] == [("garden", "Garden"), ("garden-lamps", "Lamps")]
    assert shelves.find([Step("Garden"), Step("lamps")]) == made
