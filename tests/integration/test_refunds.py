"""Money that goes back: once, whatever is repeated, and booked as it happens (semantics 10, 11, 12)."""

from typing import Any

import pytest

from tests.support.api import call
from tests.support.shop import Buyer, Shop


@pytest.fixture
def buyer(shop: Shop) -> Buyer:
    shop.stock("LAMP", 3)
    buyer = Buyer()
    shop.ready_order(buyer, ("LAMP", 2))
    return buyer


def stripe_refunds(shop: Shop) -> list[dict[str, Any]]:
    """The refunds that Stripe made."""
    return [e["data"]["object"] for e in shop.stripe_events() if e["type"] == "refund.created"]


def test_a_paid_order_that_is_cancelled_gives_stock_and_money_back(shop: Shop, buyer: Buyer) -> None:
    shop.pay(buyer)
    shop.settle()
    assert shop.level("LAMP")["on_hand"] == 1
    assert shop.cancel(buyer).status == 200
    assert shop.level("LAMP")["on_hand"] == shop.level("LAMP")["available"] == 3, "at once"
    shop.settle()
    order = shop.order(buyer)
    assert order["status"] == "cancelled"
    assert order["paid"] == order["refunded"] == order["totals"]["total"]
    assert shop.moved() == [("capture", 4498), ("refund", -4498)]
    assert [movement["reason"] for movement in shop.all("stock_movements")] == ["received", "sold", "returned"]
    assert shop.post.subjects()[-1].endswith("is cancelled")
    again = shop.cancel(buyer)
    assert (again.status, again.json["code"]) == (409, "order_state")


def test_a_payment_for_a_cancelled_order_goes_back_once(shop: Shop, buyer: Buyer) -> None:
    """Paid at Stripe, cancelled here before the webhook came; every event comes twice."""
    shop.pay(buyer)
    assert shop.cancel(buyer).status == 200
    shop.bus.deliver(times=2)
    shop.settle()
    shop.bus.delivered = 0
    shop.bus.deliver()
    assert shop.moved() == [("capture", 4498), ("refund", -4498)]
    assert len(stripe_refunds(shop)) == 1
    order = shop.order(buyer)
    assert order["status"] == "cancelled"
    assert order["paid"] == order["refunded"] == order["totals"]["total"]


def test_an_open_attempt_is_closed_when_its_order_is_cancelled(shop: Shop, buyer: Buyer) -> None:
    secret = shop.begin_payment(buyer).json["client_secret"]
    shop.cancel(buyer)
    shop.settle()
    assert shop.one("payments")["status"] == "voided"
    shop.confirm_card_refused(secret)
    assert shop.moved() == []


@pytest.mark.parametrize(("outcome", "status"), [("failed", "failed"), ("canceled", "cancelled")])
def test_a_refund_that_does_not_arrive_after_all_is_reversed(
    shop: Shop, buyer: Buyer, outcome: str, status: str
) -> None:
    shop.pay(buyer)
    shop.settle()
    shop.cancel(buyer)
    shop.settle()
    ref = shop.one("refunds")["provider_ref"]
    shop.sandbox.stripe_control("POST", f"/refunds/{ref}/finish", {"outcome": outcome})
    shop.settle()
    assert shop.moved() == [("capture", 4498), ("refund", -4498), ("refund_failed", 4498)]
    payment = shop.one("payments")
    assert (payment["status"], payment["refunded"]) == ("paid", 0)
    assert shop.one("refunds")["status"] == status
    assert shop.bus.types().count("RefundFailed") == 1


def test_a_refund_that_takes_its_time_is_booked_when_it_arrives(shop: Shop, buyer: Buyer) -> None:
    shop.pay(buyer, "pm_card_pendingRefund")
    shop.settle()
    shop.cancel(buyer)
    shop.bus.deliver()
    refund = shop.one("refunds")
    if refund["status"] == "pending":
        assert shop.moved() == [("capture", 4498)]
        shop.sandbox.stripe_control("POST", f"/refunds/{refund['provider_ref']}/finish", {"outcome": "succeeded"})
    shop.settle()
    assert shop.moved() == [("capture", 4498), ("refund", -4498)]
    assert shop.bus.types().count("RefundSucceeded") == 1


@pytest.mark.parametrize("after_effect", [False, True])
def test_stripe_away_for_the_refund_and_asked_again(shop: Shop, buyer: Buyer, after_effect: bool) -> None:
    shop.pay(buyer)
    shop.settle()
    fault = {"action": "drop", "path": "/v1/refunds", "method": "POST", "times": 2, "after_effect": after_effect}
    shop.sandbox.stripe_control("POST", "/faults", fault)
    shop.cancel(buyer)
    shop.bus.deliver()
    retry(shop)
    shop.settle()
    assert shop.moved() == [("capture", 4498), ("refund", -4498)]
    assert len(stripe_refunds(shop)) == 1


def test_a_refund_asked_for_again_days_later_is_not_made_twice(shop: Shop, buyer: Buyer) -> None:
    """Stripe has forgotten our idempotency key by then, and no webhook came; its list of refunds has not."""
    from commerce.payments.gateways.stripe import StripeGateway
    from commerce.runtime.errors import ProviderUnavailable

    shop.pay(buyer)
    shop.settle()
    genuine = StripeGateway.refund

    def lost(self: StripeGateway, *args: Any) -> Any:
        genuine(self, *args)
        raise ProviderUnavailable

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StripeGateway, "refund", lost)
        shop.cancel(buyer)
        shop.bus.deliver()
    shop.sandbox.stripe_control("POST", "/idempotency/expire")
    retry(shop)
    assert shop.one("refunds")["status"] == "succeeded"
    assert shop.moved() == [("capture", 4498), ("refund", -4498)]
    assert len(stripe_refunds(shop)) == 1


def retry(shop: Shop) -> None:
    """The queue brings what failed once more."""
    failed, shop.bus.failures = shop.bus.failures, []
    for consumer, entry in failed:
        assert shop.bus.deliver_one(consumer, entry)
    shop.bus.deliver()


def test_a_payment_of_a_cancelled_order_shows_as_refunded(shop: Shop, buyer: Buyer) -> None:
    payment = shop.begin_payment(buyer).json
    shop.confirm_card(payment["client_secret"])
    shop.settle()
    shop.cancel(buyer)
    shop.settle()
    shown = call("payments.get_payment", "GET", f"/payments/{payment['id']}", headers=buyer.headers()).json
    assert (shown["status"], shown["client_secret"]) == ("refunded", None)
