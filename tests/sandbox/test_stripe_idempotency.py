"""Idempotency keys and faults, as Stripe and bad networks have them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Any

import httpx
import pytest
import stripe

from scripts.sandbox.config import DEFAULT_STRIPE_SECRET_KEY
from scripts.sandbox.testing import Sandbox

Pay = Callable[..., stripe.PaymentIntent]
ORDER: Any = {"amount": 2000, "currency": "usd"}


def count(client: stripe.StripeClient) -> int:
    return len(client.v1.payment_intents.list({"limit": 100}).data)


def test_same_key_same_answer(client: stripe.StripeClient) -> None:
    first = client.v1.payment_intents.create(ORDER, {"idempotency_key": "key-1"})
    client.v1.payment_intents.cancel(first.id)
    again = client.v1.payment_intents.create(ORDER, {"idempotency_key": "key-1"})
    assert again.id == first.id
    assert again.status == "requires_payment_method"
    assert again.last_response is not None
    assert first.last_response is not None
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert again.last_response.headers["Original-Request"] == first.last_response.headers["Request-Id"]
    assert "Idempotent-Replayed" not in first.last_response.headers
    assert count(client) == 1


def test_same_key_other_parameters(client: stripe.StripeClient) -> None:
    client.v1.payment_intents.create(ORDER, {"idempotency_key": "key-1"})
    with pytest.raises(stripe.IdempotencyError, match="same parameters"):
        client.v1.payment_intents.create({"amount": 2001, "currency": "usd"}, {"idempotency_key": "key-1"})
    with pytest.raises(stripe.IdempotencyError, match="same endpoint"):
        client.v1.customers.create({"email": "a@example.com"}, {"idempotency_key": "key-1"})
    assert count(client) == 1


def test_refused_parameters_leave_the_key_free(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.create({"amount": 1, "currency": "usd"}, {"idempotency_key": "key-1"})
    assert client.v1.payment_intents.create(ORDER, {"idempotency_key": "key-1"}).amount == 2000


def test_a_decline_is_kept(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create(ORDER)
    confirm: Any = {"payment_method": "pm_card_chargeDeclined", "return_url": "http://localhost:8080/"}
    for _ in range(2):
        with pytest.raises(stripe.CardError):
            client.v1.payment_intents.confirm(intent.id, confirm, {"idempotency_key": "key-1"})
    assert len(client.v1.charges.list({"payment_intent": intent.id}).data) == 1


def test_two_at_once(client: stripe.StripeClient, sandbox: Sandbox) -> None:
    sandbox.stripe_control(
        "POST", "/faults", {"action": "late", "path": "/v1/payment_intents", "method": "POST", "seconds": 0.5}
    )

    def create(_: int) -> Any:
        try:
            return client.v1.payment_intents.create(ORDER, {"idempotency_key": "key-1"}).id
        except stripe.APIError as error:
            body: Any = error.json_body
            return (error.http_status, body["error"]["code"])

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(create, range(4)))
    assert results.count((409, "idempotency_key_in_use")) == 3
    assert count(client) == 1
    assert create(0) in results


def test_keys_are_forgotten_after_a_day(client: stripe.StripeClient, sandbox: Sandbox) -> None:
    first = client.v1.payment_intents.create(ORDER, {"idempotency_key": "key-1"})
    sandbox.stripe_control("POST", "/idempotency/expire")
    assert client.v1.payment_intents.create(ORDER, {"idempotency_key": "key-1"}).id != first.id


def test_a_lost_answer_is_given_again(client: stripe.StripeClient, sandbox: Sandbox) -> None:
    sandbox.stripe_control("POST", "/faults", {"action": "drop", "path": "/v1/payment_intents", "after_effect": True})
    with pytest.raises(stripe.APIConnectionError):
        client.v1.payment_intents.create(ORDER, {"idempotency_key": "key-1"})
    again = client.v1.payment_intents.create(ORDER, {"idempotency_key": "key-1"})
    assert again.last_response is not None
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert count(client) == 1


def test_a_lost_request_did_nothing(client: stripe.StripeClient, sandbox: Sandbox) -> None:
    sandbox.stripe_control("POST", "/faults", {"action": "drop", "path": "/v1/payment_intents"})
    with pytest.raises(stripe.APIConnectionError):
        client.v1.payment_intents.create(ORDER, {"idempotency_key": "key-1"})
    assert count(client) == 0


@pytest.mark.parametrize("after_effect", [True, False])
def test_a_500_is_kept(client: stripe.StripeClient, sandbox: Sandbox, after_effect: bool) -> None:
    fault = {"action": "error", "status": 500, "path": "/v1/payment_intents", "after_effect": after_effect}
    sandbox.stripe_control("POST", "/faults", fault)
    for _ in range(2):
        with pytest.raises(stripe.APIError):
            client.v1.payment_intents.create(ORDER, {"idempotency_key": "key-1"})
    assert count(client) == (1 if after_effect else 0)
    assert client.v1.payment_intents.create(ORDER, {"idempotency_key": "key-2"}).id


def test_a_429_is_not_kept(client: stripe.StripeClient, sandbox: Sandbox) -> None:
    sandbox.stripe_control("POST", "/faults", {"action": "error", "status": 429, "path": "/v1/*"})
    with pytest.raises(stripe.RateLimitError):
        client.v1.payment_intents.create(ORDER, {"idempotency_key": "key-1"})
    assert client.v1.payment_intents.create(ORDER, {"idempotency_key": "key-1"}).id


def test_the_sdk_gets_over_passing_faults(sandbox: Sandbox) -> None:
    stubborn = stripe.StripeClient(
        DEFAULT_STRIPE_SECRET_KEY, base_addresses={"api": sandbox.stripe_url}, max_network_retries=2
    )
    sandbox.stripe_control("POST", "/faults", {"action": "drop", "path": "/v1/payment_intents", "after_effect": True})
    assert stubborn.v1.payment_intents.create(ORDER).status == "requires_payment_method"
    assert count(stubborn) == 1


def test_late_answers(client: stripe.StripeClient, sandbox: Sandbox) -> None:
    sandbox.stripe_control("POST", "/faults", {"action": "late", "seconds": 0.3, "times": 1, "method": "GET"})
    started = monotonic()
    client.v1.payment_intents.list()
    assert monotonic() - started >= 0.3
    with httpx.Client(trust_env=False) as http:
        assert http.get(f"{sandbox.stripe_url}/_sandbox/faults").json() == {"items": []}
        wrong = http.post(f"{sandbox.stripe_url}/_sandbox/faults", json={"action": "nonsense"})
        assert wrong.status_code == 400
