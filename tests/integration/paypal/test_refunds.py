"""Money that goes back by PayPal, once; and what others give back is in the books (semantics 11)."""

from typing import Any

import pytest

from commerce import payments
from commerce.payments.gateways.paypal import PayPalGateway
from commerce.payments.gateways.paypal_api import ask
from commerce.runtime.errors import ProviderUnavailable
from tests.support.race import together
from tests.support.shop import Buyer, Shop


def refunds(shop: Shop) -> list[str]:
    """The refunds that PayPal made."""
    return [e["resource"]["id"] for e in shop.paypal_events() if e["event_type"] == "PAYMENT.CAPTURE.REFUNDED"]


def retry(shop: Shop) -> None:
    """The queue brings what failed once more."""
    failed, shop.bus.failures = shop.bus.failures, []
    for consumer, entry in failed:
        assert shop.bus.deliver_one(consumer, entry)
    shop.bus.deliver()


@pytest.fixture
def paid(shop: Shop, buyer: Buyer) -> Buyer:
    """A buyer whose order is paid and confirmed."""
    assert shop.pay_by_paypal(buyer).json["status"] == "paid"
    shop.settle()
    return buyer


def test_a_cancelled_order_gives_the_money_back(shop: Shop, paid: Buyer) -> None:
    shop.cancel(paid)
    shop.bus.deliver(times=2)
    shop.settle()
    order = shop.order(paid)
    assert order["paid"] == order["refunded"] == order["totals"]["total"]
    assert shop.moved() == [("capture", 2499), ("refund", -2499)]
    assert len(refunds(shop)) == 1
    assert shop.one("refunds")["provider_ref"] == refunds(shop)[0]


def test_paid_while_it_was_cancelled(shop: Shop, buyer: Buyer) -> None:
    """The capture is on its way when the order ends: OrderUnfulfillable, and the money goes back once."""
    begun = shop.begin_payment(buyer, "paypal").json
    shop.agree(begun)
    shop.capture(buyer, begun["id"])
    assert shop.cancel(buyer).status == 200
    shop.settle()
    assert shop.order(buyer)["status"] == "cancelled"
    assert shop.order(buyer)["refunded"] == shop.order(buyer)["paid"] == shop.order(buyer)["totals"]["total"]
    assert len(refunds(shop)) == 1


@pytest.mark.parametrize("after_effect", [False, True])
@pytest.mark.parametrize(
    "fault", [{"action": "drop", "times": 2}, {"action": "error"}, {"action": "error", "status": 429}]
)
def test_paypal_is_away_and_asked_again(shop: Shop, paid: Buyer, fault: dict[str, Any], after_effect: bool) -> None:
    where = {"path": "*/refund", "method": "POST", "after_effect": after_effect}
    shop.sandbox.paypal_control("POST", "/faults", fault | where)
    shop.cancel(paid)
    shop.bus.deliver()
    assert shop.one("refunds")["status"] == "requested"
    retry(shop)
    shop.settle()
    assert shop.moved() == [("capture", 2499), ("refund", -2499)]
    assert len(refunds(shop)) == 1


def test_asked_again_weeks_later_it_is_not_made_twice(shop: Shop, paid: Buyer) -> None:
    """PayPal has forgotten our request id by then, and no webhook came; the order remembers its refunds."""
    genuine = PayPalGateway.refund

    def lost(self: PayPalGateway, *args: Any) -> Any:
        genuine(self, *args)
        raise ProviderUnavailable

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PayPalGateway, "refund", lost)
        shop.cancel(paid)
        shop.bus.deliver()
    shop.sandbox.paypal_control("POST", "/idempotency/expire")
    retry(shop)
    assert shop.one("refunds")["status"] == "succeeded"
    assert shop.moved() == [("capture", 2499), ("refund", -2499)]
    assert len(refunds(shop)) == 1


@pytest.mark.parametrize(
    ("outcome", "status"), [("completed", "succeeded"), ("failed", "failed"), ("cancelled", "cancelled")]
)
@pytest.mark.parametrize("word", ["webhook", "sweep"])
def test_a_refund_that_takes_its_time(shop: Shop, paid: Buyer, outcome: str, status: str, word: str) -> None:
    shop.sandbox.paypal_control("POST", "/refunds/slow")
    shop.cancel(paid)
    shop.bus.deliver()
    refund = shop.one("refunds")
    assert (refund["status"], shop.moved()) == ("pending", [("capture", 2499)])
    shop.sandbox.paypal_control("POST", f"/refunds/{refund['provider_ref']}/finish", {"outcome": outcome})
    if word == "webhook" and outcome != "cancelled":  # of which none tells
        shop.webhooks()
    else:
        shop.sweep()
    assert shop.one("refunds")["status"] == status
    told = [entry["what"] for entry in shop.order(paid)["history"]]
    if status != "succeeded":
        how = "was cancelled" if status == "cancelled" else "did not arrive"
        assert told[-1] == f"refund of USD 24.99 {how}"
        assert shop.order(paid)["refunded"]["amount"] == 0
    else:
        assert shop.moved()[-1] == ("refund", -2499)
    shop.settle()


