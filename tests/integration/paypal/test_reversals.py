"""The money of a lost dispute is told of twice by PayPal, and booked once: as the dispute's (semantics 9, 11)."""

import itertools
import random
from collections.abc import Iterator
from typing import Any

import pytest

from commerce.runtime import mongo
from tests.integration.payments.test_books import accounts
from tests.integration.payments.test_chaos import theirs
from tests.integration.payments.test_reconciling import give_back
from tests.integration.test_interleavings import restore
from tests.support import books
from tests.support.query_shapes import looking
from tests.support.race import together
from tests.support.shop import Buyer, Shop
from tests.support.till import Till

TOTAL = 2499
TOLD = {"CUSTOMER.DISPUTE.CREATED", "CUSTOMER.DISPUTE.UPDATED", "PAYMENT.CAPTURE.REVERSED", "CUSTOMER.DISPUTE.RESOLVED"}
LOST = {
    "order": ("confirmed", TOTAL, 0, True),
    "payment": ("paid", TOTAL, 0, TOTAL),
    "disputes": [("lost", TOTAL, 0)],
    "refunds": [],
    "cash": -136,
    "receivable": 0,
    "invoiced": TOTAL,
}


@pytest.fixture
def till(shop: Shop) -> Till:
    return Till(shop)


@pytest.fixture
def paid(shop: Shop, buyer: Buyer) -> Buyer:
    """A buyer whose order is paid and confirmed."""
    assert shop.pay_by_paypal(buyer).json["status"] == "paid"
    shop.settle()
    return buyer


def complain(shop: Shop, *, hold: bool = True) -> str:
    """The buyer disputes the payment; PayPal's id of that."""
    named = {"capture": shop.one("payments")["capture_ref"], "hold": hold}
    return str(shop.sandbox.paypal_control("POST", "/disputes", named)["id"])


def decide(shop: Shop, dispute: str, outcome: str = "RESOLVED_BUYER_FAVOUR") -> None:
    shop.sandbox.paypal_control("POST", f"/disputes/{dispute}/close", {"outcome": outcome})


def news(shop: Shop) -> list[dict[str, Any]]:
    """What PayPal has to say of the dispute, in order."""
    return [event for event in shop.paypal_events() if event["event_type"] in TOLD]


def ended(shop: Shop) -> dict[str, Any]:
    """All that must be the same in the end, whichever way it came to it."""
    shop.settle()
    books.check()
    order, payment = shop.one("orders"), shop.one("payments")
    signs = {"credit_note": -1}
    return {
        "order": (order["status"], order["paid"], order.get("refunded", 0), "held" in order),
        "payment": (payment["status"], payment["captured"], payment["refunded"], payment.get("disputed", 0)),
        "disputes": [(d["status"], d.get("withdrawn", 0), d.get("reinstated", 0)) for d in shop.all("disputes")],
        "refunds": [r["amount"] for r in shop.all("refunds") if r["status"] != "failed"],
        "cash": accounts(shop).get("cash:paypal", 0),
        "receivable": accounts(shop).get("receivable", 0),
        "invoiced": sum(signs.get(one["kind"], 1) * one["total"] for one in shop.all("invoices")),
    }


