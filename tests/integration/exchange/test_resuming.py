"""Killed at any step, overtaken, out of time: an import is carried out exactly once."""

from collections import Counter
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest

from commerce.catalog.exchange import exporting, queues, running, undoing
from commerce.catalog.exchange.store import IMPORTS
from commerce.runtime import cache, files, outbox
from tests.integration.test_interleavings import wipe
from tests.support import books
from tests.support.exchanging import Desk, lines, product
from tests.support.killswitch import Killswitch
from tests.support.query_shapes import looking
from tests.support.shop import Shop
from tests.support.uploads import UPLOADS

COUNT = 5


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "CHUNK", 2)
    monkeypatch.setattr(undoing, "CHUNK", 2)
    monkeypatch.setattr(outbox, "RELAY_AFTER", -timedelta(seconds=1))


def file() -> str:
    return lines(*(product(f"p-{n}", category=[{"title": "Things"}]) for n in range(COUNT)), {"slug": "p-9"})


def begun(shop: Shop) -> tuple[Desk, str, dict[str, Any]]:
    """An import whose file is there, and what S3 tells of it."""
    desk = Desk(shop)
    started = desk.start("jsonl")
    desk.upload(started, file())
    return desk, started["id"], shop.uploads.told.pop()


def holds(shop: Shop, import_id: str) -> None:
    """Each product is there once, written once, told of once; so is its stock, and the journal says so."""
    job = shop.one("imports", _id=import_id)
    assert job["status"] == "finished"
    assert (job["counts"]["created"], job["counts"]["failed"], job["counts"]["errors"]) == (COUNT, 1, 1)
    assert (job["position"], job["rows_done"]) == (COUNT + 1, COUNT + 1)
    products = shop.all("products")
    assert [one["slug"] for one in products] == [f"p-{n}" for n in range(COUNT)]
    assert {one["version"] for one in products} == {1}
    assert shop.count("import_entries") == shop.count("listings") == shop.count("standings") == COUNT
    assert shop.count("import_errors") == shop.count("categories") == 1
    assert [level["on_hand"] for level in shop.all("stock")] == [3] * COUNT
    told = Counter(i for fact in shop.all("outbox", type="ProductsChanged") for i in fact["data"]["product_ids"])
    assert told == Counter(one["_id"] for one in products)
    assert shop.count("outbox", type="ImportFinished") == 1
    with looking():
        books.check_stock()


def recover(shop: Shop, event: dict[str, Any]) -> None:
    """What happens by itself: the queue delivers again, the relay sends what was not sent."""
    import system.relay_outbox

    shop.uploads.tell(event)
    system.relay_outbox.handler({"id": "relay"}, None)
    shop.bus.delivered = 0
    shop.bus.deliver()
    assert not shop.uploads.failures


def test_killed_at_any_step(shop: Shop, killswitch: Killswitch) -> None:
    _, import_id, event = begun(shop)
    with killswitch.armed():
        shop.uploads.tell(event)
    holds(shop, import_id)
    steps = killswitch.steps
    assert steps > 40
    for step in range(1, steps + 1):
        wipe(shop)
        _, import_id, event = begun(shop)
        assert not killswitch.survives(step, lambda event=event: shop.uploads.tell(event))  # type: ignore[misc]
        recover(shop, event)
        holds(shop, import_id)


def test_undoing_killed_at_any_step(shop: Shop, killswitch: Killswitch) -> None:
    def imported() -> tuple[Desk, str, dict[str, Any]]:
        wipe(shop)
        desk, import_id, event = begun(shop)
        shop.uploads.tell(event)
        shop.bus.deliver()
        asked = desk.call("undo_import", "POST", f"/admin/imports/{import_id}/undo")
        assert asked.status == 202
        return desk, import_id, event

    imported()
    with killswitch.armed():
        shop.bus.deliver()
    steps = killswitch.steps
    assert steps > 20
    for step in range(1, steps + 1, 3):
        desk, import_id, event = imported()
        assert not killswitch.survives(step, shop.bus.deliver)
        recover(shop, event)
        assert desk.look(import_id)["status"] == "undone", step
        job = shop.one("imports", _id=import_id)
        assert (job["restored"], job["left"]) == (COUNT, 0)
        assert shop.count("products") == shop.count("listings") == shop.count("stock") == 0
        assert shop.count("outbox", type="ImportFinished") == 2
        assert sum(movement["quantity"] for movement in shop.all("stock_movements")) == 0


