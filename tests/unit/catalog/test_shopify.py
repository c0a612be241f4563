"""Shopify's CSV format: every variant comes in, or an error says why not and where."""

import csv
import io
import random
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, Literal, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commerce.catalog import shopify
from commerce.catalog.drafts import ProductDraft, RowError
from commerce.catalog.shopify import UnreadableFile

SAMPLES = Path(__file__).resolve().parents[4] / "shared" / "data" / "shopify"
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


class TestOutsideSamples:
    @pytest.mark.parametrize(("name", "products", "variants"), [("apparel", 20, 22), ("home-and-garden", 20, 21)])
    def test_nothing_is_lost(self, name: str, products: int, variants: int) -> None:
        path = SAMPLES / f"{name}.csv"
        if not path.exists():
            pytest.skip(f"no {path.name} under {SAMPLES}: the outside samples are not part of this repository")
        found = drafts(path.read_bytes())
        assert len(found) == products
        assert sum(len(product.variants) for product in found) == variants
        with path.open(newline="") as file:
            rows = list(csv.DictReader(file))
        prices = [row["Variant Price"] for row in rows if row["Variant Price"]]
        assert sum(v.price for p in found for v in p.variants) == sum(round(float(price) * 100) for price in prices)
        assert {image.url for p in found for image in p.images} == {
            row["Image Src"] for row in rows if row["Image Src"]
        }
        skus = [v.sku for p in found for v in p.variants]
        assert len(set(skus)) == variants
        assert skus == [v.sku for p in drafts(path.read_bytes()) for v in p.variants]

    def test_several_rows_make_one_product(self) -> None:
        path = SAMPLES / "apparel.csv"
        if not path.exists():
            pytest.skip(f"no {path.name} under {SAMPLES}: the outside samples are not part of this repository")
        top = next(p for p in drafts(path.read_bytes()) if p.handle == "classic-varsity-top")
        assert top.options == ["Size"]
        assert [(v.sku, v.option_values, v.price) for v in top.variants] == [
            ("CLASSIC-VARSITY-TOP-SMALL", {"Size": "Small"}, 6000),
            ("CLASSIC-VARSITY-TOP-MEDIUM", {"Size": "Medium"}, 6000),
            ("CLASSIC-VARSITY-TOP-LARGE", {"Size": "Large"}, 6000),
        ]


