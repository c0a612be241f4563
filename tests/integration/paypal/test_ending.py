"""Orders that end while PayPal is open: what is voided is never captured, what is captured finds its place (semantics
6).
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from commerce import payments
from commerce.payments.gateways.paypal import PayPalGateway
from commerce.payments.model import CAPTURE_TAKES, PROCESSING_LIMIT, AttemptClosed
from tests.support.race import begins, together
from tests.support.shop import Buyer, Shop


def at(after: timedelta) -> Any:
    """The clock stands so long from now."""
    return time_machine.travel(datetime.now(UTC) + after, tick=False)


def available(shop: Shop) -> int:
    left: int = shop.level("LAMP")["available"]
    return left


def captured(shop: Shop) -> int:
    """How often PayPal took money."""
    return sum(event["event_type"] == "PAYMENT.CAPTURE.COMPLETED" for event in shop.paypal_events())


@pytest.mark.parametrize("agreed", [False, True])
def test_what_time_voided_is_never_captured(shop: Shop, buyer: Buyer, agreed: bool) -> None:
    """PayPal need not be asked: an approval without a capture is no money."""
    begun = shop.begin_payment(buyer, "paypal").json
    if agreed:
        shop.agree(begun)
    shop.expire_time(buyer)
    shop.sandbox.paypal_control("POST", "/faults", {"action": "drop", "times": 99})
    shop.run_expiry()
    shop.sandbox.paypal_control("DELETE", "/faults")
    assert (shop.order(buyer)["status"], available(shop)) == ("expired", 3)
    if not agreed:
        shop.agree(begun)
    refused = shop.capture(buyer, begun["id"])
    assert (refused.status, refused.json["code"]) == (409, "payment_closed")
    shop.settle()
    assert captured(shop) == 0
    assert shop.one("payments")["status"] == "voided"


def test_an_order_that_is_expiring_is_not_captured_any_more(shop: Shop, buyer: Buyer) -> None:
    """Not even before its attempt is voided: who keeps asking for captures does not keep the stock."""
    import orders.expire_orders

    begun = shop.begin_payment(buyer, "paypal").json
    shop.agree(begun)
    shop.expire_time(buyer)
    orders.expire_orders.handler({"id": "test"}, None)
    assert shop.capture(buyer, begun["id"]).json["code"] == "order_state"
    shop.bus.deliver()
    assert shop.order(buyer)["status"] == "expired"


@pytest.mark.parametrize("took_effect", [False, True])
def test_a_capture_that_was_not_answered_holds_the_void(shop: Shop, buyer: Buyer, took_effect: bool) -> None:
    """Sent, and nobody knows: the order waits until it can't be under way any more, then PayPal's word decides."""
    begun = shop.begin_payment(buyer, "paypal").json
    shop.agree(begun)
    fault = {"action": "drop", "path": "*/capture", "times": 2, "after_effect": took_effect}
    shop.sandbox.paypal_control("POST", "/faults", fault)
    assert shop.capture(buyer, begun["id"]).status == 503
    shop.expire_time(buyer)
    shop.run_expiry()
    if took_effect:
        assert shop.order(buyer)["status"] == "confirmed"
        assert captured(shop) == 1
        return
    assert (shop.order(buyer)["status"], available(shop)) == ("expiring", 2)
    with at(CAPTURE_TAKES + timedelta(seconds=5)):
        shop.run_expiry()
    assert (shop.order(buyer)["status"], available(shop)) == ("expired", 3)
    assert captured(shop) == 0


def test_a_capture_that_comes_to_effect_after_all_finds_its_order(shop: Shop, buyer: Buyer) -> None:
    """PayPal took longer than anything of ours lives. The stock is taken again."""
    begun = shop.begin_payment(buyer, "paypal").json
    order_ref = shop.agree(begun)
    fault = {"action": "drop", "path": "*/capture", "times": 2}
    shop.sandbox.paypal_control("POST", "/faults", fault)
    shop.capture(buyer, begun["id"])
    shop.expire_time(buyer)
    with at(CAPTURE_TAKES + timedelta(seconds=5)):
        shop.run_expiry()
    assert shop.order(buyer)["status"] == "expired"
    from commerce.payments.gateways.paypal_api import ask

    ask("POST", f"/v2/checkout/orders/{order_ref}/capture", {})
    shop.sweep()  # no webhook came
    shop.settle()
    assert shop.order(buyer)["status"] == "confirmed"
    assert shop.one("payments")["status"] == "paid"


@pytest.mark.parametrize("end", ["expire", "cancel"])
def test_capture_and_end_raced(shop: Shop, end: str) -> None:
    """However they meet: captured and confirmed (or given back), or voided and not captured."""
    import orders.expire_orders

    shop.stock("LAMP", 9)
    for number in range(6):
        buyer = Buyer(email=f"buyer-{number}@example.com")
        shop.ready_order(buyer, ("LAMP", 1))
        begun = shop.begin_payment(buyer, "paypal").json
        shop.agree(begun)
        if end == "expire":
            shop.expire_time(buyer)
            orders.expire_orders.handler({"id": "test"}, None)
        else:
            assert shop.cancel(buyer).status == 200
        entry = shop.bus.entries[-1]
        outcomes = together(
            [
                # The check of the order is passed already: what is raced is the attempt.
                lambda: payments.capture(begun["id"], lambda _: None),  # noqa: B023
                lambda: shop.bus.deliver_one("payments.on_order_event", entry),  # noqa: B023
            ]
        )
        shop.bus.failures.clear()
        with at(CAPTURE_TAKES + timedelta(seconds=5)):
            shop.run_expiry()
            if not outcomes[1]:
                shop.bus.deliver_one("payments.on_order_event", entry)
        shop.settle()
        payment, order = shop.one("payments", _id=begun["id"]), shop.order(buyer)
        if payment["status"] == "voided":
            assert order["status"] in {"expired", "cancelled"}
            assert isinstance(outcomes[0], AttemptClosed)
        elif end == "expire":
            assert (payment["status"], order["status"]) == ("paid", "confirmed")
        else:
            assert (payment["status"], order["status"]) == ("refunded", "cancelled")


def test_what_is_processing_holds_the_stock_to_a_limit(shop: Shop, buyer: Buyer) -> None:
    assert shop.pay_by_paypal(buyer, "pending").json["status"] == "processing"
    shop.expire_time(buyer)
    shop.run_expiry()
    assert (shop.order(buyer)["status"], available(shop)) == ("expiring", 2)
    with at(PROCESSING_LIMIT - timedelta(minutes=1)):
        shop.run_expiry()
    assert shop.order(buyer)["status"] == "expiring"
    with at(PROCESSING_LIMIT + timedelta(minutes=1)):
        shop.run_expiry()
    assert (shop.order(buyer)["status"], available(shop)) == ("expired", 3)
    assert shop.bus.types()[-2:] == ["PaymentOverdue", "OrderExpired"]


@pytest.mark.parametrize("provider", ["stripe", "paypal"])
@pytest.mark.parametrize("sold_out", [False, True])
def test_money_after_the_limit_takes_the_stock_again_or_goes_back(shop: Shop, provider: str, sold_out: bool) -> None:
    shop.stock("VASE", 1)
    buyer, other = Buyer(), Buyer(email="bob@example.com")
    shop.ready_order(buyer, ("VASE", 1))
    if provider == "paypal":
        shop.pay_by_paypal(buyer, "pending")
        ref = shop.paypal_events()[-1]["resource"]["id"]
    else:
        shop.sandbox.stripe_control("POST", "/settlement", {"times": 1, "seconds": None})
        ref = shop.pay(buyer)["id"]
        shop.webhooks()
    shop.expire_time(buyer)
    shop.run_expiry()
    with at(PROCESSING_LIMIT + timedelta(minutes=2)):
        shop.run_expiry()
    assert shop.order(buyer)["status"] == "expired"
    if sold_out:
        shop.ready_order(other, ("VASE", 1))
    if provider == "paypal":
        shop.sandbox.paypal_control("POST", f"/captures/{ref}/settle")
    else:
        shop.sandbox.stripe_control("POST", f"/payment_intents/{ref}/settle")
    shop.settle()
    order = shop.order(buyer)
    if sold_out:
        assert order["status"] == "expired"
        assert order["refunded"] == order["paid"] == order["totals"]["total"]
        assert shop.one("payments")["status"] == "refunded"
    else:
        assert order["status"] == "confirmed"


def test_two_providers_at_the_same_moment_leave_one_live_attempt(shop: Shop) -> None:
    """Both begin; one of them is closed by the other, and only one can charge."""
    shop.stock("LAMP", 9)
    for number in range(4):
        buyer = Buyer(email=f"buyer-{number}@example.com")
        shop.ready_order(buyer, ("LAMP", 1))
        together([begins(buyer, "stripe"), begins(buyer, "paypal")])
        mine = shop.all("payments", order_id=buyer.order_id)
        assert sum(payment["open"] for payment in mine) == 1
        assert all(payment["status"] == "voided" for payment in mine if not payment["open"])
        live = next(payment for payment in mine if payment["open"])
        if live["provider"] == "paypal":
            assert shop.pay_by_paypal(buyer).json["status"] == "paid"
        else:
            shop.pay(buyer)
        shop.settle()
        assert shop.order(buyer)["status"] == "confirmed"
    assert shop.count("ledger", kind="capture") == 4


def test_a_void_is_a_promise_of_ours_alone(shop: Shop, buyer: Buyer) -> None:
    """Captures are refused by what is stored, also between the claim of one and the void of another."""
    begun = shop.begin_payment(buyer, "paypal").json
    shop.agree(begun)
    genuine = PayPalGateway.capture

    def voided_meanwhile(self: PayPalGateway, payment: Any) -> Any:
        shop.expire_time(buyer)
        shop.run_expiry()  # finds a capture under way, and waits
        assert shop.order(buyer)["status"] == "expiring"
        return genuine(self, payment)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PayPalGateway, "capture", voided_meanwhile)
        assert shop.capture(buyer, begun["id"]).json["status"] == "paid"
    shop.settle()
    assert shop.order(buyer)["status"] == "confirmed"
    assert shop.count("ledger", kind="capture", payment_id=begun["id"]) == 1
