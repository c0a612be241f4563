"""The catalogue as a file, and the file as the catalogue: what comes out goes in again and changes nothing."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from commerce.catalog import intake
from commerce.catalog.exchange import exporting, queues
from commerce.runtime import files
from tests.integration.test_interleavings import wipe
from tests.support import dummyjson
from tests.support.exchanging import Desk, lines, product
from tests.support.shop import Shop

SAMPLES = sorted((Path(__file__).resolve().parents[4] / "shared" / "data" / "shopify").glob("*.csv"))


@pytest.fixture
def desk(shop: Shop) -> Desk:
    return Desk(shop)


def rich() -> str:
    """Products with everything that JSON Lines can tell."""
    full = product(
        "lamp",
        description_html="<p>Bright<br>\nand <b>warm</b>.</p>",
        brand="=Cmd|' /C calc'!A0",
        category=[{"slug": "home", "title": "Home"}, {"slug": "lamps", "title": "Lamps"}],
        tags=["-new", "warm"],
        attributes={"colour": "brass", "watts": "9"},
        options=[{"name": "Size", "values": ["S", "L"]}],
        tax_category="lighting",
        translations={"de": {"title": "Lampe", "description_html": "<p>Hell</p>"}},
        images=[{"url": "/media/lamp.svg", "alt": "@home"}, {"url": "https://x.test/b.jpg", "alt": ""}],
        seo_title="A lamp",
        seo_description="Buy it",
    )
    small: dict[str, Any] = {
        "sku": "+LAMP-S",
        "options": {"Size": "S"},
        "prices": {"USD": 1000, "JPY": 150, "KWD": 3123},
    }
    small |= {"compare_at": {"USD": 1500}, "weight_grams": 900, "barcode": "4006381333931", "tax_code": "TX"}
    small |= {"requires_shipping": False, "taxable": False, "track_inventory": False, "inventory_policy": "continue"}
    large = {"sku": "LAMP-L", "options": {"Size": "L"}, "prices": {"USD": 2000}, "image": "/media/lamp.svg"}
    full["variants"] = [small | {"quantity": 4}, large | {"quantity": 0}]
    draft = product("secret", status="draft")
    gone = product("gone", status="archived", tags=["a, b"])
    return lines(full, draft, gone, product("only-euro", variants=[{"sku": "E", "prices": {"EUR": 5}}]))


def unchanged(desk: Desk, content: bytes, format: str) -> int:  # noqa: A002
    """Holds that a file changes nothing; how many products it has."""
    before = {kind: desk.shop.all(kind) for kind in ("products", "listings", "stock", "categories")}
    done = desk.bring(content, format, policy="reject_everything")
    assert done["status"] == "finished", desk.errors(done["id"])
    assert done["counts"]["created"] == done["counts"]["updated"] == 0, desk.changes(done["id"])
    assert {kind: desk.shop.all(kind) for kind in before} == before
    unchanged: int = done["counts"]["unchanged"]
    return unchanged


@pytest.mark.parametrize("format", ["jsonl", "shopify_csv"])
@pytest.mark.parametrize("source", [*SAMPLES, "rich", "dummyjson"], ids=lambda s: getattr(s, "stem", s))
def test_export_and_import_change_nothing(desk: Desk, shop: Shop, source: Any, format: str) -> None:  # noqa: A002
    if source == "rich":
        desk.bring(rich(), "jsonl")
    elif source == "dummyjson":
        intake.save(dummyjson.drafts())
    else:
        desk.bring(source.read_bytes())
    exported, content = desk.export(format)
    untold = {"gone", "only-euro"} if (source, format) == ("rich", "shopify_csv") else set()
    assert {left["slug"] for left in exported["left_out_named"]} == untold
    assert exported["products"] == len(shop.all("products")) - len(untold)
    assert exported["size"] == len(content)
    assert unchanged(desk, content, format) == exported["products"]


def test_a_new_shop_from_a_file(desk: Desk, shop: Shop) -> None:
    desk.bring(rich(), "jsonl")
    unsaid = ("_id", "category", "parent", "version", "created_at", "updated_at", "at", "reference", "import_id")

    def content() -> Any:
        kinds = ("products", "stock", "categories")
        found = {kind: [{k: v for k, v in one.items() if k not in unsaid} for one in shop.all(kind)] for kind in kinds}
        for one in found["products"]:
            for variant in one["variants"]:
                variant.pop("price_log")
        return found

    before = content()
    _, file = desk.export("jsonl")
    wipe(shop)
    assert desk.bring(file, "jsonl")["counts"]["created"] == 4
    assert content() == before


def test_formulas_do_not_run(desk: Desk, shop: Shop) -> None:
    desk.bring(rich(), "jsonl")
    _, content = desk.export("shopify_csv")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    cells = [cell for row in rows for cell in row.values()]
    assert "'=Cmd|' /C calc'!A0" in cells
    assert "'+LAMP-S" in cells
    assert not [cell for cell in cells if cell[:1] in tuple("=+-@\t\r")]


@pytest.mark.parametrize(("status", "slugs"), [("all", 4), ("draft", 1), ("archived", 1), ("active", 2)])
def test_by_status(desk: Desk, shop: Shop, status: str, slugs: int) -> None:
    desk.bring(rich(), "jsonl")
    exported, content = desk.export("jsonl", status=status)
    assert exported["products"] == slugs == len(content.splitlines())
    assert status == "all" or {json.loads(line)["status"] for line in content.splitlines()} == {status}


def test_in_parts_and_several_runs(desk: Desk, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each run has time for one part only; together they make the same file."""
    desk.bring(
        lines(*(product(f"p-{n}", status="draft", description_html=f"<p>{'x' * 120_000}</p>") for n in range(100))),
        "jsonl",
    )
    _, whole = desk.export("jsonl")
    monkeypatch.setattr(queues, "RESERVE", 1_000.0)
    monkeypatch.setattr(exporting, "PAGE", 30)
    told = len(shop.bus.entries)
    exported, content = desk.export("jsonl")
    assert content == whole
    assert len(content) > 2 * files.PART_BYTES
    assert shop.bus.types()[told:].count("ExportRequested") == 2
    assert exported["products"] == 100
    assert len(shop.one("exports", _id=exported["id"])["parts"]) == 2


