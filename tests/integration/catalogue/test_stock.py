"""Stock: set right by staff, followed through orders, told to those who wait."""

import json
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest

from commerce.inventory import admin
from commerce.inventory.admin import Adjustment
from commerce.inventory.store import LEVELS
from commerce.runtime.errors import Stale
from tests.support import race
from tests.support.api import Answer, call
from tests.support.shop import Buyer, Shop
from tests.support.staff import Staff


@pytest.fixture
def staff(shop: Shop) -> Staff:
    return Staff(shop.sandbox)


def adjust(staff: Staff, sku: str, key: str = "", **body: Any) -> Answer:
    path = f"/admin/inventory/{sku}/adjustments"
    body = {"reason": "counted"} | body
    return staff.ask("products.adjust_inventory", "POST", path, body, Idempotency_Key=key or str(uuid4()))


def on_list(slug: str) -> bool:
    answer = call("products.list_products", "GET", "/products")
    return next(bool(item["in_stock"]) for item in answer.json["items"] if item["slug"] == slug)


def subscribe(sku: str, email: str, slug: str = "") -> Answer:
    path = f"/products/{slug or sku.lower()}/stock-subscriptions"
    return call("products.subscribe_stock", "POST", path, body={"sku": sku, "email": email})


def test_the_last_piece_is_set_aside_and_comes_back(shop: Shop) -> None:
    shop.stock("LAMP", 1)
    assert on_list("lamp")
    buyer = Buyer()
    shop.ready_order(buyer, ("LAMP", 1))
    shop.bus.deliver()
    assert not on_list("lamp"), "the cache is told, not waited for"
    assert shop.level("LAMP")["state"] == "out"
    assert shop.cancel(buyer).status == 200
    shop.bus.deliver()
    assert on_list("lamp")
    assert shop.level("LAMP")["state"] == "low"
    assert [t for t in shop.bus.types() if "Stock" in t] == ["OutOfStock", "BackInStock"]


def test_deliveries_late_twice_and_in_any_order_end_alike(shop: Shop) -> None:
    for seed in range(6):
        sku = f"LAMP{seed}"
        shop.stock(sku, 1)
        buyer = Buyer(email=f"b{seed}@example.com")
        shop.ready_order(buyer, (sku, 1))
        shop.cancel(buyer)
        other = Buyer(email=f"c{seed}@example.com")
        if seed % 2:
            shop.ready_order(other, (sku, 1))
        placed = [e for e in shop.bus.entries[shop.bus.delivered :] if e["Source"] == "souk.orders"]
        shop.bus.delivered = len(shop.bus.entries)
        deliveries = placed * 2
        random.Random(seed).shuffle(deliveries)
        for entry in deliveries:
            shop.bus.deliver_one("products.on_order_changed", entry)
        assert shop.level(sku)["state"] == ("out" if seed % 2 else "low")
        assert on_list(sku.lower()) is not bool(seed % 2)


def test_sales_are_counted_once(shop: Shop) -> None:
    shop.stock("LAMP", 9)
    shop.stock("VASE", 9)
    shop.buy(Buyer(), ("LAMP", 2), ("VASE", 1))
    confirmed = next(e for e in shop.bus.entries if e["DetailType"] == "OrderConfirmed")
    for _ in range(3):
        shop.bus.deliver_one("products.on_order_confirmed", confirmed)
    lamp = shop.one("products", slug="lamp")["_id"]
    assert (shop.one("standings", _id=lamp)["sales"], shop.one("listings", _id=lamp)["sales"]) == (2, 2)
    best = call("products.list_products", "GET", "/products?sort=-sales").json["items"]
    assert [item["slug"] for item in best] == ["lamp", "vase"]
    related = call("products.list_related", "GET", "/products/lamp/related").json["items"]
    assert [(item["slug"], item["reason"]) for item in related] == [("vase", "bought_together")]


