"""Stripe's webhook takes what Stripe signed, lately, and nothing else."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import pytest

import payments.stripe_webhook
from commerce.runtime.settings import settings
from tests.support.api import LambdaContext
from tests.support.shop import Buyer, Shop, sign


def post(body: str, signature: str | None, **more: Any) -> dict[str, Any]:
    """A request to the function URL."""
    headers = {} if signature is None else {"Stripe-Signature": signature}
    request = {"headers": headers, "body": body, "isBase64Encoded": False, **more}
    return payments.stripe_webhook.handler(request, LambdaContext())


@pytest.fixture
def event(shop: Shop) -> str:
    """The news of a payment that has just succeeded, not delivered yet."""
    shop.stock("MUG", 5)
    buyer = Buyer()
    shop.ready_order(buyer, ("MUG", 1))
    shop.pay(buyer)
    return json.dumps(next(e for e in shop.stripe_events() if e["type"] == "payment_intent.succeeded"))


def _mac(body: str, stamp: int, secret: str = "") -> str:
    key = (secret or settings().stripe_webhook_secrets).encode()
    return hmac.new(key, f"{stamp}.{body}".encode(), hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    "kind",
    ["none", "empty", "forged", "other_secret", "old", "future", "moved", "no_time", "not_hex", "not_ascii", "v0",
     "other_body", "two_times", "garbage"],
)  # fmt: skip
def test_what_stripe_did_not_sign_lately_is_refused(shop: Shop, event: str, kind: str) -> None:
    now, secret = int(time.time()), settings().stripe_webhook_secrets
    good = _mac(event, now)
    shown = {
        "none": None,
        "empty": "",
        "forged": f"t={now},v1={'0' * 64}",
        "other_secret": sign(event, "whsec_other"),
        "old": sign(event, secret, at=now - 301),
        "future": sign(event, secret, at=now + 305),
        "moved": f"t={now},v1={_mac(event, now - 301)}",
        "no_time": f"v1={good}",
        "not_hex": f"t={now},v1=zz",
        "not_ascii": f"t={now},v1=é",
        "v0": f"t={now},v0={good}",
        "other_body": sign(event.replace("succeeded", "canceled"), secret),
        "two_times": f"t={now - 9000},t={now},v1={_mac(event, now - 9000)}",
        "garbage": ",,=,t,v1",
    }[kind]
    before = shop.snapshot()

    answer = post(event, shown)

    assert answer["statusCode"] == 400, answer
    assert json.loads(answer["body"])["code"] == "bad_signature"
    assert answer["headers"]["Content-Type"] == "application/problem+json"
    assert secret not in json.dumps(answer)
    assert shop.snapshot() == before


def test_size_is_checked_before_the_signature(shop: Shop, event: str) -> None:
    padded = event[:-1] + ', "x": "' + "x" * 262_144 + '"}'
    answer = post(padded, sign(padded, settings().stripe_webhook_secrets))
    assert answer["statusCode"] == 413
    encoded = base64.b64encode(padded.encode()).decode()
    assert post(encoded, "t=1,v1=1", isBase64Encoded=True)["statusCode"] == 413


@pytest.mark.parametrize("body", ["%%%", "é", "\ud800"])
def test_what_cannot_be_decoded_is_refused(shop: Shop, body: str) -> None:
    for flag in (True, False):
        assert post(body, "t=1,v1=1", isBase64Encoded=flag)["statusCode"] == 400


def test_a_replay_and_a_base64_body_are_taken_once(shop: Shop, event: str) -> None:
    signature = sign(event, settings().stripe_webhook_secrets)
    encoded = base64.b64encode(event.encode()).decode()
    first = post(encoded, signature, isBase64Encoded=True)
    again = post(event, signature)
    assert [json.loads(answer["body"])["outcome"] for answer in (first, again)] == ["applied", "duplicate"]
    assert shop.count("ledger", kind="capture") == 1
    assert shop.bus.types().count("PaymentSucceeded") == 1


def test_during_a_rotation_both_secrets_are_good(shop: Shop, event: str, monkeypatch: pytest.MonkeyPatch) -> None:
    old = settings().stripe_webhook_secrets
    monkeypatch.setenv("STRIPE_WEBHOOK_SECRETS", f"whsec_new, {old}")
    settings.cache_clear()
    assert post(event, sign(event, old))["statusCode"] == 200
    assert post(event, sign(event, "whsec_new"))["statusCode"] == 200
    assert post(event, sign(event, "whsec_gone"))["statusCode"] == 400


def test_events_that_mean_nothing_to_us_are_kept_and_left_be(shop: Shop) -> None:
    for number, thing in enumerate(
        (
            {"id": "cus_1", "object": "customer"},
            {"id": "pi_unknown", "object": "payment_intent", "metadata": {}},
            {"id": "pi_unknown", "object": "payment_intent", "metadata": {"payment_id": "pay_none"}},
            {"id": "re_unknown", "object": "refund", "metadata": None},
        )
    ):
        happened = {"id": f"evt_{number}", "object": "event", "type": "x.y", "data": {"object": thing}}
        assert shop.webhook(happened)["statusCode"] == 200
    assert shop.count("provider_events") == 4
    assert shop.bus.types() == []


def test_stripe_is_away_and_the_event_comes_again(shop: Shop, event: str) -> None:
    """5xx makes Stripe deliver again, and nothing notes the event as known."""
    shop.sandbox.stripe_control("POST", "/faults", {"action": "drop", "path": "/v1/payment_intents/*", "times": 2})
    happened = json.loads(event)
    assert shop.webhook(happened)["statusCode"] == 503
    assert shop.count("provider_events") == 0
    assert shop.webhook(happened)["statusCode"] == 200
    assert shop.count("ledger", kind="capture") == 1
