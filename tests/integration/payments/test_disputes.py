"""Disputes with both providers: booked, told, held, decided; in any order of the news."""

import itertools
from typing import Any

import pytest

from tests.integration.payments.conftest import Paid
from tests.integration.payments.test_books import accounts
from tests.integration.test_interleavings import end, restore
from tests.support.query_shapes import looking
from tests.support.shop import Buyer, Shop
from tests.support.till import Till

TOTAL = 5497
PROVIDERS = ("stripe", "paypal")
ENDS = {
    ("stripe", "won"): "won",
    ("stripe", "lost"): "lost",
    ("paypal", "won"): "RESOLVED_SELLER_FAVOUR",
    ("paypal", "lost"): "RESOLVED_BUYER_FAVOUR",
}


def complain(shop: Shop, provider: str) -> str:
    """The buyer disputes the one payment there is; the provider's id of that."""
    payment = shop.one("payments")
    if provider == "paypal":
        opened = shop.sandbox.paypal_control("POST", "/disputes", {"capture": payment["capture_ref"]})
    else:
        opened = shop.sandbox.stripe_control("POST", "/disputes", {"charge": charge_of(shop)})
    return str(opened["id"])


def charge_of(shop: Shop) -> str:
    """The charge of the one payment there is."""
    from commerce.payments.gateways import stripe

    intent = stripe.client().v1.payment_intents.retrieve(shop.one("payments")["provider_ref"])
    return str(intent.latest_charge)


def answer(shop: Shop, provider: str, dispute: str) -> None:
    """The shop has its say in the provider's dashboard."""
    if provider == "paypal":
        shop.sandbox.paypal_control("POST", f"/disputes/{dispute}/answer")
    else:
        shop.sandbox.stripe_control("POST", f"/disputes/{dispute}/submit")


def decide(shop: Shop, provider: str, dispute: str, outcome: str) -> None:
    control = shop.sandbox.paypal_control if provider == "paypal" else shop.sandbox.stripe_control
    control("POST", f"/disputes/{dispute}/close", {"outcome": ENDS[provider, outcome]})


@pytest.mark.parametrize("outcome", ["won", "lost"])
@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_dispute_from_its_opening_to_its_end(shop: Shop, till: Till, paid: Paid, provider: str, outcome: str) -> None:
    buyer = paid(provider)
    before = accounts(shop)
    dispute = complain(shop, provider)
    shop.settle()
    (listed,) = till.disputes("?status=needs_response")["items"]
    assert (listed["provider_ref"], listed["status"], listed["withdrawn"]["amount"]) == (
        dispute,
        "needs_response",
        TOTAL,
    )
    assert listed["evidence_due_at"] > listed["opened_at"]
    assert listed["order_number"] == shop.order(buyer)["number"]
    shown = shop.order(buyer)
    assert (shown["status"], shown["on_hold"]) == ("confirmed", True)
    assert shop.post.subjects()[-1] == f"Order {shown['number']} is disputed"
    assert shop.post.recipients()[-1] == "people@example.com"
    assert accounts(shop)["disputes"] == TOTAL
    assert till.refund(till.payment_of(buyer), everything=True).json["code"] == "nothing_to_refund"

    answer(shop, provider, dispute)
    shop.settle()
    assert [item["status"] for item in till.disputes()["items"]] == ["under_review"]
    decide(shop, provider, dispute, outcome)
    shop.settle()
    (closed,) = till.disputes(f"?status={outcome}")["items"]
    assert closed["closed_at"]
    assert closed["withdrawn"]["amount"] == (0 if outcome == "won" else TOTAL)
    fee = {"stripe": 1500, "paypal": 0}[provider]
    expected = before | {f"fees:{provider}": before[f"fees:{provider}"] + fee}
    expected[f"cash:{provider}"] -= fee + (TOTAL if outcome == "lost" else 0)
    assert accounts(shop) == expected | ({"disputes": TOTAL} if outcome == "lost" else {})
    assert shop.post.subjects()[-1] == f"Dispute {outcome}: order {shown['number']}"
    assert shop.order(buyer)["on_hold"], "until a person has looked"
    assert shop.one("payments")["status"] == "paid"
    assert [t for t in shop.bus.types() if t.startswith("Dispute")] == ["DisputeOpened", "DisputeClosed"]


@pytest.mark.timeout(120)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_order_of_the_news_of_a_dispute_ends_the_same(shop: Shop, paid: Paid, provider: str) -> None:
    """Property 9, with what came before it: the payment's own success among the news."""
    from commerce.runtime import mongo

    shop.stock("LAMP", 3)
    buyer = Buyer()
    shop.ready_order(buyer, ("LAMP", 1))
    shop.pay(buyer) if provider == "stripe" else shop.pay_by_paypal(buyer)
    with looking():
        before = {c.name: list(mongo.database()[c.name].find()) for c in mongo.declared()}
    told = list(shop.bus.entries)
    if provider == "stripe":
        dispute = shop.sandbox.stripe_control("POST", "/disputes", {"charge": charge_of(shop)})["id"]
    else:
        dispute = complain(shop, provider)
    decide(shop, provider, dispute, "won")
    happened = [("stripe", e) for e in shop.stripe_events()] + [("paypal", e) for e in shop.paypal_events()]
    news = [(by, e) for by, e in happened if e.get("type", e.get("event_type")) in NEWS][-4:]
    assert len(news) >= 3
    ends = set()
    for arranged in itertools.permutations(news):
        restore(before)
        shop.bus.entries[:] = told
        shop.bus.delivered = 0
        for by, event in [*arranged, arranged[0]]:
            taken = shop.webhook(event) if by == "stripe" else shop.paypal_webhook(event)
            assert taken["statusCode"] == 200
            shop.bus.deliver()
        ends.add(end(shop))
    assert len(ends) == 1, ends


NEWS = (
    "payment_intent.succeeded",
    "charge.dispute.created",
    "charge.dispute.closed",
    "charge.dispute.funds_reinstated",
    "PAYMENT.CAPTURE.COMPLETED",
    "CUSTOMER.DISPUTE.CREATED",
    "CUSTOMER.DISPUTE.RESOLVED",
)


def test_a_fraud_warning_is_noted_on_the_order(shop: Shop, paid: Paid) -> None:
    buyer = paid()
    shop.sandbox.stripe_control("POST", "/fraud_warnings", {"charge": charge_of(shop)})
    shop.settle()
    shown = shop.order(buyer)
    assert shown["history"][-1]["what"] == "fraud warning by the bank: unauthorized use of card"
    assert not shown["on_hold"]


def test_disputes_of_others_are_kept_and_mean_nothing(shop: Shop, paid: Paid) -> None:
    """The account may sell elsewhere too."""
    paid()
    stranger: dict[str, Any] = {"id": "dp_none", "object": "dispute", "charge": "ch_none"}
    event = {"id": "evt_1", "type": "charge.dispute.created", "data": {"object": stranger}}
    assert shop.webhook(event)["statusCode"] == 200
    assert shop.count("disputes") == 0


def test_customers_see_no_disputes(till: Till) -> None:
    till.staff.role = "customer"
    assert till.staff.ask("payments.list_disputes", "GET", "/admin/disputes").status == 403
