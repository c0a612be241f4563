"""Parts that are away: without the cache the shop sells, without the database it says so quickly and recovers."""

import time
from collections.abc import Callable
from functools import partial

import httpx
import pytest

from tests.e2e.shopping import Shop, is_problem, together
from tests.support.stack import wait_for


def timed(ask: Callable[[], httpx.Response]) -> tuple[httpx.Response, float]:
    """An answer, and how long it took in seconds."""
    began = time.monotonic()
    return ask(), time.monotonic() - began


def test_without_the_cache_the_shop_sells(shop: Shop) -> None:
    sku = shop.stock(5)
    with shop.stack.without("cache"):
        health = shop.stack.api("GET", "/health")
        assert (health.status_code, health.json()["status"], health.json()["cache"]) == (200, "degraded", "down")
        assert shop.stack.api("GET", "/products", params={"limit": 3}).status_code == 200
        page, seconds = timed(lambda: shop.stack.api("GET", f"/products/{sku.lower()}"))
        assert page.json()["variants"][0]["available"] == 5
        assert seconds < 3
        buyer = shop.buyer()
        buyer.buy((sku, 2))
        buyer.wait_for_mail("confirmed")
    assert shop.level(sku) == (3, 0, 3)
    wait_for(
        lambda: shop.stack.api("GET", "/health").json()["status"] == "ok", seconds=30, what="the cache is used again"
    )


def test_a_cache_that_hangs_is_not_waited_for(shop: Shop) -> None:
    sku = shop.stock(5)
    with shop.stack.frozen("cache"):
        page, seconds = timed(lambda: shop.stack.api("GET", f"/products/{sku.lower()}"))
        assert page.json()["variants"][0]["available"] == 5
        assert seconds < 3
        shop.buyer().place(sku)


def test_without_the_database_it_is_503_and_then_well_again(shop: Shop) -> None:
    sku = shop.stock(5)
    buyer, late = shop.buyer(), shop.buyer()
    buyer.fill(sku)
    late.place(sku)
    # All of them have been called before: a worker that is only just starting is none of the database's business.
    buyer.get("GET", f"/carts/{buyer.cart['id']}")
    late.begin_payment()
    shop.stack.api("GET", f"/products/{sku.lower()}")
    with shop.stack.without("mongo"):
        asked: dict[str, Callable[[], httpx.Response]] = {
            "cart": lambda: buyer.ask("GET", f"/carts/{buyer.cart['id']}"),
            "order": buyer.try_to_place,
            "payment": lambda: late.ask("POST", f"/orders/{late.order['id']}/payments", {}),
            "product": lambda: shop.stack.api("GET", f"/products/not-cached-{time.time_ns()}"),
        }
        # Together: they are different functions, and each waits its 3 s for the database.
        for what, (answer, seconds) in zip(
            asked, together([partial(timed, ask) for ask in asked.values()]), strict=True
        ):
            is_problem(answer, 503, "unavailable")
            assert int(answer.headers["retry-after"]) > 0, what
            assert seconds < 4, f"{what} took {seconds:.1f} s"
        health, seconds = timed(lambda: shop.stack.api("GET", "/health"))
        assert (health.status_code, health.json()["mongo"]) == (503, "down")
        assert seconds < 4
        hook = shop.stack.stripe_webhook({"id": "evt_while_down", "object": "event", "type": "payment_intent.succeeded",
                                          "data": {"object": {"id": "pi_x", "object": "payment_intent"}}})  # fmt: skip
        is_problem(hook, 503, "unavailable")

    wait_for(lambda: shop.stack.api("GET", "/health").json()["status"] == "ok", seconds=20, what="it is well again")
    assert shop.level(sku) == (5, 1, 4), "no half writes"
    buyer.place()
    for who in (buyer, late):
        who.pay()
        who.wait_until("confirmed")


def test_without_stripe_an_order_waits(shop: Shop) -> None:
    sku = shop.stock(5)
    buyer = shop.buyer()
    order = buyer.place(sku)
    with shop.stack.without("sandbox"):
        answer, seconds = timed(lambda: buyer.ask("POST", f"/orders/{order['id']}/payments", {}))
        is_problem(answer, 503, "provider_unavailable")
        assert seconds < 10
    buyer.pay()
    buyer.wait_until("confirmed")
    assert shop.count("payments", {"order_id": order["id"]}) == 1


@pytest.mark.parametrize("action", ["drop", "error"])
def test_stripes_answer_is_lost(shop: Shop, action: str) -> None:
    """The intent was made, and the answer never came, or was a 500, which Stripe repeats under its key for a day."""
    buyer = shop.buyer()
    order = buyer.place(shop.stock(5))
    fault = {"action": action, "path": "/v1/payment_intents", "method": "POST", "times": 1, "after_effect": True}
    shop.stack.sandbox.stripe_control("POST", "/faults", fault)
    try:
        first = buyer.ask("POST", f"/orders/{order['id']}/payments", {})
        assert first.status_code == 201 or is_problem(first, 503, "provider_unavailable")
    finally:
        shop.stack.sandbox.stripe_control("DELETE", "/faults")
    buyer.pay()
    buyer.wait_until("confirmed")
    made = shop.stripe("/payment_intents", limit=100)["data"]
    ours = [intent["status"] for intent in made if intent["metadata"].get("order_id") == order["id"]]
    assert ours.count("succeeded") == 1
    assert action == "error" or len(ours) == 1, "what is not known to have failed is found again by its key"


def test_stripes_answer_to_a_refund_is_lost(shop: Shop) -> None:
    """The money went back, and Stripe said 500: it does not go back twice, and the order knows."""
    buyer = shop.buyer()
    total = buyer.buy(shop.stock(5))["totals"]["total"]
    fault = {"action": "error", "path": "/v1/refunds", "method": "POST", "times": 1, "after_effect": True}
    shop.stack.sandbox.stripe_control("POST", "/faults", fault)
    try:
        buyer.get("POST", f"/orders/{buyer.order['id']}/cancel", {})
        buyer.wait_for(lambda order: order["refunded"] == total, "the money is back", seconds=60)
    finally:
        shop.stack.sandbox.stripe_control("DELETE", "/faults")
    assert len(shop.stripe("/refunds", payment_intent=buyer.intent)["data"]) == 1
