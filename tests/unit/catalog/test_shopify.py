"""Shopify's CSV format: every variant comes in, or an error says why not and where."""

import csv
import io
from pathlib import Path
from typing import BinaryIO, Literal, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.catalog import shopify
from commerce.catalog.drafts import ProductDraft
from commerce.catalog.shopify import UnreadableFile
from tests.support.sheets import OLD, drafts, read, sheet, shirt

SAMPLES = Path(__file__).resolve().parents[4] / "shared" / "data" / "shopify"


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

    @pytest.mark.parametrize(("cell", "kind"), [("TRUE", "gift_card"), ("false", "goods"), ("", "goods")])
    def test_what_it_is(self, cell: str, kind: str) -> None:
        (product,) = drafts(sheet(shirt() | {"Gift Card": cell}))
        assert (product.kind, "kind" in product.model_fields_set) == (kind, True)

    def test_a_file_that_does_not_say_what_it_is_leaves_that_alone(self) -> None:
        (product,) = drafts("Handle,Title,Price\na,A,8\n")
        assert "kind" not in product.model_fields_set

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
