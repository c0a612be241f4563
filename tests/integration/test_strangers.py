"""Not yours is the same as not there (semantics 18): carts, orders and payments, links and replays."""

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from commerce.runtime import mongo, signing
from tests.support.api import Answer, call
from tests.support.shop import ADDRESS, Buyer, Shop

CART_ROUTES: list[tuple[str, str, str, Any]] = [
    ("carts.get_cart", "GET", "/carts/{id}", None),
    ("carts.add_line", "POST", "/carts/{id}/lines", {"sku": "MUG"}),
    ("carts.update_line", "PATCH", "/carts/{id}/lines/{line}", {"quantity": 2}),
    ("carts.remove_line", "DELETE", "/carts/{id}/lines/{line}", None),
    (
        "carts.set_delivery",
        "PUT",
        "/carts/{id}/delivery",
        {"contact": {"email": "eve@example.com"}, "shipping_address": ADDRESS},
    ),
    ("orders.place_order", "POST", "/orders", {"cart_id": "{id}", "quote_hash": "x"}),
]
ORDER_ROUTES: list[tuple[str, str, str, Any]] = [
    ("orders.get_order", "GET", "/orders/{id}", None),
    ("orders.cancel_order", "POST", "/orders/{id}/cancel", {}),
    ("payments.create_payment", "POST", "/orders/{id}/payments", {}),
]


def ask(route: tuple[str, str, str, Any], known: dict[str, str], headers: dict[str, str]) -> Answer:
    """A request of the route with these ids filled in."""
    function, method, path, body = route
    for name, value in known.items():
        path = path.replace(f"{{{name}}}", value)
        body = json.loads(json.dumps(body).replace(f"{{{name}}}", value))
    return call(function, method, path, body=body, headers=headers)


def same(one: Answer, other: Answer) -> None:
    """No word tells them apart."""
    mine, theirs = one.json, other.json
    assert one.status == other.status == 404, (one.text, other.text)
    assert {k: v for k, v in mine.items() if k != "correlation_id"} == {
        k: v for k, v in theirs.items() if k != "correlation_id"
    }


@pytest.mark.parametrize("owner", ["guest", "person"])
def test_a_strangers_cart_is_no_cart(shop: Shop, owner: str) -> None:
    shop.stock("MUG", 5)
    buyer = Buyer(token=shop.sandbox.session_token("owner@example.com") if owner == "person" else "")
    cart = shop.cart_with(buyer, ("MUG", 1)).json
    other = Buyer(email="eve@example.com")
    shop.cart_with(other, ("MUG", 1))
    attempts: list[dict[str, str]] = [
        {},
        {"X-Cart-Token": "0.Zm9yZ2Vk"},
        {"X-Cart-Token": other.cart_token},
        {"X-Cart-Token": "zz.é\u0000"},
        {"Authorization": f"Bearer {shop.sandbox.session_token('eve@example.com')}"},
        {"Authorization": f"Bearer {shop.sandbox.session_token('admin@example.com', 'admin')}"},
    ]
    if owner == "person":  # a user's cart is opened by its owner alone, no token helps
        attempts.append({"X-Cart-Token": signing.grant("cart", f"{buyer.cart_id}|1")})
    before = shop.snapshot()
    line = cart["lines"][0]["line_id"]
    for shown in attempts:
        for route in CART_ROUTES:
            foreign = ask(route, {"id": buyer.cart_id, "line": line}, shown)
            same(foreign, ask(route, {"id": "cart_none", "line": line}, shown))
    assert shop.snapshot() == before


def test_a_cart_past_its_time_is_no_cart(shop: Shop) -> None:
    shop.stock("MUG", 5)
    buyer = Buyer()
    line = shop.cart_with(buyer, ("MUG", 1)).json["lines"][0]["line_id"]
    past = datetime(2020, 1, 1, tzinfo=UTC)
    mongo.database()["carts"].update_one({"_id": buyer.cart_id}, {"$set": {"expires_at": past}})
    for route in CART_ROUTES:
        ended = ask(route, {"id": buyer.cart_id, "line": line}, buyer.headers())
        same(ended, ask(route, {"id": "cart_none", "line": line}, buyer.headers()))


