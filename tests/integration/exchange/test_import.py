"""A file comes in: by the form, through S3 and the queue, in chunks; what it says is in the shop, and nothing else."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from commerce.catalog.exchange import running
from tests.support import dummyjson
from tests.support.api import call
from tests.support.exchanging import Desk, lines, product
from tests.support.shop import Shop
from tests.support.uploads import Refused

SAMPLES = sorted((Path(__file__).resolve().parents[4] / "shared" / "data" / "shopify").glob("*.csv"))
CSV = "Handle,Title,Variant SKU,Variant Price,Variant Inventory Qty\n"


@pytest.fixture
def desk(shop: Shop) -> Desk:
    return Desk(shop)


def counts(**given: int) -> dict[str, int]:
    return dict.fromkeys(("created", "updated", "unchanged", "failed", "left_out", "errors"), 0) | given


def products(shop: Shop) -> dict[str, dict[str, Any]]:
    return {one["slug"]: one for one in shop.all("products")}


def test_from_the_form_to_the_shelf(desk: Desk, shop: Shop) -> None:
    started = desk.start(policy="reject_failed_rows", file_name="autumn.csv", currency="EUR")
    assert started["status"] == "awaiting_upload"
    assert started["upload"]["expires_at"] > started["created_at"]
    desk.upload(started, f"{CSV}mug,Mug,MUG,12.50,4\ncup,Cup,CUP,3,0\n")
    shop.uploads.deliver()
    done = desk.look(started["id"])
    assert (done["status"], done["percent"], done["rows"]) == ("finished", 100, {"done": 3, "total": 3})
    assert done["counts"] == counts(created=2)
    assert [listed["id"] for listed in desk._all("list_imports", "/admin/imports")] == [started["id"]]
    shown = call("products.get_product", "GET", "/products/mug?currency=EUR").json
    assert shown["variants"][0]["price"] == {"amount": 1250, "currency": "EUR"}
    assert shown["variants"][0]["available"] == 4
    listed = call("products.list_products", "GET", "/products?currency=EUR&in_stock=true").json
    assert [item["slug"] for item in listed["items"]] == ["mug"]
    assert shop.bus.types() == ["ProductsChanged", "ImportFinished"]
    assert {entry["action"] for entry in shop.all("audit")} == {"import.started", "product.created"}


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_the_samples_come_in_without_a_lost_variant(desk: Desk, shop: Shop, path: Path) -> None:
    done = desk.bring(path.read_bytes())
    assert (done["status"], done["counts"]["failed"], done["counts"]["left_out"]) == ("finished", 0, 0)
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
    wanted = sum(bool(row["Variant Price"]) for row in rows)
    assert sum(len(one["variants"]) for one in shop.all("products")) == wanted
    assert len(shop.all("products")) == len({row["Handle"] for row in rows})


def test_dummyjson_comes_in_as_json_lines(desk: Desk, shop: Shop) -> None:
    drafts = dummyjson.drafts()
    file = lines(
        *(
            {
                "slug": draft.handle,
                "category": [{"title": draft.product_type}],
                "images": [{"url": image.url} for image in draft.images],
                "variants": [
                    {"sku": v.sku, "prices": {"USD": v.price}}
                    | v.model_dump(include={"weight_grams", "barcode", "quantity"})
                    for v in draft.variants
                ],
            }
            | draft.model_dump(include={"title", "description_html", "brand", "tags"})
            for draft in drafts
        )
    )
    done = desk.bring(file, "jsonl", policy="reject_everything")
    assert done["counts"] == counts(created=len(drafts)), desk.errors(done["id"])
    assert {one["variants"][0]["sku"] for one in shop.all("products")} == {draft.variants[0].sku for draft in drafts}
    assert sum(level["on_hand"] for level in shop.all("stock")) == sum(d.variants[0].quantity for d in drafts)


def test_a_file_that_is_too_large(desk: Desk, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "MAX_BYTES", 100)
    done = desk.bring(CSV + "mug,Mug,MUG,12.50,4\n" * 10)
    assert (done["status"], done["fault"]["code"]) == ("failed", "file_too_large")


def test_the_same_file_again_changes_nothing(desk: Desk, shop: Shop) -> None:
    file = SAMPLES[0].read_bytes() if SAMPLES else f"{CSV}mug,Mug,MUG,12.50,4\n".encode()
    first = desk.bring(file)
    before, told = shop.all("products"), len(shop.bus.entries)
    again = desk.bring(file)
    assert again["counts"]["unchanged"] == first["counts"]["created"]
    assert again["counts"]["updated"] == 0
    assert shop.all("products") == before
    assert shop.bus.types()[told:] == ["ImportFinished"]


def test_a_csv_touches_only_what_it_speaks_of(desk: Desk, shop: Shop) -> None:
    rich = product(
        "mug",
        translations={"de": {"title": "Becher", "description_html": "<p>Gut</p>"}},
        attributes={"colour": "blue"},
        tax_category="ceramics",
        seo_title="A mug",
        category=[{"slug": "pots", "title": "Pots"}],
        images=[{"url": "/media/mug.svg", "alt": "A mug"}],
    )
    rich["variants"][0] |= {"prices": {"USD": 1000, "EUR": 900}, "compare_at": {"EUR": 1100}, "tax_code": "T"}
    desk.bring(lines(rich), "jsonl")
    before = products(shop)["mug"]
    done = desk.bring(f"{CSV}mug,Mug,MUG,11.00,99\n")
    assert done["counts"]["updated"] == 1
    after = products(shop)["mug"]
    assert after["variants"][0]["prices"] == {"USD": 1100, "EUR": 900}
    unsaid = {"version", "updated_at", "variants"}
    assert {k: v for k, v in after.items() if k not in unsaid} == {k: v for k, v in before.items() if k not in unsaid}
    assert after["version"] == before["version"] + 1
    assert shop.level("MUG")["on_hand"] == 3, "stock is for new SKUs only"
    (changed,) = desk.changes(done["id"])
    assert changed["changes"] == [{"member": "variants.MUG.prices.USD", "before": 1000, "after": 1100}]


def test_null_takes_an_entry_away(desk: Desk, shop: Shop) -> None:
    desk.bring(lines(product("mug", attributes={"a": "1", "b": "2"}, translations={"de": {"title": "B"}})), "jsonl")
    desk.bring(lines({"slug": "mug", "attributes": {"a": None}, "translations": {"de": None}}), "jsonl")
    assert products(shop)["mug"]["attributes"] == {"b": "2"}
    assert products(shop)["mug"]["translations"] == {}


def test_category_paths_become_a_tree(desk: Desk, shop: Shop) -> None:
    header = "Handle,Title,Product Category,Type,Variant Price\n"
    desk.bring(f"{header}a,A,Home > Lighting,Lamps,1\nb,B,Home > Lighting,,1\nc,C,Garden,Lamps,1\nd,D,,Lamps,1\n")
    tree = {one["_id"]: one for one in shop.all("categories")}

    def path(slug: str) -> list[str]:
        at, found = products(shop)[slug]["category"], []
        while at:
            found.append(tree[at]["title"])
            at = tree[at]["parent"]
        return found[::-1]

    assert path("a") == ["Home", "Lighting", "Lamps"]
    assert path("b") == ["Home", "Lighting"]
    assert path("c") == ["Garden", "Lamps"]
    assert len(tree) == 5
    assert len({one["slug"] for one in tree.values()}) == 5


def test_what_intake_dropped_before(desk: Desk, shop: Shop) -> None:
    desk.bring(
        "Handle,Title,Variant Price,SEO Title,SEO Description,Variant Tax Code,Variant Inventory Policy,"
        "Variant Inventory Tracker\na,A,1,T,D,TX1,continue,\n"
    )
    one = products(shop)["a"]
    assert (one["seo_title"], one["seo_description"]) == ("T", "D")
    (variant,) = one["variants"]
    assert (variant["tax_code"], variant["inventory_policy"], variant["track_inventory"]) == ("TX1", "continue", False)


def test_gift_cards_come_in_without_stock(desk: Desk, shop: Shop) -> None:
    desk.bring("Handle,Title,Variant SKU,Variant Price,Variant Inventory Qty,Gift Card\ngift,Gift,G25,25,7,TRUE\n")
    assert (products(shop)["gift"]["kind"], shop.all("stock")) == ("gift_card", [])
    done = desk.bring("Handle,Title,Variant SKU,Variant Price\ngift,Gift,G25,0\n")
    assert [(e["row"], e["column"], e["code"]) for e in desk.errors(done["id"])] == [
        (2, "Variant SKU", "gift_card_without_value")
    ]


class TestPolicies:
    BAD = f"{CSV}a,A,A1,1,1\nb,B,B1,1.999,1\nc,C,C1,2,-4\n"

    def test_reject_everything(self, desk: Desk, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        """All of the file is looked at before the first of it is taken: nobody sees what goes back again."""
        monkeypatch.setattr(running, "CHUNK", 1)
        done = desk.bring(self.BAD, policy="reject_everything")
        assert "ProductsChanged" not in shop.bus.types()
        assert done["status"] == "rejected"
        assert shop.all("products") == shop.all("stock") == []
        assert [(e["row"], e["column"], e["code"]) for e in desk.errors(done["id"])] == [
            (3, "Variant Price", "price_precision"),
            (4, "Variant Inventory Qty", "quantity_negative"),
        ]

    def test_reject_everything_takes_what_is_all_well(self, desk: Desk, shop: Shop) -> None:
        done = desk.bring(f"{CSV}a,A,A1,1,1\nb,B,B1,1,1\n", policy="reject_everything")
        assert (done["status"], done["counts"]["created"]) == ("finished", 2)
        assert len(shop.all("products")) == 2

    def test_reject_failed_rows(self, desk: Desk, shop: Shop) -> None:
        done = desk.bring(self.BAD, policy="reject_failed_rows")
        assert (done["status"], done["counts"]["created"], done["counts"]["failed"]) == ("finished", 1, 2)
        assert set(products(shop)) == {"a"}

    def test_ignore_failed(self, desk: Desk, shop: Shop) -> None:
        done = desk.bring(self.BAD, policy="ignore_failed")
        assert done["counts"] == counts(created=2, failed=1, left_out=1, errors=2)
        assert set(products(shop)) == {"a", "c"}
        assert [(e["slug"], e["effect"]) for e in desk.errors(done["id"])] == [("b", "failed"), ("c", "left_out")]

    def test_ignored_cells_leave_what_is_known(self, desk: Desk, shop: Shop) -> None:
        desk.bring("Handle,Title,Variant Price,Variant Barcode,Status\na,A,1,777,archived\n")
        desk.bring("Handle,Title,Variant Price,Variant Barcode,Status\na,A,2,4.2E+12,gone\n", policy="ignore_failed")
        one = products(shop)["a"]
        assert (one["status"], one["variants"][0]["barcode"], one["variants"][0]["prices"]) == (
            "archived",
            "777",
            {"USD": 200},
        )

    def test_ignored_members_of_a_line(self, desk: Desk, shop: Shop) -> None:
        bad = product("a", brand="x" * 300, colour="blue")
        bad["variants"][0] |= {"weight_grams": -1}
        done = desk.bring(lines(bad, product("b", title=7)), "jsonl", policy="ignore_failed")
        assert (done["counts"]["created"], done["counts"]["failed"], done["counts"]["left_out"]) == (1, 1, 3)
        assert {e["column"] for e in desk.errors(done["id"])} == {"brand", "colour", "variants.0.weight_grams", "title"}


def test_a_dry_run_stores_nothing_and_tells_all(desk: Desk, shop: Shop) -> None:
    desk.bring(f"{CSV}a,A,A1,1,1\nb,B,B1,1,1\n")
    kinds = ("products", "listings", "standings", "stock", "stock_movements", "categories", "outbox")
    before = {kind: shop.all(kind) for kind in kinds}
    file = "Handle,Title,Variant SKU,Variant Price,Type\na,Ah,A1,1,Cups\nb,B,B1,1,\nc,C,C1,3,Cups\nd,,D1,3,\n"
    done = desk.bring(file, dry_run=True)
    assert done["counts"] | {"errors": 0} == counts(created=1, updated=1, unchanged=1, failed=1)
    assert {kind: shop.all(kind) for kind in kinds} == before
    updated, created = desk.changes(done["id"])
    assert (updated["slug"], updated["outcome"], updated["state"]) == ("a", "updated", "dry")
    assert updated["changes"] == [
        {"member": "title", "before": "A", "after": "Ah"},
        {"member": "category", "before": None, "after": "Cups"},
    ]
    assert (created["slug"], created["outcome"]) == ("c", "created")
    assert {"member": "variants.C1.prices.USD", "before": None, "after": 300} in created["changes"]
    refused = desk.call("undo_import", "POST", f"/admin/imports/{done['id']}/undo")
    assert (refused.status, refused.json["code"]) == (409, "not_undoable")


class TestSkus:
    def test_twice_in_the_file(self, desk: Desk, shop: Shop) -> None:
        done = desk.bring(f"{CSV}a,A,X,1,1\nb,B,X,1,1\n")
        assert [(e["row"], e["code"]) for e in desk.errors(done["id"])] == [(3, "sku_duplicate")]
        done = desk.bring(lines(product("c"), product("d", variants=product("c")["variants"])), "jsonl")
        assert [(e["row"], e["column"], e["code"]) for e in desk.errors(done["id"])] == [
            (2, "variants.0.sku", "sku_duplicate")
        ]

    def test_of_another_product(self, desk: Desk, shop: Shop) -> None:
        desk.bring(f"{CSV}a,A,X,1,1\n")
        done = desk.bring(f"{CSV}b,B,X,1,1\nc,C,Y,1,1\n")
        assert [(e["row"], e["column"], e["code"]) for e in desk.errors(done["id"])] == [
            (2, "Variant SKU", "sku_taken")
        ]
        assert set(products(shop)) == {"a", "c"}

    def test_moves_within_the_file(self, desk: Desk, shop: Shop) -> None:
        desk.bring(f"{CSV}a,A,X,1,1\n")
        done = desk.bring(f"{CSV}a,A,Z,1,1\nb,B,X,1,1\n")
        assert (done["counts"]["updated"], done["counts"]["created"]) == (1, 1)
        assert shop.level("X")["on_hand"] == 1


@pytest.mark.parametrize(
    ("file", "code", "row"),
    [
        (b"", "file_empty", 1),
        (b"Handle,Title\na,A\n", "column_missing", 1),
        (b"Handle,Title,Price\na,\xff,1\n", "encoding", 2),
        (b'Handle,Title,Price\na,"A,1\n', "quoting", 2),
        (b'Handle,Title,Price\na,"' + b"x" * (2 * 2**20 + 1) + b'",1\n', "cell_too_large", 2),
        (b"Handle,Title,Price,Title\n", "column_duplicate", 1),
    ],
    ids=["empty", "column", "encoding", "quotes", "cell", "twice"],
)
def test_a_file_that_cannot_be_read(desk: Desk, shop: Shop, file: bytes, code: str, row: int) -> None:
    started = desk.start()
    shop.uploads.put(f"imports/{started['id']}.csv", file, content_type="text/csv")
    shop.uploads.deliver()
    done = desk.look(started["id"])
    assert (done["status"], done["fault"]["code"], done["fault"]["row"]) == ("failed", code, row)
    assert shop.all("products") == []


def test_what_spreadsheets_write_is_read(desk: Desk, shop: Shop) -> None:
    done = desk.bring(b'\xef\xbb\xbfsep=;\r\nHandle;Title;Price\r\na;"A; b";1.50\r\n')
    assert done["counts"]["created"] == 1
    assert products(shop)["a"]["title"] == "A; b"


def test_broken_lines_of_json(desk: Desk, shop: Shop) -> None:
    rows = [
        b"\xef\xbb\xbf" + lines(product("a")).encode().strip(),
        b"{",
        b"[1]",
        b'{"slug": "b\xff"}',
        b'{"slug": "c", "title": "\\ud800", "variants": []}',
        b"",
        lines(product("a")).encode().strip(),
        b'{"slug": "' + b"x" * (2 * 2**20) + b'"}',
        lines(product("z", variants=[{"sku": "Z", "prices": {"USD": 1.5}}])).encode().strip(),
        lines({"slug": "new"}).encode().strip(),
    ]
    done = desk.bring(b"\r\n".join(rows), "jsonl")
    assert (done["status"], set(products(shop)), done["rows"]["total"]) == ("finished", {"a"}, 10)
    found = {(e["row"], e["code"]) for e in desk.errors(done["id"])}
    assert {(2, "json"), (3, "json"), (4, "encoding"), (7, "slug_duplicate"), (8, "line_too_large")} <= found
    assert {(9, "invalid"), (10, "title_missing")} <= found
    assert {row for row, _ in found} == {2, 3, 4, 5, 7, 8, 9, 10}


class TestRequests:
    def test_only_staff(self, shop: Shop) -> None:
        customer = Desk(shop, role="customer")
        for function, method, path in (
            ("start_import", "POST", "/admin/imports"),
            ("get_import", "GET", "/admin/imports/imp_none"),
            ("list_imports", "GET", "/admin/imports"),
            ("list_import_errors", "GET", "/admin/imports/imp_none/errors"),
            ("list_import_changes", "GET", "/admin/imports/imp_none/changes"),
            ("undo_import", "POST", "/admin/imports/imp_none/undo"),
            ("export_products", "POST", "/admin/exports"),
            ("get_export", "GET", "/admin/exports/exp_none"),
        ):
            body = {"body": {"format": "jsonl"}} if function in ("start_import", "export_products") else {}
            assert customer.call(function, method, path, **body).status == 403, function
            found = Desk(shop).call(function, method, path, **body)
            assert found.status == (404 if "none" in path else found.status), function

    @pytest.mark.parametrize(
        ("body", "status", "field"),
        [
            ({"format": "xls"}, 422, "format"),
            ({"format": "jsonl", "policy": "hope"}, 422, "policy"),
            ({"format": "jsonl", "currency": "XAU"}, 400, "currency"),
            ({"format": "jsonl", "file_name": "a\u0000b"}, 422, "file_name"),
            ({"format": "jsonl", "colour": 1}, 422, "colour"),
        ],
    )
    def test_what_is_not_understood(self, desk: Desk, body: dict[str, Any], status: int, field: str) -> None:
        refused = desk.call("start_import", "POST", "/admin/imports", body=body)
        assert (refused.status, refused.json["errors"][0]["field"]) == (status, field)

    def test_the_same_key_gives_the_same_import(self, desk: Desk, shop: Shop) -> None:
        options = {"body": {"format": "jsonl"}, "headers": {"Idempotency-Key": "once"}}
        first = desk.call("start_import", "POST", "/admin/imports", **options)
        again = desk.call("start_import", "POST", "/admin/imports", **options)
        assert first.json["id"] == again.json["id"]
        assert again.json["upload"]["fields"]["key"] == first.json["upload"]["fields"]["key"]
        assert shop.count("imports") == 1
        assert "policy" not in str(shop.all("idempotency")), "no signed form is kept"

    def test_the_form_holds_size_and_type(self, desk: Desk, shop: Shop) -> None:
        started = desk.start()
        started["upload"]["fields"] |= {"Content-Type": "text/html"}
        with pytest.raises(Refused):
            desk.upload(started, CSV)
        started = desk.start()
        with pytest.raises(Refused):
            desk.upload(started, b"x" * (started["upload"]["max_bytes"] + 1))

    def test_a_file_of_no_import_and_s3s_own_test_are_taken(self, desk: Desk, shop: Shop) -> None:
        import products.run_import
        from tests.support.api import LambdaContext
        from tests.support.bus import sqs_event

        shop.uploads.put("imports/imp_none.csv", b"x", content_type="text/csv")
        desk.settle()
        shop.uploads.deliver()
        event = sqs_event(['{"Service":"Amazon S3","Event":"s3:TestEvent"}'])
        assert products.run_import.handler(event, LambdaContext()) == {"batchItemFailures": []}
