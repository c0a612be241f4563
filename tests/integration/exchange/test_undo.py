"""An import taken back: what nobody has touched since is what it was before."""

from typing import Any

import pytest

from commerce.catalog import publishing
from commerce.catalog.categories import CATEGORIES
from commerce.catalog.exchange import undoing
from commerce.catalog.standings import STANDINGS
from commerce.catalog.store import PRODUCTS
from commerce.runtime.changes import Changes
from tests.support.exchanging import Desk, lines, product
from tests.support.shop import Buyer, Shop

CSV = "Handle,Title,Variant SKU,Variant Price,Variant Inventory Qty\n"
UNSAID = ("version", "updated_at")


@pytest.fixture
def desk(shop: Shop) -> Desk:
    return Desk(shop)


def content(shop: Shop) -> dict[str, list[dict[str, Any]]]:
    """What the shop holds, without versions and without the log of prices that were in force for a moment."""
    found = {kind: shop.all(kind) for kind in ("products", "listings", "standings", "stock")}
    for kind in found.values():
        for one in kind:
            for name in UNSAID:
                one.pop(name, None)
            for variant in one.get("variants", ()):
                variant.pop("price_log")
    return found


def edit(slug: str, **members: Any) -> None:
    """Someone changes a product."""
    known = PRODUCTS.by_slugs([slug])[slug]
    changes = Changes()
    standing = STANDINGS.get(known.id)
    publishing.put(changes, known.model_copy(update=members), known=known, standing=standing, tree=CATEGORIES.tree())
    changes.commit()


def test_everything_is_what_it_was(desk: Desk, shop: Shop) -> None:
    desk.bring(f"{CSV}a,A,A1,1,5\nb,B,B1,2,5\n")
    before = content(shop)
    done = desk.bring(f"{CSV}a,Ah,A1,3,9\nb,B,B2,2,7\nc,C,C1,4,1\n")
    assert done["counts"]["updated"] == 2
    assert content(shop) != before
    undone = desk.undo(done["id"])
    assert (undone["status"], undone["undo"]["restored"], undone["undo"]["left"]) == ("undone", 3, 0)
    assert content(shop) == before
    assert shop.bus.types()[-2:] == ["ProductsChanged", "ImportFinished"]


def test_what_was_changed_since_is_left(desk: Desk, shop: Shop) -> None:
    done = desk.bring(f"{CSV}a,A,A1,1,5\nb,B,B1,2,5\nc,C,C1,2,5\n")
    edit("b", title="Bee")
    shop.buy(Buyer(), ("C1", 1))
    undone = desk.undo(done["id"])
    assert {left["slug"]: left["reason"] for left in undone["undo"]["left_as_is"]} == {
        "b": "it was changed since",
        "c": undone["undo"]["left_as_is"][0]["reason"],
    }
    assert {one["slug"] for one in shop.all("products")} == {"b", "c"}
    assert {entry["slug"]: entry["state"] for entry in desk.changes(done["id"])} == {
        "a": "restored",
        "b": "left",
        "c": "left",
    }


def test_reserved_pieces_keep_their_product(desk: Desk, shop: Shop) -> None:
    done = desk.bring(f"{CSV}a,A,A1,1,5\n")
    shop.ready_order(Buyer(), ("A1", 1))
    assert desk.undo(done["id"])["undo"]["left"] == 1
    assert shop.level("A1")["reserved"] == 1


def test_a_sku_that_went_elsewhere(desk: Desk, shop: Shop) -> None:
    desk.bring(f"{CSV}a,A,A1,1,5\n")
    done = desk.bring(f"{CSV}a,A,A2,1,5\n")
    desk.bring(f"{CSV}b,B,A1,1,5\n")
    undone = desk.undo(done["id"])
    assert undone["undo"]["left_as_is"] == [{"slug": "a", "reason": "a SKU of it belongs to another product by now"}]


def test_again_changes_nothing(desk: Desk, shop: Shop) -> None:
    done = desk.bring(lines(product("a"), product("b")), "jsonl")
    desk.undo(done["id"])
    before = shop.snapshot()
    assert desk.undo(done["id"])["status"] == "undone"
    assert shop.snapshot() == before


def test_not_while_it_runs(desk: Desk) -> None:
    started = desk.start()
    refused = desk.call("undo_import", "POST", f"/admin/imports/{started['id']}/undo")
    assert (refused.status, refused.json["code"]) == (409, "not_undoable")


def test_what_failed_late_takes_all_back(desk: Desk, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """reject_everything: all was well when the file was checked, and a SKU is taken when it is put in."""
    from commerce.catalog.exchange import running

    monkeypatch.setattr(running, "CHUNK", 1)
    original = running._pass
    passes: list[str] = []

    def between(job: Any, *rest: Any) -> Any:
        passes.append(job.status)
        if job.status == "running":
            shop.stock("B1", 1)
        return original(job, *rest)

    monkeypatch.setattr(running, "_pass", between)
    done = desk.bring(f"{CSV}a,A,A1,1,5\nb,B,B1,2,5\n", policy="reject_everything")
    assert passes == ["checking", "running"]
    assert (done["status"], done["undo"]["restored"]) == ("rejected", 1)
    assert {one["slug"] for one in shop.all("products")} == {"b1"}
    assert [error["code"] for error in desk.errors(done["id"])] == ["sku_taken"]


def test_in_many_steps(desk: Desk, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undoing, "CHUNK", 2)
    before = content(shop)
    done = desk.bring(lines(*(product(f"p-{n}") for n in range(7))), "jsonl")
    assert desk.undo(done["id"])["undo"]["restored"] == 7
    assert content(shop) == before
