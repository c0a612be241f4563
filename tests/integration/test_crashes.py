"""Killed at any step and tried again: one order, one charge, one message (semantics 2, 8)."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from commerce.runtime import mongo, outbox, switches
from commerce.runtime.settings import settings
from tests.integration.test_interleavings import wipe
from tests.support import books
from tests.support.api import call
from tests.support.killswitch import Killswitch
from tests.support.query_shapes import looking
from tests.support.shop import Buyer, Shop


@pytest.fixture(autouse=True)
def _relay_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not published is old enough for the relay."""
    monkeypatch.setattr(outbox, "RELAY_AFTER", -timedelta(seconds=1))


def recover(shop: Shop) -> None:
    """What happens by itself: the relay, Stripe's repeated webhooks, the queues' second deliveries."""
    import system.relay_outbox

    system.relay_outbox.handler({"id": "relay"}, None)
    shop.bus.delivered = 0
    shop.webhooks()
    shop.post.delivered = 0
    shop.post.deliver()


def test_placing_an_order_killed_at_any_step(shop: Shop, killswitch: Killswitch) -> None:
    """Either nothing has happened, or the order is there; the retry with the same key gives that one order."""

    def prepare() -> Buyer:
        shop.stock("LAMP", 3)
        shop.stock("VASE", 3)
        buyer = Buyer()
        shop.cart_with(buyer, ("LAMP", 1), ("VASE", 2))
        return buyer

    quote = ""

    def place(buyer: Buyer) -> Any:
        return shop.place(buyer, quote=quote, Idempotency_Key="once")

    wipe(shop)
    buyer = prepare()
    quote = shop.cart(buyer).json["quote"]["hash"]
    with killswitch.armed():
        assert place(buyer).status == 201
    steps = killswitch.steps
    assert steps >= 8
    for step in range(1, steps + 1):
        wipe(shop)
        buyer = prepare()
        quote = shop.cart(buyer).json["quote"]["hash"]
        untouched = shop.snapshot()
        assert not killswitch.survives(step, lambda: place(buyer))  # noqa: B023  (called at once)
        name = killswitch.names[-1]
        books.check()
        if shop.count("orders") == 0:
            assert shop.snapshot() == untouched, f"half a write after {name}"
        assert place(buyer).status == 201, name
        assert shop.count("orders") == 1
        assert [level["reserved"] for level in shop.all("stock")] == [1, 2]
        recover(shop)
        assert shop.bus.types().count("OrderPlaced") >= 1, name
        assert shop.count("outbox", type="OrderPlaced") == 1


def test_beginning_to_pay_killed_at_any_step(shop: Shop, killswitch: Killswitch) -> None:
    """One payment here, one PaymentIntent there, whatever was lost in between."""
    step = steps = 0
    while step <= steps:
        wipe(shop)
        shop.stock("LAMP", 3)
        buyer = Buyer()
        shop.ready_order(buyer, ("LAMP", 1))
        ended = killswitch.survives(step, lambda: shop.begin_payment(buyer, Idempotency_Key="pay"))  # noqa: B023
        assert ended == (step == 0)
        steps, name = steps or killswitch.steps, killswitch.names[-1]
        again = shop.begin_payment(buyer, Idempotency_Key="pay")
        assert again.status == 201, (name, again.text)
        shop.confirm_card(again.json["client_secret"])
        shop.settle()
        assert shop.order(buyer)["status"] == "confirmed", name
        assert shop.count("payments") == 1
        assert [e["type"] for e in shop.stripe_events()].count("payment_intent.created") == 1
        step += 1
    assert steps >= 6


