"""Stripe's webhooks: doubled, disordered, forged, old, of the future, played again, in base64."""

import base64
import json
import time
from typing import Any

import httpx
import pytest

from tests.e2e.shopping import DECLINED, Buyer, Shop, is_problem
from tests.support.stack import wait_for


@pytest.fixture
def paid(shop: Shop) -> Buyer:
    """Someone whose card was taken; the shop has not heard of it."""
    buyer = shop.buyer()
    buyer.place(shop.stock(5))
    shop.stack.sandbox.stripe_control("PUT", "/webhooks/behaviour", {"drop": 20})
    try:
        buyer.pay()
    finally:
        shop.stack.sandbox.stripe_control("DELETE", "/webhooks/behaviour")
    return buyer


def success(shop: Shop, buyer: Buyer) -> dict[str, Any]:
    """Stripe's event of the success."""
    return next(e for e in shop.events_about(buyer.intent) if e["type"] == "payment_intent.succeeded")


@pytest.mark.parametrize("order", ["created", "reversed", "random"])
def test_doubled_and_disordered(shop: Shop, order: str) -> None:
    sku = shop.stock(5)
    buyer = shop.buyer()
    buyer.place(sku)
    with shop.webhooks(hold=True, duplicates=2):
        buyer.pay(DECLINED)
        assert buyer.show_card()["status"] == "succeeded"
        shop.release_webhooks(order)

    buyer.wait_until("confirmed")
    buyer.wait_for_mail("confirmed")
    facts = [fact for fact in shop.facts_about(buyer.order["id"]) if fact != "PaymentFailed"]
    assert facts == ["OrderPlaced", "PaymentSucceeded", "OrderConfirmed"]
    assert shop.count("ledger", {"order_id": buyer.order["id"], "kind": "capture"}) == 1
    assert shop.level(sku) == (4, 0, 4)
    assert len(buyer.mails()) == 1
    kept = sorted(event["type"] for event in shop.stack.mongo["provider_events"].find({"object_ref": buyer.intent}))
    assert kept == ["payment_intent.payment_failed", "payment_intent.succeeded"]


def test_all_at_once(shop: Shop) -> None:
    sku = shop.stock(5)
    buyer = shop.buyer()
    buyer.place(sku)
    with shop.webhooks(duplicates=3, shuffle=0.2):
        buyer.pay(DECLINED)
        buyer.show_card()
        buyer.wait_until("confirmed")
        assert shop.stack.sandbox.stripe_control("POST", "/webhooks/flush")["delivered"]
    assert shop.count("ledger", {"order_id": buyer.order["id"], "kind": "capture"}) == 1
    assert shop.facts_about(buyer.order["id"]).count("OrderConfirmed") == 1


def test_a_genuine_one_is_applied_and_played_again_it_is_known(shop: Shop, paid: Buyer) -> None:
    event = success(shop, paid)

    first, again = shop.stack.stripe_webhook(event), shop.stack.stripe_webhook(event)

    assert (first.status_code, first.json()) == (200, {"received": True, "outcome": "applied"})
    assert (again.status_code, again.json()) == (200, {"received": True, "outcome": "duplicate"})
    paid.wait_until("confirmed")
    assert shop.facts_about(paid.order["id"]).count("PaymentSucceeded") == 1


def test_a_forged_one_changes_nothing(shop: Shop, paid: Buyer) -> None:
    event = success(shop, paid)
    hook, raw = shop.stack.facts["stripe_webhook"], json.dumps(event)
    now = int(time.time())
    unsigned = [
        httpx.post(hook, content=raw, headers=headers, trust_env=False, timeout=30)
        for headers in ({}, {"Stripe-Signature": "nonsense"}, {"Stripe-Signature": f"t={now},v1={'0' * 64}"})
    ]
    answers = [
        *unsigned,
        shop.stack.stripe_webhook(event, secret="whsec_guessed"),
        shop.stack.stripe_webhook(event, at=now - 301),
        shop.stack.stripe_webhook(event, at=now + 330),
        shop.stack.stripe_webhook("no JSON"),
    ]

    for answer in answers:
        is_problem(answer, 400, "bad_signature")
    assert not list(shop.stack.mongo["provider_events"].find({"_id": f"stripe:{event['id']}"}))
    assert paid.look()["status"] == "pending"