class TestLayout:
    def test_default_title_is_a_product_without_options(self) -> None:
        (product,) = drafts(f"{OLD}\nmug,Mug,Title,Default Title,,8\n")
        assert product.options == []
        assert [(v.sku, v.option_values) for v in product.variants] == [("MUG", {})]

    def test_no_option_columns_at_all(self) -> None:
        (product,) = drafts("Handle,Title,Variant Price\nmug,Mug,8\n")
        assert (product.options, product.variants[0].sku) == ([], "MUG")

    def test_image_rows_and_positions(self) -> None:
        header = "Handle,Title,Price,Option1 Name,Option1 Value,Image Src,Image Position,Image Alt Text,Variant Image"
        (product,) = drafts(
            f"{header}\nmug,Mug,8,Colour,Red,https://x.test/b.jpg,2,back,/media/red.svg\nmug,,,,,/media/a.svg,1,front,\n"
            "mug,,8,,Blue,,,,\nmug,,,,,https://x.test/c.jpg,,,\n"
        )
        assert [(image.url, image.alt, image.position) for image in product.images] == [
            ("/media/a.svg", "front", 1),
            ("https://x.test/b.jpg", "back", 2),
            ("https://x.test/c.jpg", "", 3),
            ("/media/red.svg", "", 4),
        ]
        assert [v.option_values for v in product.variants] == [{"Colour": "Red"}, {"Colour": "Blue"}]
        assert product.variants[0].image == "/media/red.svg"

    def test_three_options_in_order(self) -> None:
        row = {"Handle": "rug", "Title": "Rug", "Variant Price": "1"}
        names = {"Option1 Name": "Size", "Option2 Name": "Colour", "Option3 Name": "Material"}
        values = {"Option1 Value": "L", "Option2 Value": "Red", "Option3 Value": "Wool"}
        (product,) = drafts(sheet(row | names | values))
        assert product.options == ["Size", "Colour", "Material"]
        assert list(product.variants[0].option_values.items()) == [
            ("Size", "L"),
            ("Colour", "Red"),
            ("Material", "Wool"),
        ]
        assert product.variants[0].sku == "RUG-L-RED-WOOL"

    def test_new_names_of_the_columns(self) -> None:
        (product,) = drafts(
            "Title,URL handle,Description,Product category,Published on online store,Status,SKU,Option1 name,"
            "Option1 value,Price,Compare-at price,Charge tax,Tax code,Inventory tracker,Inventory quantity,"
            "Continue selling when out of stock,Weight value (grams),Requires shipping,Product image URL,"
            "Variant image URL\n"
            "Tea,tea,<p>Good</p>,Food > Tea,TRUE,Active,T1,Size,100 g,4.50,5,FALSE,TX1,shopify,7,CONTINUE,99.5,TRUE,"
            "https://x.test/a.jpg,https://x.test/a.jpg\n"
        )
        variant = product.variants[0]
        assert (product.handle, product.category, product.published) == ("tea", "Food > Tea", True)
        assert (variant.sku, variant.price, variant.compare_at, variant.weight_grams) == ("T1", 450, 500, 100)
        assert (variant.taxable, variant.tax_code, variant.quantity) == (False, "TX1", 7)
        assert (variant.track_inventory, variant.inventory_policy) == (True, "continue")
        assert variant.image == product.images[0].url

    def test_product_fields(self) -> None:
        (product,) = drafts(
            sheet(
                shirt(Vendor="Us", Type="Tops", Tags="red, Red,, blue ", Published="false")
                | {"SEO Title": "A shirt", "SEO Description": "The shirt", "Body (HTML)": "plain & simple\n\nmore"}
            )
        )
        assert (product.brand, product.product_type, product.tags) == ("Us", "Tops", ["red", "blue"])
        assert (product.published, product.seo_title, product.seo_description) == (False, "A shirt", "The shirt")
        assert product.description_html == "<p>plain &amp; simple</p><p>more</p>"

    @pytest.mark.parametrize("status", ["draft", "Archived", "unlisted"])
    def test_what_is_not_active_is_not_published(self, status: str) -> None:
        assert drafts(sheet(shirt(Status=status)))[0].published is False

    def test_handle_from_title(self) -> None:
        assert drafts("Handle,Title,Price\n,Crème Brûlée Set,8\n")[0].handle == "creme-brulee-set"

    def test_compare_price_that_is_no_offer(self) -> None:
        assert drafts(sheet(shirt() | {"Variant Compare At Price": "10.00"}))[0].variants[0].compare_at is None

    def test_rows_are_counted_as_a_spreadsheet_does(self) -> None:
        text = 'Handle,Title,Body (HTML),Price\na,A,"one\ntwo\nthree",1\n\nb,B,,x\n'
        products, (error,) = read(text)
        assert [p.handle for p in products] == ["a"]
        assert (error.row, error.column) == (4, "Price")


class TestSpreadsheetHabits:
    TEXT = (
        "Handle,Title,Body (HTML),Option1 Name,Option1 Value,Price\n"
        'mug,Mug,"a, b; ""c""\n<br>d",Size,S,8.50\nmug,,,,M,9\n'
    )

    def expected(self) -> list[ProductDraft]:
        return drafts(self.TEXT)

    def test_byte_order_mark(self) -> None:
        assert drafts(b"\xef\xbb\xbf" + self.TEXT.encode()) == self.expected()
        quoted = self.TEXT.replace("Handle", '"Handle"', 1)
        assert drafts(b"\xef\xbb\xbf" + quoted.encode()) == self.expected()

    def test_crlf(self) -> None:
        (product,) = drafts(self.TEXT.replace("\n", "\r\n"))
        assert [v.price for v in product.variants] == [850, 900]

    @pytest.mark.parametrize("delimiter", [";", "\t"])
    @pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    def test_other_delimiters(self, delimiter: str, quoting: Literal[0, 1]) -> None:
        out = io.StringIO()
        csv.writer(out, delimiter=delimiter, quoting=quoting).writerows(csv.reader(io.StringIO(self.TEXT)))
        assert drafts(out.getvalue()) == self.expected()

    def test_excels_note_about_the_delimiter(self) -> None:
        assert drafts("sep=;\r\nHandle;Title;Price\r\nmug;Mug;8\r\n")[0].variants[0].price == 800
        assert drafts("sep=,\r\nHandle,Title,Price\r\nmug,Mug,8\r\n")[0].variants[0].price == 800

    def test_text_streams_and_streams_that_cannot_seek(self) -> None:
        class Pipe(io.BytesIO):
            def seekable(self) -> bool:
                return False

            def seek(self, *_: int) -> int:
                raise OSError("not seekable")

        assert list(shopify.read(io.StringIO(self.TEXT), currency="USD")) == self.expected()
        assert list(shopify.read(cast(BinaryIO, Pipe(self.TEXT.encode())), currency="USD")) == self.expected()

    def test_stream_stays_open(self) -> None:
        stream = io.BytesIO(self.TEXT.encode())
        assert list(shopify.read(stream, currency="USD"))
        assert not stream.closed

    def test_apostrophes_against_numbers(self) -> None:
        (product,) = drafts(sheet(shirt() | {"Variant SKU": "'007", "Variant Barcode": "'0123456789012"}))
        assert (product.variants[0].sku, product.variants[0].barcode) == ("007", "0123456789012")


