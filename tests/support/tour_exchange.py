"""The tour's station at the back door: a product file comes in, is taken back, and the catalogue goes out as a file."""

from typing import Any

from tests.support.exchanging import Desk, lines, product

CSV = "Handle,Title,Type,Variant SKU,Variant Price,Variant Inventory Qty\n"


def take(tour: Any) -> None:
    """Imports and exports, as people of the shop make them. `tour` is the `Tour` of `tests.support.tour`."""
    desk = Desk(tour.shop)
    looked = desk.bring(f"{CSV}jug,Jug,Pots,JUG,12.50,4\n", dry_run=True)
    assert desk.changes(looked["id"])[0]["state"] == "dry"
    done = desk.bring(f"{CSV}jug,Jug,Pots,JUG,12.50,4\nbad,Bad,Pots,BAD,1e3,4\n", file_name="pots.csv")
    assert (done["status"], done["counts"]["created"], done["counts"]["failed"]) == ("finished", 1, 1)
    assert [error["code"] for error in desk.errors(done["id"])] == ["price_format"]
    more = desk.bring(lines(product("jar", translations={"de": {"title": "Krug"}})), "jsonl")
    assert desk.call("list_imports", "GET", "/admin/imports?limit=2").json["next_cursor"]
    exported, content = desk.export("jsonl")
    assert exported["products"] == content.count(b"\n")
    assert b"Krug" in content
    desk.export("shopify_csv", status="active")
    assert desk.undo(more["id"])["undo"]["restored"] == 1
    refused = desk.call("undo_import", "POST", f"/admin/imports/{looked['id']}/undo")
    assert refused.json["code"] == "not_undoable"
    pause(desk)


def pause(desk: Desk) -> None:
    """ImportPaused: an import that has more to do than one run has time for."""
    from commerce.catalog.exchange import queues, running

    kept = queues.RESERVE, running.CHUNK
    queues.RESERVE, running.CHUNK = 1_000.0, 1
    try:
        done = desk.bring(lines(product("mortar"), product("pestle")), "jsonl")
    finally:
        queues.RESERVE, running.CHUNK = kept
    assert done["counts"]["created"] == 2
