"""Rows of Shopify's format that can't come in as they are: what is said of them, and what SKUs they get."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.sheets import OLD, drafts, errors_of, read, sheet, shirt


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
            ("Gift Card", "perhaps", "flag_format"),
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