def test_a_part_that_another_run_wrote_over(desk: Desk, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.bring(
        lines(*(product(f"p-{n}", status="draft", description_html=f"<p>{'x' * 120_000}</p>") for n in range(100))),
        "jsonl",
    )
    original = files.end_parts
    meddled: list[str] = []

    def end(bucket: str, key: str, upload_id: str, etags: list[str]) -> None:
        if not meddled:
            meddled.append(files.write_part(bucket, key, upload_id, 1, b"y" * files.PART_BYTES))
        original(bucket, key, upload_id, etags)

    monkeypatch.setattr(files, "end_parts", end)
    exported, content = desk.export("jsonl")
    assert exported["products"] == 100 == len(content.splitlines())
    assert b"yyy" not in content


def test_an_empty_shop(desk: Desk) -> None:
    exported, content = desk.export("shopify_csv")
    assert (exported["products"], content.count(b"\n")) == (0, 1)
    assert desk.export("jsonl")[1] == b""


def test_asked_twice_with_one_key(desk: Desk, shop: Shop) -> None:
    options: dict[str, Any] = {"body": {"format": "jsonl"}, "headers": {"Idempotency-Key": "once"}}
    first = desk.call("export_products", "POST", "/admin/exports", **options)
    again = desk.call("export_products", "POST", "/admin/exports", **options)
    assert first.json == again.json
    assert shop.count("exports") == shop.count("outbox", type="ExportRequested") == 1
    refused = desk.call("export_products", "POST", "/admin/exports", body={"format": "jsonl", "currency": "XAU"})
    assert refused.status == 400


def test_delivered_twice(desk: Desk, shop: Shop) -> None:
    desk.bring(rich(), "jsonl")
    exported, _ = desk.export("jsonl")
    before = shop.snapshot()
    shop.bus.delivered = 0
    shop.bus.deliver()
    assert shop.one("exports", _id=exported["id"]) == before["exports"][0]