class TestUnreadable:
    def refusal(self, data: bytes) -> tuple[int, str, str]:
        with pytest.raises(UnreadableFile) as caught:
            shopify.read(io.BytesIO(data), currency="USD")
        return caught.value.error.row, caught.value.error.column, caught.value.error.code

    @pytest.mark.parametrize("missing", ["Handle", "Title", "Variant Price"])
    def test_missing_column_is_named(self, missing: str) -> None:
        header = [name for name in ("Handle", "Title", "Variant Price", "Vendor") if name != missing]
        with pytest.raises(UnreadableFile, match=missing) as caught:
            shopify.read(io.StringIO(",".join(header) + "\na,b,c\n"), currency="USD")
        assert (caught.value.error.column, caught.value.error.code) == (missing, "column_missing")

    def test_column_twice(self) -> None:
        assert self.refusal(b"Handle,Title,Price,Variant Price\n") == (1, "Variant Price", "column_duplicate")

    @pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", b" , \n"])
    def test_empty(self, data: bytes) -> None:
        assert self.refusal(data)[2] == "file_empty"

    def test_latin_1_names_row_and_column(self) -> None:
        data = "Handle,Title,Price\na,A,1\nb,Thé,1\n".encode("latin-1")
        assert self.refusal(data) == (3, "Title", "encoding")

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
    def test_other_encodings(self, encoding: str) -> None:
        assert self.refusal("Handle,Title,Price\na,A,1\n".encode(encoding))[2] == "encoding"

    def test_a_picture_is_not_a_csv(self) -> None:
        assert self.refusal(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")[2] == "encoding"

    def test_open_quote_swallows_no_rows(self) -> None:
        assert self.refusal(b'Handle,Title,Price\na,"A,1\nb,B,2\n')[2] == "quoting"

    def test_huge_cell(self) -> None:
        big = b"x" * (2 * 1024 * 1024 + 1)
        assert self.refusal(b'Handle,Title,Price,Body (HTML)\na,A,1,"' + big + b'"\n') == (2, "", "cell_too_large")
        assert len(drafts(b"Handle,Title,Price,Body (HTML)\na,A,1," + big[:-1] + b"\n")[0].description_html) > len(big)

    def test_unknown_currency(self) -> None:
        with pytest.raises(ValueError, match="XYZ"):
            shopify.read(io.StringIO("Handle,Title,Price\n"), currency="XYZ")


class TestRowErrors:
    @pytest.mark.parametrize(
        ("column", "value", "code"),
        [
            ("Variant Price", "1,299.00", "price_format"),
            ("Variant Price", "12,50", "price_format"),
            ("Variant Price", "$12", "price_format"),
            ("Variant Price", "1e3", "price_format"),
            ("Variant Price", "NaN", "price_format"),
            ("Variant Price", "٣", "price_format"),
            ("Variant Price", "-1", "price_negative"),
            ("Variant Price", "9.999", "price_precision"),
            ("Variant Price", "1000000.00", "price_too_large"),
            ("Variant Price", "9" * 5000, "price_too_large"),
            ("Variant Price", "", "price_missing"),
            ("Variant Compare At Price", "1,299.00", "price_format"),
            ("Variant Inventory Qty", "-1", "quantity_negative"),
            ("Variant Inventory Qty", "1.5", "quantity_format"),
            ("Variant Inventory Qty", "many", "quantity_format"),
            ("Variant Inventory Qty", "9" * 5000, "quantity_too_large"),
            ("Variant Grams", "-5", "weight_negative"),
            ("Variant Grams", "1kg", "weight_format"),
            ("Variant Grams", "99999999", "weight_too_large"),
            ("Variant Inventory Policy", "maybe", "flag_format"),
            ("Variant Taxable", "perhaps", "flag_format"),
            ("Variant Barcode", "5.90123E+12", "code_mangled"),
            ("Variant SKU", "5,90123E+12", "code_mangled"),
            ("Variant SKU", "a\nb", "characters"),
            ("Variant Image", "javascript:alert(1)", "image_url"),
            ("Image Src", "//evil.test/x.png", "image_url"),
            ("Image Src", "data:image/png;base64,xx", "image_url"),
            ("Image Position", "first", "quantity_format"),
            ("Title", "", "title_missing"),
            ("Title", "x" * 256, "too_long"),
            ("Title", "two\nlines", "characters"),
            ("Vendor", "x" * 256, "too_long"),
            ("Status", "sleeping", "status_unknown"),
            ("Published", "soon", "flag_format"),
            ("Gift Card", "true", "gift_card"),
            ("Option1 Value", "Red", "option_name_missing"),
        ],
    )
    def test_cell(self, column: str, value: str, code: str) -> None:
        found = errors_of(sheet(shirt() | {"Image Src": "/media/a.svg"} | {column: value}))
        where = "Option1 Name" if code == "option_name_missing" else column
        assert found == [(2, where, code)]

    def test_all_errors_of_a_product_come_at_once_and_the_next_product_comes_in(self) -> None:
        products, errors = read("Handle,Title,Price,Inventory quantity\na,A,1$,-2\na,,,\nb,B,3,4\n")
        assert [p.handle for p in products] == ["b"]
        assert [(e.row, e.code) for e in errors] == [(2, "price_format"), (2, "quantity_negative")]

    def test_message_says_what_to_write(self) -> None:
        _, (error,) = read(sheet(shirt() | {"Variant Price": "1,299.00"}))
        assert "1,299.00" in error.message
        assert "thousands" in error.message

    def test_duplicate_sku(self) -> None:
        products, errors = read(f"{OLD}\na,A,,,X1,1\nb,B,,,X1,1\n")
        assert [p.handle for p in products] == ["a"]
        assert [(e.row, e.column, e.code) for e in errors] == [(3, "Variant SKU", "sku_duplicate")]
        assert "row 2" in errors[0].message

    def test_duplicate_options(self) -> None:
        assert errors_of(f"{OLD}\na,A,Size,S,,1\na,,,s,,1\n") == [(3, "Option1 Value", "options_duplicate")]
        assert errors_of(f"{OLD}\na,A,Title,Default Title,,1\na,,,Default Title,,1\n")[0][2] == "options_duplicate"

    def test_options_must_be_whole(self) -> None:
        assert errors_of(f"{OLD}\na,A,Size,S,,1\na,,,,X,1\n") == [(3, "Option1 Value", "option_value_missing")]
        assert errors_of(f"{OLD}\na,A,Size,S,,1\na,,Colour,Red,,1\n") == [(3, "Option1 Name", "option_name_conflict")]
        row = shirt() | {"Option1 Name": "Size", "Option1 Value": "S", "Option2 Name": "size", "Option2 Value": "M"}
        assert "option_name_duplicate" in {code for _, _, code in errors_of(sheet(row))}

    def test_two_products_under_one_handle(self) -> None:
        assert errors_of(f"{OLD}\na,A,Size,S,,1\na,B,,M,,1\n") == [(3, "Title", "title_conflict")]

    def test_scattered_rows_are_never_half_a_product(self) -> None:
        products, errors = read(f"{OLD}\na,A,Size,S,,1\nb,B,,,,1\na,,,M,,1\n")
        assert [p.handle for p in products] == ["b"]
        assert {(e.row, e.code) for e in errors} == {(2, "handle_scattered"), (4, "handle_scattered")}

    def test_row_of_nobody(self) -> None:
        assert errors_of(f"{OLD}\n,,,M,,1\n") == [(2, "Handle", "handle_missing")]

    def test_unquoted_comma(self) -> None:
        assert errors_of("Handle,Title,Price\na,A,1,000\n") == [(2, "", "cells_surplus")]

    def test_too_many_variants(self) -> None:
        rows = "".join(f"a,{'A' if n == 0 else ''},Size,{n},,1\n" for n in range(2049))
        assert errors_of(f"{OLD}\n{rows}") == [(2, "", "variants_too_many")]


class TestDerivedSkus:
    def skus(self, data: str) -> dict[tuple[str, str], str]:
        return {(p.handle, next(iter(v.option_values.values()), "")): v.sku for p in drafts(data) for v in p.variants}

    def test_clashes_are_marked_whatever_the_order(self) -> None:
        one, two = "a-b,AB,Size,c,,1\n", "a,A,Size,b-c,,1\n"
        forward, backward = self.skus(f"{OLD}\n{one}{two}"), self.skus(f"{OLD}\n{two}{one}")
        assert forward == backward
        assert len(set(forward.values())) == 2
        assert all(sku.startswith("A-B-C-") for sku in forward.values())

    def test_a_given_sku_keeps_its_name(self) -> None:
        for rows in ("a,A,Size,b,,1\nz,Z,,,A-B,1\n", "z,Z,,,A-B,1\na,A,Size,b,,1\n"):
            skus = self.skus(f"{OLD}\n{rows}")
            assert skus["z", ""] == "A-B"
            assert skus["a", "b"].startswith("A-B-")

    def test_words_without_latin_letters(self) -> None:
        skus = self.skus(f"{OLD}\nhat,Hat,Colour,红,,1\nhat,,,蓝,,1\n")
        assert len(set(skus.values())) == 2
        assert skus["hat", "红"] == self.skus(f"{OLD}\nhat,Hat,Colour,红,,1\n")["hat", "红"]

    def test_long_handles(self) -> None:
        (sku,) = self.skus(f"{OLD}\n{'long-' * 40}x,L,,,,1\n").values()
        assert len(sku) <= 100

    @settings(deadline=None)  # A busy machine is no fault of the reader.
    @given(
        st.dictionaries(
            st.sampled_from(["a", "b", "a-b", "b-a", "a-b-a"]),
            st.sets(st.sampled_from(["a", "b", "a-b", "b a", "ß", "Ü", "红", "½", "1/2"]), min_size=1),
            min_size=1,
        ),
        st.randoms(use_true_random=False),
    )
    def test_unique_and_the_same_in_any_order(self, shop: dict[str, set[str]], order: random.Random) -> None:
        def text(shuffle: bool) -> str:
            blocks = []
            for handle, values in sorted(shop.items()):
                values_now = sorted(values, key=(lambda _: order.random()) if shuffle else None)
                blocks.append([{"Handle": handle, "Option1 Value": value, "Price": "1"} for value in values_now])
                blocks[-1][0] |= {"Title": handle, "Option1 Name": "Kind"}
            if shuffle:
                order.shuffle(blocks)
            return sheet(
                *(row for block in blocks for row in block),
                header=["Handle", "Title", "Option1 Name", "Option1 Value", "Price"],
            )

        skus = self.skus(text(shuffle=False))
        assert len(skus) == sum(map(len, shop.values())) == len(set(skus.values()))
        assert self.skus(text(shuffle=True)) == skus


def test_ten_thousand_rows() -> None:
    rows = "".join(f"p-{n // 4},{'P' if n % 4 == 0 else ''},Size,S{n % 4},,12.50\n" for n in range(10_000))
    products = drafts(f"{OLD}\n{rows}")
    assert (len(products), sum(len(p.variants) for p in products)) == (2_500, 10_000)


@given(
    st.lists(
        st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12), min_size=3, max_size=60
    ),
    st.sampled_from(",;\t"),
)
def test_any_cells_give_drafts_or_errors(cells: list[str], delimiter: str) -> None:
    """Whatever is in a file, it is read, or refused with a row; nothing else happens."""
    header = ["Handle", "Title", "Variant Price", "Option1 Name", "Option1 Value", "Body (HTML)", "Image Src"]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(header)
    writer.writerows(cells[i : i + len(header)] for i in range(0, len(cells), len(header)))
    products, errors = read(out.getvalue())
    assert {product.currency for product in products} <= {"USD"}
    assert all(1 < error.row <= len(cells) + 1 and error.code and error.message for error in errors)


@given(st.binary(max_size=200))
def test_any_bytes_give_a_clear_refusal(data: bytes) -> None:
    with pytest.raises(UnreadableFile):
        shopify.read(io.BytesIO(data), currency="USD")
