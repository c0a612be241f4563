"""Unpaid orders and time (semantics 4, 5), and money that comes when it is over."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from tests.support.api import call
from tests.support.shop import Buyer, Shop


def at(seconds: float) -> Any:
    """The clock stands so many seconds from now."""
    return time_machine.travel(datetime.now(UTC) + timedelta(seconds=seconds), tick=False)


def available(shop: Shop, sku: str = "LAMP") -> int:
    left: int = shop.level(sku)["available"]
    return left


def test_stock_nobody_tried_to_pay_is_free_a_minute_after_its_time(shop: Shop) -> None:
    shop.stock("LAMP", 3)
    buyer = Buyer()
    shop.ready_order(buyer, ("LAMP", 2))
    with at(899):
        shop.run_expiry()
        assert available(shop) == 1
    with at(901):
        shop.run_expiry()
    assert available(shop) == 3
    assert shop.order(buyer)["status"] == "expired"
    assert shop.bus.types() == ["OrderPlaced", "OrderExpired"]
    shop.run_expiry()
    assert shop.bus.types() == ["OrderPlaced", "OrderExpired"]


def test_the_first_attempt_renews_the_hold_once_and_never_past_half_an_hour(shop: Shop) -> None:
    shop.stock("LAMP", 1)
    buyer = Buyer()
    placed = datetime.fromisoformat(shop.ready_order(buyer, ("LAMP", 1)).json["placed_at"])

    def pay_by() -> float:
        return (datetime.fromisoformat(shop.order(buyer)["pay_by"]) - placed).total_seconds()

    assert pay_by() == 900
    with at(600):
        shop.begin_payment(buyer)
    assert pay_by() == pytest.approx(1500, abs=2)
    with at(1400):
        shop.begin_payment(buyer)
    assert pay_by() == pytest.approx(1500, abs=2), "not a second time"
    assert shop.one("reservations")["held_until"] == shop.one("orders")["pay_by"]


def test_no_hold_outlives_half_an_hour(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    from commerce.runtime.settings import settings

    monkeypatch.setenv("HOLD_SECONDS", "1500")
    settings.cache_clear()
    shop.stock("LAMP", 1)
    buyer = Buyer()
    placed = datetime.fromisoformat(shop.ready_order(buyer, ("LAMP", 1)).json["placed_at"])
    with at(1400):
        shop.begin_payment(buyer)
    assert datetime.fromisoformat(shop.order(buyer)["pay_by"]) - placed == timedelta(minutes=30)


def test_an_order_past_its_time_takes_no_new_attempt(shop: Shop) -> None:
    shop.stock("LAMP", 1)
    buyer = Buyer()
    shop.ready_order(buyer, ("LAMP", 1))
    with at(901):
        refused = shop.begin_payment(buyer)
    assert (refused.status, refused.json["code"]) == (409, "order_state")
    assert shop.count("payments") == 0


@pytest.mark.parametrize("card", ["", "pm_card_chargeDeclined", "pm_card_threeDSecure2Required"])
def test_an_open_attempt_is_voided_before_the_stock_is_free(shop: Shop, card: str) -> None:
    shop.stock("LAMP", 1)
    buyer = Buyer()
    shop.ready_order(buyer, ("LAMP", 1))
    secret = shop.begin_payment(buyer).json["client_secret"]
    if card:
        shop.confirm_card(secret, card)
    shop.settle()
    shop.expire_time(buyer)
    shop.run_expiry()
    assert shop.order(buyer)["status"] == "expired"
    assert available(shop) == 1
    assert shop.one("payments")["status"] == "voided"
    refused = shop.confirm_card_refused(secret)
    assert refused["error"]["code"] == "payment_intent_unexpected_state"
    assert shop.bus.types()[-4:] == ["OrderExpiring", "PaymentVoided", "OrderExpired", "BackInStock"]


def test_paid_at_the_last_moment_and_the_webhook_late_it_is_confirmed(shop: Shop) -> None:
    shop.stock("LAMP", 1)
    buyer = Buyer()
    shop.ready_order(buyer, ("LAMP", 1))
    shop.pay(buyer)
    shop.expire_time(buyer)
    shop.run_expiry()
    assert shop.order(buyer)["status"] == "confirmed"
    shop.settle()
    assert shop.post.subjects() == [f"Your order {shop.order(buyer)['number']} is confirmed"]


def test_stripe_does_not_answer_the_void_and_is_asked_again(shop: Shop) -> None:
    """The order stays `expiring` with its stock until Stripe has answered; then it ends, once."""
    shop.stock("LAMP", 1)
    buyer = Buyer()
    shop.ready_order(buyer, ("LAMP", 1))
    shop.begin_payment(buyer)
    shop.expire_time(buyer)
    fault = {"action": "drop", "path": "*/cancel", "times": 2, "after_effect": False}
    shop.sandbox.stripe_control("POST", "/faults", fault)
    shop.run_expiry()
    assert shop.order(buyer)["status"] == "expiring"
    assert available(shop) == 0
    assert len(shop.bus.failures) == 1, "back to the queue"
    assert shop.begin_payment(buyer).status == 409, "no new attempt may start"
    shop.run_expiry()
    assert shop.bus.types().count("OrderExpiring") == 1, "not asked again at once"
    with at(61):
        shop.run_expiry()
    assert shop.order(buyer)["status"] == "expired"
    assert available(shop) == 1


def test_a_void_whose_answer_was_lost_is_found_done(shop: Shop) -> None:
    shop.stock("LAMP", 1)
    buyer = Buyer()
    shop.ready_order(buyer, ("LAMP", 1))
    shop.begin_payment(buyer)
    shop.expire_time(buyer)
    fault = {"action": "drop", "path": "*/cancel", "times": 2, "after_effect": True}
    shop.sandbox.stripe_control("POST", "/faults", fault)
    shop.run_expiry()
    shop.settle()  # Stripe's own word of the cancellation
    assert shop.order(buyer)["status"] == "expired"
    assert shop.bus.types().count("OrderExpired") == 1


def test_what_is_processing_is_neither_voided_nor_called_paid(shop: Shop) -> None:
    shop.stock("LAMP", 1)
    buyer = Buyer()
    shop.ready_order(buyer, ("LAMP", 1))
    shop.sandbox.stripe_control("POST", "/settlement", {"times": 1, "seconds": None})
    intent = shop.pay(buyer)
    assert intent["status"] == "processing"
    shop.expire_time(buyer)
    shop.run_expiry()
    assert (shop.order(buyer)["status"], available(shop)) == ("expiring", 0)
    shop.sandbox.stripe_control("POST", f"/payment_intents/{intent['id']}/settle", {"outcome": "succeeded"})
    shop.settle()
    assert shop.order(buyer)["status"] == "confirmed"


def late_money(shop: Shop, buyer: Buyer) -> None:
    """An order expires while its money is on the way: our void is answered wrongly, as a mistaken provider would."""
    from commerce.payments.gateways.stripe import StripeGateway

    shop.ready_order(buyer, ("LAMP", 1))
    secret = shop.begin_payment(buyer).json["client_secret"]
    genuine = StripeGateway.void
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StripeGateway, "void", lambda self, ref: self.fetch(ref).model_copy(update={"status": "voided"}))
        assert genuine is not StripeGateway.void
        shop.expire_time(buyer)
        shop.run_expiry()
    assert shop.order(buyer)["status"] == "expired"
    shop.confirm_card(secret)


@pytest.mark.parametrize("sold_out", [False, True])
def test_money_after_expiry_takes_the_stock_again_or_goes_back(shop: Shop, sold_out: bool) -> None:
    shop.stock("LAMP", 1)
    buyer, other = Buyer(), Buyer(email="bob@example.com")
    late_money(shop, buyer)
    if sold_out:
        shop.ready_order(other, ("LAMP", 1))
    shop.settle()
    order = shop.order(buyer)
    if sold_out:
        assert order["status"] == "expired"
        assert order["refunded"]["amount"] == order["totals"]["total"]["amount"] == order["paid"]["amount"]
        assert any("sold out" in entry["what"] for entry in order["history"]), "and says so"
        assert shop.one("refunds")["status"] == "succeeded"
    else:
        assert order["status"] == "confirmed"
        assert shop.level("LAMP")["on_hand"] == 0
    assert shop.count("ledger", kind="capture") == 1


def test_cancelling_frees_the_stock_at_once_and_the_slot(shop: Shop) -> None:
    shop.stock("LAMP", 5)
    orders = [Buyer(), Buyer()]
    for buyer in orders:
        shop.ready_order(buyer, ("LAMP", 1))
    third = Buyer()
    shop.cart_with(third, ("LAMP", 1))
    refused = shop.place(third)
    assert (refused.status, refused.json["code"]) == (409, "too_many_unpaid_orders")
    assert shop.cancel(orders[0]).status == 200
    assert available(shop) == 4
    assert shop.place(third).status == 201


def test_ones_own_reservation_never_blocks_ones_own_cart(shop: Shop) -> None:
    """The last piece is held by my unpaid order: what I see and do with that order goes on (semantics 5)."""
    shop.stock("LAMP", 1)
    buyer = Buyer()
    shop.ready_order(buyer, ("LAMP", 1))
    assert shop.begin_payment(buyer).status == 201
    shop.pay(buyer)
    shop.settle()
    assert shop.order(buyer)["status"] == "confirmed"


def test_a_hundred_orders_that_wait_for_a_person_do_not_stop_the_expiry(shop: Shop) -> None:
    """Orders that were paid wrongly stay pending past their time; younger ones must still end."""
    from commerce.runtime import mongo

    shop.stock("LAMP", 3)
    first = Buyer(email="first@example.com")
    shop.ready_order(first, ("LAMP", 1))
    shop.expire_time(first)
    document = shop.one("orders")
    waiting = [
        document
        | {"_id": f"ord_{n:03}", "number": f"N{n}", "cart_id": f"c{n}", "slots": [f"s{n}"], "payment_id": f"pay_{n}"}
        for n in range(120)
    ]
    for other in waiting:
        other["pay_by"] = datetime(2019, 1, 1, tzinfo=UTC)
    mongo.database()["orders"].insert_many(waiting)
    try:
        with at(0):
            shop.run_expiry()
        got = call("orders.get_order", "GET", f"/orders/{first.order_id}", headers=first.headers())
        assert got.json["status"] == "expired"
    finally:
        mongo.database()["orders"].delete_many({"_id": {"$in": [other["_id"] for other in waiting]}})