def orders_of(told: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Every order of it, each with some of it said again, somewhere after it was said first."""
    die = random.Random(6)
    for arranged in itertools.permutations(told):
        again = list(arranged)
        for number, event in enumerate(arranged):
            again.insert(die.randint(number + 1, len(again)), event)
        yield again


@pytest.mark.timeout(240)
@pytest.mark.parametrize("hold", [True, False], ids=["held", "asked"])
def test_however_it_is_told_a_lost_dispute_is_booked_once(shop: Shop, till: Till, paid: Buyer, hold: bool) -> None:
    with looking():
        before = {c.name: list(mongo.database()[c.name].find()) for c in mongo.declared()}
    entries, delivered = list(shop.bus.entries), shop.bus.delivered
    dispute = complain(shop, hold=hold)
    shop.sandbox.paypal_control("POST", f"/disputes/{dispute}/answer")
    decide(shop, dispute)
    told, die, ways = news(shop), random.Random(7), set()
    assert {event["event_type"] for event in told} == TOLD
    for arranged in orders_of(told):
        restore(before)
        shop.bus.entries[:], shop.bus.delivered = entries, delivered
        for event in arranged:
            assert shop.paypal_webhook(event)["statusCode"] == 200
            if die.random() < 0.5:
                shop.bus.deliver(times=die.choice((1, 2)))
        shop.bus.deliver()
        assert ended(shop) == LOST, [event["event_type"] for event in arranged]
        ways.add(tuple(kind for kind, _ in shop.moved()))
    assert ways == {("capture",), ("capture", "refund", "refund_failed")}, "both were tried"
    assert till.reconcile()["left"] == 0
    assert accounts(shop)["cash:paypal"] == theirs("paypal")["USD"]


@pytest.mark.parametrize("hold", [True, False], ids=["held", "asked"])
def test_told_as_it_happens(shop: Shop, till: Till, paid: Buyer, hold: bool) -> None:
    dispute = complain(shop, hold=hold)
    shop.settle()
    assert shop.one("payments").get("disputed", 0) == (TOTAL if hold else 0)
    decide(shop, dispute)
    assert ended(shop) == LOST
    assert till.reconcile() == {"checked": 4 if hold else 2, "healed": 0, "left": 0}
    assert accounts(shop)["cash:paypal"] == theirs("paypal")["USD"]


def test_what_was_told_as_a_refund_first_is_taken_back(shop: Shop, till: Till, paid: Buyer) -> None:
    """The order, its line and its invoice say that the money went back until the dispute is heard of."""
    decide(shop, complain(shop))
    reversal = next(event for event in news(shop) if event["event_type"] == "PAYMENT.CAPTURE.REVERSED")
    shop.paypal_webhook(reversal)
    shop.bus.deliver()
    assert shop.order(paid)["refunded"]["amount"] == TOTAL
    assert [one["kind"] for one in shop.all("invoices")] == ["invoice", "credit_note"]
    assert till.reconcile()["left"] == 0
    assert ended(shop) == LOST
    assert [one["kind"] for one in shop.all("invoices")] == ["invoice", "credit_note", "correction"]
    told = [entry["what"] for entry in shop.order(paid)["history"]]
    assert "refund of USD 24.99 was taken by a dispute" in told
    assert shop.one("disputes")["reversal_ref"] == shop.one("refunds")["provider_ref"] == reversal["resource"]["id"]
    assert till.reconcile()["healed"] == 0, "once is enough"


@pytest.mark.parametrize("heard", [set(), {"PAYMENT.CAPTURE.REVERSED"}, {"CUSTOMER.DISPUTE.RESOLVED"}])
def test_what_no_webhook_told_is_healed(shop: Shop, till: Till, paid: Buyer, heard: set[str]) -> None:
    decide(shop, complain(shop))
    for event in news(shop):
        if event["event_type"] in heard:
            shop.paypal_webhook(event)
    assert till.reconcile()["left"] == 0
    shop.bus.deliver()
    assert till.reconcile() == {"checked": 4, "healed": 0, "left": 0}
    assert ended(shop) == LOST
    assert accounts(shop)["cash:paypal"] == theirs("paypal")["USD"]


@pytest.mark.parametrize("first", ["CUSTOMER.DISPUTE.RESOLVED", "PAYMENT.CAPTURE.REVERSED"])
def test_the_same_reversal_under_the_id_of_another_event(shop: Shop, paid: Buyer, first: str) -> None:
    from commerce.payments import refunds
    from commerce.runtime.changes import Changes

    decide(shop, complain(shop))
    for event in sorted(news(shop), key=lambda event: event["event_type"] != first):
        shop.paypal_webhook(event)
    changes = Changes()
    assert refunds.refresh(changes, "paypal", shop.one("disputes")["reversal_ref"], "", reversal=True)
    changes.commit()
    assert ended(shop) == LOST


@pytest.mark.timeout(120)
@pytest.mark.parametrize("round_", range(4))
def test_both_at_the_same_moment(shop: Shop, paid: Buyer, round_: int) -> None:
    decide(shop, complain(shop))
    told = news(shop)
    together([lambda event=event: shop.paypal_webhook(event) for event in told * 2])  # type: ignore[misc]
    for event in told:  # What was in its own way is delivered once more.
        assert shop.paypal_webhook(event)["statusCode"] == 200
    assert ended(shop) == LOST


def test_what_the_shop_gave_back_is_not_the_dispute_s(shop: Shop, till: Till, paid: Buyer) -> None:
    """A refund in the dashboard, and a dispute of just as much, which is won: the refund stays one."""
    give_back(shop, "paypal", 1249)
    shop.settle()
    give_back(shop, "paypal", 1)
    dispute = complain(shop)
    shop.settle()
    assert shop.one("disputes")["withdrawn"] == 1249
    assert (shop.one("payments")["refunded"], shop.one("payments")["disputed"]) == (1250, 1249)
    decide(shop, dispute, "RESOLVED_SELLER_FAVOUR")
    shop.settle()
    assert (shop.one("payments")["refunded"], shop.one("payments")["disputed"]) == (1250, 0)
    assert till.reconcile()["left"] == 0
    assert accounts(shop)["cash:paypal"] == theirs("paypal")["USD"]


def test_a_reversal_after_a_dispute_was_won_is_one_of_its_own(shop: Shop, till: Till, paid: Buyer) -> None:
    """The buyer's bank takes the money back all the same."""
    decide(shop, complain(shop), "RESOLVED_SELLER_FAVOUR")
    shop.settle()
    shop.sandbox.paypal_control("POST", f"/captures/{shop.one('payments')['capture_ref']}/reverse")
    shop.settle()
    assert (shop.one("payments")["status"], shop.order(paid)["refunded"]["amount"]) == ("refunded", TOTAL)
    assert till.reconcile()["left"] == 0
    assert accounts(shop)["cash:paypal"] == theirs("paypal")["USD"]


def test_what_was_refused_while_paypal_merely_asked_is_made_when_that_is_over(shop: Shop, paid: Buyer) -> None:
    """No money was moved by that dispute, and none came back: its end alone says that the shop can pay what it owes."""
    dispute = complain(shop, hold=False)
    shop.cancel(paid)
    shop.settle()
    assert [refund["failure"] for refund in shop.all("refunds")] == ["transaction_disputed"]
    shop.sweep()
    decide(shop, dispute, "RESOLVED_SELLER_FAVOUR")
    shop.settle()
    shop.sweep()
    assert [refund["status"] for refund in shop.all("refunds")] == ["failed", "succeeded"]
    assert shop.order(paid)["refunded"]["amount"] == TOTAL