def test_refunds_raced_never_sum_above_what_was_captured(shop: Shop, paid: Buyer) -> None:
    payment = shop.one("payments")["_id"]
    shop.cancel(paid)
    together([lambda: payments.refund_all(payment, reason="raced")] * 4 + [shop.bus.deliver])
    shop.settle()
    assert shop.moved() == [("capture", 2499), ("refund", -2499)]
    assert len(refunds(shop)) == 1
    assert shop.count("refunds") == 1


def give_back_elsewhere(shop: Shop, value: str) -> None:
    """Somebody gives money back in PayPal's dashboard."""
    body = {"amount": {"currency_code": "USD", "value": value}}
    ask("POST", f"/v2/payments/captures/{shop.one('payments')['capture_ref']}/refund", body)


def test_what_staff_gives_back_at_paypal_is_in_the_books_once(shop: Shop, paid: Buyer) -> None:
    give_back_elsewhere(shop, "5.00")
    shop.webhooks()
    events = [e for e in shop.paypal_events() if e["event_type"] == "PAYMENT.CAPTURE.REFUNDED"]
    together([lambda: shop.paypal_webhook(events[0])] * 3)
    shop.settle()
    assert shop.moved() == [("capture", 2499), ("refund", -500)]
    order = shop.order(paid)
    assert (order["status"], order["refunded"]["amount"]) == ("confirmed", 500)
    shop.cancel(paid)
    shop.settle()
    assert shop.moved()[-1] == ("refund", -1999), "the rest"
    assert shop.order(paid)["refunded"] == shop.order(paid)["totals"]["total"]


def test_what_paypal_takes_back_is_in_the_books(shop: Shop, paid: Buyer) -> None:
    shop.sandbox.paypal_control("POST", f"/captures/{shop.one('payments')['capture_ref']}/reverse")
    shop.webhooks()
    assert shop.moved() == [("capture", 2499), ("refund", -2499)]
    assert shop.one("payments")["status"] == "refunded"
    assert shop.one("refunds")["reason"] == "reversed"
    assert shop.order(paid)["refunded"] == shop.order(paid)["totals"]["total"]


def test_a_refund_that_others_were_quicker_with_is_a_person_s_matter(shop: Shop, paid: Buyer) -> None:
    """All of it went back at PayPal before we could ask, and its webhook is late: nothing is given twice."""
    give_back_elsewhere(shop, "24.99")
    shop.cancel(paid)
    shop.bus.deliver()
    assert shop.one("refunds")["status"] == "failed"
    assert shop.order(paid)["history"][-1]["what"] == "refund of USD 24.99 did not arrive"
    shop.settle()
    assert shop.moved() == [("capture", 2499), ("refund", -2499)]
    assert shop.order(paid)["refunded"] == shop.order(paid)["totals"]["total"]


def test_the_failure_of_a_refund_takes_back_what_was_told_in_any_order(shop: Shop) -> None:
    """Stripe says later that a refund did not arrive: the order stops saying that it did (and a person must look)."""
    shop.stock("VASE", 1)
    buyer = Buyer(email="bob@example.com")
    shop.ready_order(buyer, ("VASE", 1))
    shop.pay(buyer)
    shop.settle()
    shop.cancel(buyer)
    for _ in range(9):
        told = shop.bus.entries[shop.bus.delivered :]
        if any(entry["DetailType"] == "RefundSucceeded" for entry in told):
            break
        shop.bus.delivered += 1
        if told[0]["DetailType"] == "OrderCancelled":
            shop.bus.deliver_one("payments.on_order_event", told[0])
    shop.sandbox.stripe_control("POST", f"/refunds/{shop.one('refunds')['provider_ref']}/finish", {"outcome": "failed"})
    for happened in shop.stripe_events():
        shop.webhook(happened)
    succeeded, failed = (
        next(e for e in shop.bus.entries if e["DetailType"] == kind) for kind in ("RefundSucceeded", "RefundFailed")
    )
    assert shop.bus.deliver_one("orders.on_payment_event", failed)
    assert shop.order(buyer)["refunded"]["amount"] == 0
    assert shop.bus.deliver_one("orders.on_payment_event", succeeded)
    assert shop.order(buyer)["refunded"]["amount"] == 0
    assert any("did not arrive" in entry["what"] for entry in shop.order(buyer)["history"])