def test_two_deliveries_at_the_same_time(shop: Shop) -> None:
    for _ in range(4):
        wipe(shop)
        _, import_id, event = begun(shop)
        gate = Barrier(3)

        def deliver(gate: Barrier = gate, event: dict[str, Any] = event) -> None:
            gate.wait()
            shop.uploads.tell(event)

        threads = [Thread(target=deliver) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        shop.uploads.failures.clear()  # Those that were overtaken go back to the queue,
        recover(shop, event)  # and find it done.
        holds(shop, import_id)


def test_a_run_that_slept_while_others_ended_it_and_took_it_back(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """It still thinks that the import has not begun, and must not begin it again."""
    desk, import_id, event = begun(shop)
    look, asleep = IMPORTS.get, [True]

    def looked(asked: str) -> Any:
        found = look(asked)
        if asleep:
            asleep.clear()
            shop.uploads.tell(event)
            assert desk.undo(import_id)["status"] == "undone"
        return found

    monkeypatch.setattr(IMPORTS, "get", looked)
    shop.uploads.tell(event)
    assert shop.uploads.failures.pop()[0] == "products.run_import", "overtaken"
    assert desk.look(import_id)["status"] == "undone"
    assert shop.count("products") == shop.count("stock") == 0


def test_out_of_time(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each run has time for one chunk only; progress is there to be read in between."""
    monkeypatch.setattr(queues, "RESERVE", 1_000.0)
    desk, import_id, event = begun(shop)
    shop.uploads.tell(event)
    at = desk.look(import_id)
    assert (at["status"], at["rows"], at["percent"]) == ("running", {"done": 2, "total": 6}, 33)
    assert shop.bus.types()[-1] == "ImportPaused"
    shop.bus.deliver()
    holds(shop, import_id)
    assert shop.bus.types().count("ImportPaused") == 3
    assert desk.undo(import_id)["undo"]["restored"] == COUNT


def test_a_delivery_after_the_end_does_nothing(shop: Shop) -> None:
    _, import_id, event = begun(shop)
    shop.uploads.tell(event)
    before = shop.snapshot()
    shop.uploads.tell(event)
    assert shop.snapshot() == before
    holds(shop, import_id)


def test_a_file_that_is_replaced_halfway(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues, "RESERVE", 1_000.0)
    desk, import_id, event = begun(shop)
    shop.uploads.tell(event)
    shop.uploads.put(f"imports/{import_id}.jsonl", file().encode() * 2, content_type="application/x-ndjson")
    shop.uploads.deliver()
    assert desk.look(import_id)["fault"]["code"] == "file_changed"


def test_an_edit_at_the_same_moment(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The chunk is made again from what the product is now."""
    from tests.integration.exchange.test_undo import edit

    desk = Desk(shop)
    desk.bring(lines(product("mug")), "jsonl")
    original = running._commit
    edits: list[str] = []

    def late(job: Any, changes: Any) -> Any:
        if job.position and not edits:
            edits.append("x")
            edit("mug", brand="Us")
        return original(job, changes)

    monkeypatch.setattr(running, "_commit", late)
    done = desk.bring(lines({"slug": "mug", "title": "Big mug"}), "jsonl")
    assert done["counts"]["updated"] == 1
    (mug,) = shop.all("products")
    assert (mug["brand"], mug["title"], mug["version"]) == ("Us", "Big mug", 3)


def test_an_export_killed_at_any_step(shop: Shop, killswitch: Killswitch, monkeypatch: pytest.MonkeyPatch) -> None:
    """A part is written as soon as there is a product, and the file is whole in the end."""
    monkeypatch.setattr(exporting, "PAGE", 2)
    desk = Desk(shop)
    big = "x" * 1_400_000
    desk.bring(lines(*(product(f"p-{n}", status="draft", description_html=f"<p>{big}</p>") for n in range(9))), "jsonl")
    _, whole = desk.export("jsonl")
    assert len(shop.all("exports")[0]["parts"]) == 3

    def asked() -> str:
        cache.client().flushdb()  # How often one may ask is another story.
        return str(desk.call("export_products", "POST", "/admin/exports", body={"format": "jsonl"}).json["id"])

    asked()
    with killswitch.armed():
        shop.bus.deliver()
    for step in range(1, killswitch.steps + 1):
        export_id = asked()
        assert not killswitch.survives(step, shop.bus.deliver)
        shop.bus.delivered -= 1
        shop.bus.deliver()
        assert desk.call("get_export", "GET", f"/admin/exports/{export_id}").json["status"] == "finished", step
        assert files.read(UPLOADS, f"exports/{export_id}.jsonl") == whole
