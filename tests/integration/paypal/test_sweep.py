"""The sweep: what no event has told is found out; every capture belongs to an order, or goes back (semantics 10)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from commerce.runtime import mongo
from commerce.runtime.settings import settings
from tests.support.shop import Buyer, Shop


def lost(shop: Shop) -> list[dict[str, Any]]:
    """Everything on the bus that was not delivered is lost; a dead-letter queue has it."""
    gone = shop.bus.entries[shop.bus.delivered :]
    shop.bus.delivered = len(shop.bus.entries)
    return gone


def pay(shop: Shop, buyer: Buyer, provider: str) -> None:
    """Paid at the provider, and nothing of it heard yet."""
    if provider == "stripe":
        shop.pay(buyer)
    else:
        begun = shop.begin_payment(buyer, "paypal").json
        shop.agree(begun)


@pytest.mark.parametrize("provider", ["stripe", "paypal"])
def test_a_lost_webhook_is_made_good(shop: Shop, buyer: Buyer, provider: str) -> None:
    pay(shop, buyer, provider)
    assert shop.sweep() == 1
    assert shop.order(buyer)["status"] == "confirmed"
    shop.sweep()
    assert "look_at" not in shop.one("payments"), "nothing more to find out"
    assert shop.sweep() == 0
    shop.settle()


def test_nothing_is_asked_before_its_time(shop: Shop, buyer: Buyer) -> None:
    import payments.sweep_payments

    pay(shop, buyer, "paypal")
    assert payments.sweep_payments.handler({"id": "x"}, None) == {"swept": 0}
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=5, seconds=1), tick=False):
        assert payments.sweep_payments.handler({"id": "x"}, None) == {"swept": 1}
        assert payments.sweep_payments.handler({"id": "x"}, None) == {"swept": 0}, "not again at once"
    shop.bus.deliver()


@pytest.mark.parametrize("provider", ["stripe", "paypal"])
def test_an_order_that_never_heard_of_its_money_is_told_again(shop: Shop, buyer: Buyer, provider: str) -> None:
    """PaymentSucceeded lies in a dead-letter queue. The order still waits: it gets its money, nobody gives it back."""
    pay(shop, buyer, provider)
    shop.sweep(tell=False)
    assert "PaymentSucceeded" in {entry["DetailType"] for entry in lost(shop)}
    assert shop.order(buyer)["status"] == "pending"
    shop.sweep()
    assert shop.order(buyer)["status"] == "confirmed"
    assert shop.count("refunds") == 0


@pytest.mark.parametrize("provider", ["stripe", "paypal"])
def test_an_order_that_expired_meanwhile_decides_itself(shop: Shop, buyer: Buyer, provider: str) -> None:
    pay(shop, buyer, provider)
    shop.sweep(tell=False)
    told = lost(shop)
    shop.expire_time(buyer)
    import orders.expire_orders

    orders.expire_orders.handler({"id": "x"}, None)
    lost(shop)
    assert shop.order(buyer)["status"] == "expiring"
    shop.sweep()
    assert shop.order(buyer)["status"] == "confirmed"
    for entry in told:  # and the dead letter, redriven, changes nothing
        shop.bus.deliver_one("orders.on_payment_event", entry)
    shop.settle()
    assert shop.count("refunds") == 0


@pytest.mark.parametrize("provider", ["stripe", "paypal"])
def test_money_of_a_cancelled_order_goes_back_though_no_event_says_so(shop: Shop, buyer: Buyer, provider: str) -> None:
    pay(shop, buyer, provider)
    shop.sweep(tell=False)
    lost(shop)
    assert shop.cancel(buyer).status == 200
    lost(shop)
    assert shop.count("refunds") == 0
    shop.sweep()
    assert shop.one("refunds")["status"] == "succeeded"
    assert shop.one("payments")["status"] == "refunded"
    shop.settle()


@pytest.mark.parametrize("provider", ["stripe", "paypal"])
def test_money_that_an_order_sent_back_goes_back_though_payments_never_heard(
    shop: Shop, buyer: Buyer, provider: str
) -> None:
    """OrderUnfulfillable is lost: the order remembers that it did not take this payment, even if it could by now."""
    pay(shop, buyer, provider)
    shop.sweep(tell=False)
    paid = lost(shop)[-1]
    assert shop.cancel(buyer).status == 200
    lost(shop)
    assert shop.bus.deliver_one("orders.on_payment_event", paid)
    assert lost(shop)[-1]["DetailType"] == "OrderUnfulfillable"
    shop.sweep()
    assert shop.one("refunds")["status"] == "succeeded"
    assert shop.order(buyer)["paid"] == shop.order(buyer)["refunded"] == shop.order(buyer)["totals"]["total"]
    shop.settle()


def test_a_capture_whose_order_is_not_there_goes_back(shop: Shop, buyer: Buyer) -> None:
    pay(shop, buyer, "paypal")
    shop.sweep(tell=False)
    lost(shop)
    kept = shop.one("orders")
    mongo.database()["orders"].delete_one({"_id": buyer.order_id})
    shop.sweep()
    assert shop.one("payments")["status"] == "refunded"
    mongo.database()["orders"].insert_one(kept)
    shop.cancel(buyer)
    shop.bus.delivered = len(shop.bus.entries)


@pytest.mark.parametrize("provider", ["stripe", "paypal"])
def test_a_refund_that_could_not_be_asked_for_is_asked_for_again(shop: Shop, buyer: Buyer, provider: str) -> None:
    """The queue gave up; the decision is stored."""
    pay(shop, buyer, provider)
    shop.sweep()
    assert shop.cancel(buyer).status == 200
    control = shop.sandbox.stripe_control if provider == "stripe" else shop.sandbox.paypal_control
    control("POST", "/faults", {"action": "error", "path": "*/refund*", "method": "POST", "times": 9})
    shop.bus.deliver()
    control("DELETE", "/faults")
    shop.bus.failures.clear()
    assert shop.one("refunds")["status"] == "requested"
    shop.sweep()
    assert shop.one("refunds")["status"] == "succeeded"
    shop.settle()


def test_one_that_fails_holds_up_no_other(shop: Shop) -> None:
    shop.stock("LAMP", 9)
    buyers = [Buyer(email=f"buyer-{number}@example.com") for number in range(3)]
    for buyer in buyers:
        shop.ready_order(buyer, ("LAMP", 1))
        pay(shop, buyer, "paypal")
    order_ref = shop.all("payments")[0]["provider_ref"]
    fault = {"action": "error", "path": f"/v2/checkout/orders/{order_ref}", "times": 1}
    shop.sandbox.paypal_control("POST", "/faults", fault)
    assert shop.sweep() == 2
    assert [shop.order(buyer)["status"] for buyer in buyers] == ["pending", "confirmed", "confirmed"]
    shop.sweep()
    assert shop.order(buyers[0])["status"] == "confirmed"
    shop.settle()


def test_what_waits_for_a_person_is_left_to_that_person(shop: Shop, buyer: Buyer) -> None:
    """Paid, but another sum: the order has the money and is held."""
    from commerce.payments.gateways.paypal import PayPalGateway

    pay(shop, buyer, "paypal")
    genuine = PayPalGateway.capture
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PayPalGateway, "capture", lambda self, p: genuine(self, p).model_copy(update={"received": 1000}))
        shop.sweep()
    settings.cache_clear()
    assert shop.order(buyer)["on_hold"]
    shop.sweep()
    assert shop.count("refunds") == 0
    assert "look_at" not in shop.one("payments")


def test_a_buyer_who_never_decided_costs_a_question_every_five_minutes(shop: Shop, buyer: Buyer) -> None:
    """An attempt that nobody finished is not touched; its order's time ends it."""
    shop.begin_payment(buyer, "paypal")
    for _ in range(3):
        assert shop.sweep() == 1
    assert shop.one("payments")["status"] == "requires_action"
    shop.expire_time(buyer)
    shop.run_expiry()
    assert shop.sweep() == 0
    assert shop.order(buyer)["status"] == "expired"