def test_what_is_archived_is_related_to_nothing(shop: Shop, staff: Staff) -> None:
    for sku in ("LAMP", "VASE"):
        shop.stock(sku, 9)
    shop.buy(Buyer(), ("LAMP", 1), ("VASE", 1))
    vase = shop.one("products", slug="vase")["_id"]
    assert call("products.list_related", "GET", "/products/lamp/related").json["items"]
    staff.ask("products.archive_product", "POST", f"/admin/products/{vase}/archive", If_Match="*")
    assert call("products.list_related", "GET", "/products/lamp/related").json["items"] == []
    assert call("products.list_related", "GET", "/products/vase/related").status == 404


def test_staff_sets_stock_right(shop: Shop, staff: Staff) -> None:
    shop.stock("LAMP", 3)
    taken = adjust(staff, "LAMP", change=-1, reason="damaged", note="fell off the shelf")
    assert (taken.status, taken.json["on_hand"], taken.json["available"]) == (200, 2, 2)
    assert adjust(staff, "LAMP", set_to=40).json["available"] == 40
    shop.bus.deliver()
    listed = staff.ask("products.list_inventory", "GET", "/admin/inventory?q=LA&state=in").json["items"]
    assert [(row["sku"], row["title"], row["on_hand"], row["state"]) for row in listed] == [("LAMP", "Lamp", 40, "in")]
    moved = staff.ask("products.list_stock_movements", "GET", "/admin/inventory/LAMP/movements").json["items"]
    assert [(m["quantity"], m["reason"]) for m in moved] == [(38, "counted"), (-1, "damaged"), (3, "received")]
    assert moved[1]["note"] == "fell off the shelf"
    adjust(staff, "LAMP", low_at=50)
    shop.bus.deliver()
    assert shop.level("LAMP")["state"] == "low"
    assert [t for t in shop.bus.types() if "Stock" in t][-1] == "StockLow"


def test_an_adjustment_is_made_once(shop: Shop, staff: Staff) -> None:
    shop.stock("LAMP", 3)
    answers = [adjust(staff, "LAMP", "once", change=5) for _ in range(3)]
    assert [answer.json["on_hand"] for answer in answers] == [8, 8, 8]
    assert adjust(staff, "LAMP", "once", change=6).status == 422
    path = "/admin/inventory/LAMP/adjustments"
    bare = staff.ask("products.adjust_inventory", "POST", path, {"change": 1, "reason": "counted"})
    assert (bare.status, bare.json["errors"][0]["field"]) == (400, "Idempotency-Key")


def test_what_is_set_aside_cannot_be_written_off(shop: Shop, staff: Staff) -> None:
    shop.stock("LAMP", 3)
    shop.ready_order(Buyer(), ("LAMP", 2))
    refused = adjust(staff, "LAMP", change=-2)
    assert (refused.status, refused.json["code"]) == (409, "stock_reserved")
    assert adjust(staff, "LAMP", set_to=1).status == 409
    assert adjust(staff, "LAMP", set_to=2).json["available"] == 0
    assert adjust(staff, "NONE", change=1).status == 404
    assert adjust(staff, "LAMP", change=1, set_to=1).status == 422
    assert adjust(staff, "LAMP").status == 422


def test_orders_and_adjustments_at_once_keep_the_books(shop: Shop) -> None:
    """The invariants that every test ends with do the judging: on hand = movements, reserved = reservations."""
    shop.stock("LAMP", 20)

    def count() -> object:
        one_less = Adjustment(change=-1, reason="counted")
        return admin.adjust("LAMP", one_less, is_sold=lambda _: True, who="user_staff", once=race.NO_KEY)

    orders = [race.ready("LAMP", email=f"b{number}@example.com") for number in range(8)]
    ended = race.together([*orders, *[count] * 8])
    assert not [outcome for outcome in ended if isinstance(outcome, Exception)]
    level = shop.level("LAMP")
    assert (level["on_hand"], level["reserved"], level["available"]) == (12, 8, 4)


def once_between(monkeypatch: pytest.MonkeyPatch, name: str, happen: Callable[[], object]) -> None:
    """Lets something happen right after levels are looked at, the first time that they are."""
    look, left = getattr(LEVELS, name), [happen]

    def looked(*asked: Any) -> Any:
        found = look(*asked)
        if left:
            left.pop()()
        return found

    monkeypatch.setattr(LEVELS, name, looked)