@pytest.mark.parametrize("consumer", ["webhook", "confirm", "route", "send"])
def test_what_follows_a_payment_killed_at_any_step(shop: Shop, killswitch: Killswitch, consumer: str) -> None:
    """The webhook, the confirmation, the message and the email: each brought again by whoever brought it first."""

    def prepare() -> tuple[Buyer, Callable[[], object]]:
        wipe(shop)
        shop.stock("LAMP", 3)
        buyer = Buyer()
        shop.ready_order(buyer, ("LAMP", 1))
        shop.pay(buyer)
        succeeded = next(e for e in shop.stripe_events() if e["type"] == "payment_intent.succeeded")
        if consumer == "webhook":
            return buyer, lambda: shop.webhook(succeeded)
        shop.webhook(succeeded)
        paid = shop.bus.entries[-1]
        if consumer == "confirm":
            return buyer, lambda: shop.bus.deliver_one("orders.on_payment_event", paid)
        shop.bus.deliver_one("orders.on_payment_event", paid)
        confirmed = shop.bus.entries[-1]
        if consumer == "route":
            return buyer, lambda: shop.bus.deliver_one("notifications.route_event", confirmed)
        shop.bus.deliver_one("notifications.route_event", confirmed)
        return buyer, lambda: shop.post.bring(*shop.post.handovers[0])

    _, work = prepare()
    with killswitch.armed():
        work()
    steps = killswitch.steps
    for step in range(1, steps + 1):
        buyer, work = prepare()
        assert not killswitch.survives(step, work)
        name = killswitch.names[-1]
        work()
        expire_leases(shop)
        recover(shop)
        order = shop.order(buyer)
        assert order["status"] == "confirmed", name
        assert shop.count("ledger", kind="capture") == 1, name
        assert shop.count("messages") == 1, name
        lost = consumer == "send" and name in {"Post.send_email: done", "mongo: ask"} and step > steps - 3
        assert len(shop.post.emails) == 1 or lost, (name, step, steps)
        assert len(shop.post.emails) <= 2


def expire_leases(shop: Shop) -> None:
    """The minute of the worker that died is over."""
    with looking():
        mongo.database()["messages"].update_many({}, {"$unset": {"leased_until": ""}})


def test_killed_between_commit_and_publish_by_the_switch(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test switch that end-to-end tests use; only stage local obeys it."""
    died: list[int] = []

    def exit_(code: int) -> None:
        died.append(code)
        raise SystemExit(code)

    monkeypatch.setattr("os._exit", exit_)
    shop.stock("LAMP", 3)
    buyer = Buyer()
    shop.cart_with(buyer, ("LAMP", 1))
    with pytest.raises(SystemExit):
        shop.place(buyer, X_Souk_Test="die-before-publish")
    switches.ask("")  # the next process knows nothing of it
    assert (died, shop.bus.types(), shop.count("orders")) == ([137], [], 1)
    recover(shop)
    assert shop.bus.types() == ["OrderPlaced"]
    monkeypatch.setenv("TEST_SWITCHES", "")
    settings.cache_clear()
    other = Buyer(email="bob@example.com")
    shop.cart_with(other, ("LAMP", 1))
    assert shop.place(other, X_Souk_Test="die-before-publish").status == 201


def test_a_write_that_fails_leaves_stock_and_cart_as_they_were(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every guard of the placement in turn is made to fail in the database itself (semantics 2)."""
    shop.stock("LAMP", 3)
    shop.stock("VASE", 3)
    buyer = Buyer()
    quote = shop.cart_with(buyer, ("LAMP", 1), ("VASE", 1)).json["quote"]["hash"]
    untouched = shop.snapshot()
    genuine = {"orders": "insert", "reservations": "insert", "stock": "update", "carts": "update", "outbox": "insert"}
    for collection in genuine:
        rule = {"$expr": {"$eq": [1, 2]}}
        with looking():
            mongo.database().command("collMod", collection, validator=rule, validationLevel="strict")
        try:
            answer = shop.place(buyer, quote=quote, Idempotency_Key="k")
        finally:
            with looking():
                mongo.database().command("collMod", collection, validator={}, validationLevel="strict")
        assert answer.status >= 500, (collection, answer.text)
        assert json.loads(answer.text)["code"] in {"internal_error", "unavailable"}
        assert shop.snapshot() == untouched, collection
    assert shop.place(buyer, quote=quote, Idempotency_Key="k").status == 201
    assert call("orders.get_order", "GET", f"/orders/{buyer.order_id}", headers=buyer.headers()).status == 200
