"""PayPal on the deployed stack: approval, capture, webhooks by certificate, money back, the sweep."""

import httpx
import pytest

from tests.e2e.shopping import DECLINED, Buyer, Shop, is_problem
from tests.support.stack import wait_for


def agree(shop: Shop, buyer: Buyer, instrument: str = "balance") -> None:
    """The buyer agrees at PayPal's page, by its form."""
    form = {"decision": "approve", "instrument": instrument}
    back = httpx.post(buyer.payment["approval_url"], data=form, trust_env=False, timeout=30)
    assert back.headers["location"].startswith(f"{shop.stack.facts['shop']}/orders/{buyer.order['id']}?payment=")


def begin(buyer: Buyer, *wanted: str) -> None:
    """An order, and a payment with PayPal."""
    if wanted:
        buyer.place(*wanted)
    buyer.payment = buyer.get("POST", f"/orders/{buyer.order['id']}/payments", {"provider": "paypal"})


def capture(buyer: Buyer) -> httpx.Response:
    return buyer.ask("POST", f"/payments/{buyer.payment['id']}/capture", {})


def test_bought_with_paypal_and_given_back(shop: Shop) -> None:
    sku = shop.stock(5)
    buyer = shop.buyer()
    begin(buyer, sku)
    is_problem(capture(buyer), 409, "payment_not_approved")
    agree(shop, buyer)
    assert capture(buyer).json()["status"] == "paid"
    buyer.wait_until("confirmed")
    assert capture(buyer).json()["status"] == "paid"
    buyer.wait_for_mail("confirmed")
    assert shop.level(sku) == (4, 0, 4)
    buyer.get("POST", f"/orders/{buyer.order['id']}/cancel", {})
    total = buyer.order["totals"]["total"]
    buyer.wait_for(lambda order: order["refunded"] == total, "the money is back")
    kinds = {entry["kind"] for entry in shop.stack.mongo["ledger"].find({"order_id": buyer.order["id"]})}
    assert kinds == {"capture", "fee", "sale", "refund", "credit"}


def test_the_webhook_has_it_captured_when_nobody_comes_back(shop: Shop) -> None:
    buyer = shop.buyer()
    begin(buyer, shop.stock(5))
    agree(shop, buyer)
    buyer.wait_until("confirmed")
    assert shop.count("ledger", {"order_id": buyer.order["id"], "kind": "capture"}) == 1
    ref = shop.one("payments", _id=buyer.payment["id"])["provider_ref"]
    about = {"object_ref": ref, "type": "CHECKOUT.ORDER.APPROVED"}
    assert wait_for(lambda: shop.count("provider_events", about), what="the event is noted") == 1


def test_a_declined_card_then_paypal(shop: Shop) -> None:
    buyer = shop.buyer()
    buyer.place(shop.stock(5))
    buyer.pay(DECLINED)
    intent = buyer.intent
    begin(buyer)
    assert shop.stripe(f"/payment_intents/{intent}")["status"] == "canceled"
    agree(shop, buyer)
    assert capture(buyer).json()["status"] == "paid"
    buyer.wait_until("confirmed")


def test_the_sweep_makes_good_what_no_webhook_told(shop: Shop) -> None:
    buyer = shop.buyer()
    begin(buyer, shop.stock(5))
    control = shop.stack.sandbox.paypal_control
    control("PUT", "/webhooks/behaviour", {"drop": 9})
    try:
        agree(shop, buyer)
    finally:
        control("DELETE", "/webhooks/behaviour")
    assert buyer.look()["status"] == "pending"
    shop.stack.mongo["payments"].update_one({"_id": buyer.payment["id"]}, [{"$set": {"look_at": "$created_at"}}])
    shop.stack.invoke("payments.sweep_payments")
    buyer.wait_until("confirmed")


@pytest.mark.parametrize("kind", ["unsigned", "other_body", "elsewhere", "huge", "text"])
def test_what_paypal_did_not_send_is_refused(shop: Shop, kind: str) -> None:
    buyer = shop.buyer()
    begin(buyer, shop.stock(5))
    control = shop.stack.sandbox.paypal_control
    control("PUT", "/webhooks/behaviour", {"drop": 9})
    try:
        agree(shop, buyer)
    finally:
        control("DELETE", "/webhooks/behaviour")
    (event, *_) = control("GET", "/deliveries")["items"]
    message = control("GET", f"/events/{event['message_id']}/message")
    headers, body = message["headers"] | {"Content-Type": "application/json"}, message["body"]
    expected = (400, "bad_signature")
    if kind == "unsigned":
        headers.pop("PAYPAL-TRANSMISSION-SIG")
    elif kind == "other_body":
        body = body.replace("APPROVED", "COMPLETED")
    elif kind == "elsewhere":
        headers["PAYPAL-CERT-URL"] = "https://paypal.com.evil.example/v1/notifications/certs/CERT-1"
    elif kind == "huge":
        body, expected = "x" * 5_000_000, (413, "body_too_large")
    else:
        headers["Content-Type"], expected = "text/plain", (415, "unsupported_media_type")
    hook = shop.stack.facts["paypal_webhook"]
    answer = httpx.post(hook, content=body, headers=headers, trust_env=False, timeout=60)
    is_problem(answer, *expected)
    assert shop.count("provider_events", {"_id": f"paypal:{event['message_id']}"}) == 0
    assert buyer.look()["status"] == "pending"