@pytest.mark.parametrize("owner", ["guest", "person"])
def test_a_strangers_order_is_no_order(shop: Shop, owner: str) -> None:
    shop.stock("MUG", 9)
    buyer = Buyer(token=shop.sandbox.session_token("owner@example.com") if owner == "person" else "")
    shop.ready_order(buyer, ("MUG", 1))
    payment = shop.begin_payment(buyer).json
    other = Buyer(email="eve@example.com")
    shop.ready_order(other, ("MUG", 1))
    attempts: list[dict[str, str]] = [
        {},
        {"X-Order-Token": other.order_token},
        {"X-Order-Token": "0.Zm9yZ2Vk"},
        {"X-Order-Token": buyer.cart_token or "0.x", "X-Cart-Token": buyer.cart_token or "0.x"},
        {"Authorization": f"Bearer {shop.sandbox.session_token('eve@example.com')}"},
        {"Authorization": f"Bearer {shop.sandbox.session_token('admin@example.com', 'admin')}"},
    ]
    before = shop.snapshot()
    payments = ("payments.get_payment", "GET", "/payments/{id}?sync=true", None)
    for shown in attempts:
        for route in ORDER_ROUTES:
            same(ask(route, {"id": buyer.order_id}, shown), ask(route, {"id": "ord_none"}, shown))
        same(ask(payments, {"id": payment["id"]}, shown), ask(payments, {"id": "pay_none"}, shown))
    assert shop.snapshot() == before


def test_an_order_opens_by_a_link_until_it_expires_or_is_voided(shop: Shop) -> None:
    shop.stock("MUG", 5)
    buyer = Buyer(token=shop.sandbox.session_token("owner@example.com"))
    shop.ready_order(buyer, ("MUG", 1))

    def status(token: str) -> int:
        headers = {"X-Order-Token": token}
        return call("orders.get_order", "GET", f"/orders/{buyer.order_id}", headers=headers).status

    subject, moment = f"{buyer.order_id}|1", int(time.time())
    assert status(signing.grant("order", subject, expires_at=moment + 60)) == 200
    assert status(signing.grant("order", subject, expires_at=moment - 1)) == 404
    assert status(signing.grant("cart", subject)) == 404, "a token of one kind opens no other"
    late = signing.grant("order", subject, expires_at=moment - 1)
    assert status(f"{moment + 60:x}.{late.partition('.')[2]}") == 404, "its time can't be moved"
    good = signing.grant("order", subject)
    mongo.database()["orders"].update_one({"_id": buyer.order_id}, {"$set": {"token_version": 2}})
    assert status(good) == 404, "a higher version voids older tokens"


def test_a_rotated_key_still_opens_and_a_dropped_one_does_not(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    from commerce.runtime.settings import settings

    shop.stock("MUG", 5)
    buyer = Buyer()
    shop.cart_with(buyer, ("MUG", 1))
    for keys, status in (("newer,test-signing-key", 200), ("newer", 404)):
        monkeypatch.setenv("SIGNING_KEYS", keys)
        settings.cache_clear()
        assert shop.cart(buyer).status == status


@pytest.mark.parametrize("shown", [{}, {"X-Cart-Token": "same"}, {"X-Cart-Token": "{cart}"}])
def test_a_replay_is_for_whoever_holds_the_token(shop: Shop, shown: dict[str, str]) -> None:
    """A stranger who learns the Idempotency-Key, and even the cart's token, does not meet the order's answers."""
    shop.stock("MUG", 5)
    buyer = Buyer()
    shop.cart_with(buyer, ("MUG", 1))
    shop.place(buyer)
    cart_token = shown.get("X-Cart-Token", "").replace("{cart}", buyer.cart_token)
    mine = {"X-Order-Token": buyer.order_token, "Idempotency-Key": "known"}
    theirs = {"Idempotency-Key": "known"}
    if cart_token:
        mine, theirs = mine | {"X-Cart-Token": cart_token}, theirs | {"X-Cart-Token": cart_token}
    for route in reversed(ORDER_ROUTES[1:]):
        assert ask(route, {"id": buyer.order_id}, mine).status in {200, 201}
        assert ask(route, {"id": buyer.order_id}, theirs).status == 404


def test_a_person_may_order_a_guests_cart_and_owns_the_order(shop: Shop) -> None:
    """Signed in after filling the cart: the order is theirs, and they can see and pay it."""
    shop.stock("MUG", 5)
    buyer = Buyer()
    shop.cart_with(buyer, ("MUG", 1))
    buyer.token = shop.sandbox.session_token("late@example.com")
    assert shop.place(buyer).status == 201
    buyer.cart_token = ""
    assert shop.order(buyer)["status"] == "pending"
    assert shop.begin_payment(buyer).status == 201