def test_an_order_behind_the_back_of_who_counts(shop: Shop, staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.stock("LAMP", 3)
    buyer = Buyer()
    shop.cart_with(buyer, ("LAMP", 2))
    shop.deliver_to(buyer)
    once_between(monkeypatch, "get", lambda: shop.place(buyer))
    assert adjust(staff, "LAMP", set_to=1).json["code"] == "stock_reserved"
    level = shop.level("LAMP")
    assert (level["on_hand"], level["reserved"], level["available"]) == (3, 2, 1)


def test_news_from_an_old_number_is_not_told(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The order is cancelled, and that is assessed, while its placing is being assessed: nobody comes back to it."""
    shop.stock("LAMP", 1)
    buyer = Buyer()
    shop.ready_order(buyer, ("LAMP", 1))
    (placed,) = shop.bus.entries[shop.bus.delivered :]

    def cancel() -> None:
        shop.cancel(buyer)
        cancelled = next(e for e in shop.bus.entries if e["DetailType"] == "OrderCancelled")
        assert shop.bus.deliver_one("products.on_order_changed", cancelled)

    once_between(monkeypatch, "of", cancel)
    while not shop.bus.deliver_one("products.on_order_changed", placed):
        shop.bus.failures.clear()  # back to the queue, and again
    assert (shop.level("LAMP")["available"], shop.level("LAMP")["state"]) == (1, "low")
    assert on_list("lamp")


def test_back_while_someone_asks_to_be_told(shop: Shop, staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everyone was told but this one, who would wait for the next time: the answer tells."""
    shop.stock("LAMP", 0)

    def restock() -> None:
        adjust(staff, "LAMP", set_to=2)
        shop.bus.deliver()

    once_between(monkeypatch, "get", restock)
    assert subscribe("LAMP", "ada@example.com").json["code"] == "in_stock"
    assert shop.count("stock_subscriptions") == 0


def test_who_waits_is_told_once(shop: Shop, staff: Staff) -> None:
    shop.stock("LAMP", 1)
    assert subscribe("LAMP", "ada@example.com").json["code"] == "in_stock"
    adjust(staff, "LAMP", set_to=0)
    shop.bus.deliver()
    for _ in range(2):
        assert subscribe("LAMP", "ada@example.com").status == 202
    assert subscribe("LAMP", "bob@example.com").status == 202
    assert subscribe("OTHER", "bob@example.com", "lamp").status == 422
    assert subscribe("LAMP", "nonsense").status == 422
    assert subscribe("LAMP", "bob@example.com", "none").status == 404
    adjust(staff, "LAMP", set_to=2)
    shop.bus.deliver()
    back = next(e for e in shop.bus.entries if e["DetailType"] == "BackInStock")
    shop.bus.deliver_one("products.on_back_in_stock", back)
    shop.post.deliver()
    sent = [email for email in shop.post.emails if "is back" in json.dumps(email)]
    assert len(sent) == 2
    assert "/products/lamp" in json.dumps(sent[0])
    adjust(staff, "LAMP", set_to=0)
    shop.bus.deliver()
    assert subscribe("LAMP", "ada@example.com").status == 202, "they may wait again"
    adjust(staff, "LAMP", set_to=2)
    shop.bus.deliver()
    shop.post.deliver()
    assert len([email for email in shop.post.emails if "is back" in json.dumps(email)]) == 3


def test_two_tellers_at_once_tell_each_person_once(shop: Shop, staff: Staff) -> None:
    from commerce.inventory import subscriptions

    shop.stock("LAMP", 0)
    for number in range(8):
        assert subscribe("LAMP", f"waiting{number}@example.com").status == 202
    adjust(staff, "LAMP", set_to=5)

    def tell(_: int) -> None:
        with suppress(Stale):  # who comes second is late, and the queue brings it again
            subscriptions.tell("LAMP", "Lamp", "lamp")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(tell, range(4)))
    subscriptions.tell("LAMP", "Lamp", "lamp")
    assert shop.count("outbox", type="StockSubscriptionDue") == 8
    assert shop.count("stock_subscriptions", status="waiting") == 0