def test_an_events_own_copy_is_not_believed(shop: Shop) -> None:
    """Rightly signed, but at Stripe the payment is not paid: what is asked there counts."""
    buyer = shop.buyer()
    buyer.place(shop.stock(5))
    buyer.begin_payment()
    intent = shop.stripe(f"/payment_intents/{buyer.intent}")
    lie = intent | {"status": "succeeded", "amount_received": intent["amount"]}
    event = {"id": f"evt_{buyer.intent}", "object": "event", "type": "payment_intent.succeeded"}

    answer = shop.stack.stripe_webhook(event | {"data": {"object": lie}})

    assert answer.status_code == 200
    assert buyer.get("GET", f"/payments/{buyer.payment['id']}")["status"] == "unpaid"
    assert buyer.look()["status"] == "pending"


def test_a_body_in_base64(shop: Shop, paid: Buyer) -> None:
    """What a function URL hands over when it takes the content type for binary."""
    raw = json.dumps(success(shop, paid))
    signed = {"Stripe-Signature": shop.stack.stripe_signature(raw), "Content-Type": "application/octet-stream"}
    event = {
        "version": "2.0",
        "headers": {name.lower(): value for name, value in signed.items()},
        "requestContext": {"requestId": "base64", "http": {"method": "POST", "path": "/"}},
        "body": base64.b64encode(raw.encode()).decode(),
        "isBase64Encoded": True,
    }

    answer = shop.stack.invoke("payments.stripe_webhook", event)

    assert (answer["statusCode"], json.loads(answer["body"])["outcome"]) == (200, "applied")
    paid.wait_until("confirmed")


def test_a_body_that_the_url_takes_for_binary(shop: Shop, paid: Buyer) -> None:
    headers = {"Content-Type": "application/octet-stream"}
    answer = shop.stack.stripe_webhook(success(shop, paid), **headers)  # type: ignore[arg-type]
    assert (answer.status_code, answer.json().get("outcome")) == (200, "applied")


def test_a_payment_of_someone_else_is_left_alone(shop: Shop) -> None:
    thing = {"id": "pi_of_another_shop", "object": "payment_intent", "metadata": {}}
    event = {"id": f"evt_foreign_{time.time_ns()}", "object": "event", "type": "payment_intent.succeeded"}

    answer = shop.stack.stripe_webhook(event | {"data": {"object": thing}})

    assert (answer.status_code, answer.json()["outcome"]) == (200, "ignored")


def test_a_huge_body_is_refused_before_its_signature_is_looked_at(shop: Shop) -> None:
    is_problem(shop.stack.stripe_webhook({"id": "x" * 300_000}), 413, "body_too_large")


def test_stripe_away_means_come_again(shop: Shop, paid: Buyer) -> None:
    """We can't ask Stripe: 503, the event is not noted, and the next delivery is applied."""
    event = success(shop, paid)
    path = f"/v1/payment_intents/{paid.intent}"
    shop.stack.sandbox.stripe_control(
        "POST", "/faults", {"action": "error", "status": 503, "path": path, "method": "GET", "times": 10}
    )
    try:
        refused = shop.stack.stripe_webhook(event)
    finally:
        shop.stack.sandbox.stripe_control("DELETE", "/faults")

    assert is_problem(refused, 503, "provider_unavailable")
    assert int(refused.headers["retry-after"]) > 0
    again = wait_for(lambda: shop.stack.stripe_webhook(event), what="it is delivered")
    assert again.json()["outcome"] == "applied"
    paid.wait_until("confirmed")
