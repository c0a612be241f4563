"""What is booked when: sales, fees, credits, in whatever order the news comes (semantics 12)."""

from collections import Counter
from typing import Any

import pytest

from tests.support.shop import Buyer, Shop


@pytest.fixture
def buyer(shop: Shop) -> Buyer:
    shop.stock("LAMP", 3)
    buyer = Buyer()
    shop.ready_order(buyer, ("LAMP", 2))
    return buyer


def accounts(shop: Shop) -> dict[str, int]:
    """What lies on each account, but for those on which nothing does."""
    sums: Counter[str] = Counter()
    for booked in shop.all("ledger"):
        for posting in booked["postings"]:
            sums[posting["account"]] += posting["amount"]
    return {account: amount for account, amount in sums.items() if amount}


def give_back_in_the_dashboard(shop: Shop, amount: int, intent: str = "") -> None:
    """Someone of the shop refunds at Stripe's own pages."""
    from commerce.payments.gateways import stripe

    intent = intent or shop.one("payments")["provider_ref"]
    stripe.client().v1.refunds.create({"payment_intent": intent, "amount": amount})


@pytest.mark.parametrize(("provider", "fee"), [("stripe", 160), ("paypal", 206)])
def test_a_sale_and_the_providers_part_of_it(shop: Shop, buyer: Buyer, provider: str, fee: int) -> None:
    shop.pay(buyer) if provider == "stripe" else shop.pay_by_paypal(buyer)
    shop.settle()
    assert accounts(shop) == {
        f"cash:{provider}": 4498 - fee,
        f"fees:{provider}": fee,
        "revenue": -3998,
        "shipping": -500,
    }
    assert sorted(booked["kind"] for booked in shop.all("ledger")) == ["capture", "fee", "sale"]


def test_what_is_cancelled_leaves_the_fee_alone(shop: Shop, buyer: Buyer) -> None:
    shop.pay(buyer)
    shop.settle()
    shop.cancel(buyer)
    shop.settle()
    assert accounts(shop) == {
        "cash:stripe": -160,
        "fees:stripe": 160,
        "revenue": -3998,
        "refunds": 3998,
    }
    shown = shop.order(buyer)
    assert [line["refunded"] for line in shown["lines"]] == [2]
    told = next(e["data"] for e in shop.all("outbox") if e["type"] == "RefundSucceeded")
    assert [(line["quantity"], line["amount"]["amount"]) for line in told["lines"]] == [(2, 3998)]
    assert (told["of_sale"], told["shipping"]["amount"]["amount"], told["plain"]) == (True, 500, None)


def test_cancelled_before_the_confirmation_was_heard_of(shop: Shop, buyer: Buyer) -> None:
    """The news of the cancellation overtakes that of the confirmation: the books end the same."""
    shop.pay(buyer)
    for happened in shop.stripe_events():
        shop.webhook(happened)
    paid = next(entry for entry in shop.bus.entries if entry["DetailType"] == "PaymentSucceeded")
    shop.bus.deliver_one("orders.on_payment_event", paid)
    shop.cancel(buyer)
    by_type = {entry["DetailType"]: entry for entry in shop.bus.entries}
    shop.bus.deliver_one("payments.on_order_event", by_type["OrderCancelled"])
    shop.bus.deliver_one("payments.on_order_event", by_type["OrderConfirmed"])
    shop.settle()
    assert accounts(shop) == {"cash:stripe": -160, "fees:stripe": 160, "revenue": -3998, "refunds": 3998}


@pytest.mark.parametrize("amount", [4498, 1000])
def test_a_refund_that_is_quicker_than_the_sale_is_credited_with_it(shop: Shop, buyer: Buyer, amount: int) -> None:
    shop.pay(buyer)
    for happened in shop.stripe_events():
        shop.webhook(happened)
    give_back_in_the_dashboard(shop, amount)
    for happened in shop.stripe_events():
        shop.webhook(happened)
    assert "sale" not in {booked["kind"] for booked in shop.all("ledger")}
    shop.settle()
    booked = accounts(shop)
    assert booked.get("receivable", 0) == 0
    assert booked["refunds"] == (3998 if amount == 4498 else 1000)
    credit: dict[str, Any] = shop.one("refunds")["credit"]
    assert [line["quantity"] for line in credit["lines"]] == ([2] if amount == 4498 else [])


def test_money_that_no_order_takes_has_no_sale(shop: Shop, buyer: Buyer) -> None:
    secret = shop.begin_payment(buyer).json["client_secret"]
    shop.confirm_card(secret)
    shop.cancel(buyer)
    shop.settle()
    assert accounts(shop) == {"cash:stripe": -160, "fees:stripe": 160}
    assert "credit" not in shop.one("refunds")


def test_a_refund_that_bounces_restores_the_sale(shop: Shop, buyer: Buyer) -> None:
    shop.pay(buyer)
    shop.settle()
    shop.cancel(buyer)
    shop.settle()
    ref = shop.one("refunds")["provider_ref"]
    shop.sandbox.stripe_control("POST", f"/refunds/{ref}/finish", {"outcome": "failed"})
    shop.settle()
    assert accounts(shop) == {"cash:stripe": 4338, "fees:stripe": 160, "revenue": -3998, "shipping": -500}
    assert [line["refunded"] for line in shop.order(buyer)["lines"]] == [0]
