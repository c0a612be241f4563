"""Signed events: delivered until answered 2xx, and doubled, disordered, delayed or dropped on demand."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import stripe

from scripts.sandbox.config import DEFAULT_STRIPE_WEBHOOK_SECRET
from scripts.sandbox.testing import Sandbox
from tests.sandbox.receiving import Received, Receiver

Pay = Callable[..., stripe.PaymentIntent]


def verified(message: Received, secret: str = DEFAULT_STRIPE_WEBHOOK_SECRET) -> stripe.Event:
    """The event, if the SDK believes its signature."""
    event: Any = stripe.Webhook.construct_event(message.body, message.headers["stripe-signature"], secret)
    assert isinstance(event, stripe.Event)
    return event


def test_signed_event(sandbox: Sandbox, receiver: Receiver, client: stripe.StripeClient, pay: Pay) -> None:
    sandbox.set_stripe_webhook(receiver.url)
    paid = pay()
    event = verified(receiver.wait_for(1)[0])
    assert (event.type, event.data.object["id"]) == ("payment_intent.succeeded", paid.id)
    assert event.data.object["status"] == "succeeded"
    sandbox.stripe_control("POST", "/webhooks/flush")
    assert client.v1.events.retrieve(event.id).pending_webhooks == 0
    with pytest.raises(stripe.SignatureVerificationError):
        verified(receiver.received[0], "whsec_other")


def test_two_secrets_while_rolling(sandbox: Sandbox, receiver: Receiver, pay: Pay) -> None:
    sandbox.set_stripe_webhook(receiver.url, "whsec_old", "whsec_new")
    pay()
    message = receiver.wait_for(1)[0]
    assert message.headers["stripe-signature"].count("v1=") == 2
    assert verified(message, "whsec_old").id == verified(message, "whsec_new").id
    sandbox.set_stripe_webhook(receiver.url, DEFAULT_STRIPE_WEBHOOK_SECRET)


def test_retries_until_2xx(sandbox: Sandbox, receiver: Receiver, client: stripe.StripeClient, pay: Pay) -> None:
    sandbox.set_stripe_webhook(receiver.url)
    receiver.answers += [500, 302, 404]
    pay()
    messages = receiver.wait_for(4)
    assert len({verified(message).id for message in messages}) == 1
    assert len({message.body for message in messages}) == 1
    assert sandbox.stripe_control("POST", "/webhooks/flush") == {"delivered": True}
    listed = sandbox.stripe_control("GET", "/deliveries")["items"]
    assert [(row["state"], row["attempts"], row["last_status"]) for row in listed] == [("delivered", 4, 200)]


def test_unreachable_shop(sandbox: Sandbox, receiver: Receiver, client: stripe.StripeClient, pay: Pay) -> None:
    sandbox.set_stripe_webhook("http://127.0.0.1:9/hook")
    paid = pay()
    assert sandbox.stripe_control("POST", "/webhooks/flush", {"timeout": 0.2}) == {"delivered": False}
    assert client.v1.events.list({"type": "payment_intent.succeeded"}).data[0].pending_webhooks == 1
    sandbox.set_stripe_webhook(receiver.url)
    assert verified(receiver.wait_for(1)[0]).data.object["id"] == paid.id


def test_only_what_is_subscribed(sandbox: Sandbox, receiver: Receiver, pay: Pay) -> None:
    sandbox.set_stripe_webhook(receiver.url, events=["*"])
    pay()
    types = {verified(message).type for message in receiver.wait_for(3)}
    assert types == {"payment_intent.created", "charge.succeeded", "payment_intent.succeeded"}
    sandbox.set_stripe_webhook(receiver.url, events=["payment_intent.succeeded", "charge.refunded"])
    pay()
    sandbox.stripe_control("POST", "/webhooks/flush")
    assert len(receiver.received) == 4


def test_duplicates(sandbox: Sandbox, receiver: Receiver, pay: Pay) -> None:
    sandbox.set_stripe_webhook(receiver.url)
    sandbox.stripe_control("PUT", "/webhooks/behaviour", {"duplicates": 2})
    pay()
    ids = [verified(message).id for message in receiver.wait_for(3)]
    assert len(set(ids)) == 1
    sandbox.stripe_control("DELETE", "/webhooks/behaviour")
    sandbox.stripe_control("POST", "/webhooks/resend", {"event": ids[0], "times": 2})
    assert {verified(message).id for message in receiver.wait_for(5)} == set(ids)


@pytest.mark.parametrize("order", ["created", "reversed"])
def test_held_and_released_in_an_order(
    sandbox: Sandbox, receiver: Receiver, client: stripe.StripeClient, pay: Pay, order: str
) -> None:
    sandbox.set_stripe_webhook(receiver.url)
    sandbox.stripe_control("PUT", "/webhooks/behaviour", {"hold": True})
    paid = pay()
    client.v1.refunds.create({"payment_intent": paid.id})
    assert receiver.received == []
    assert sandbox.stripe_control("POST", "/webhooks/release", {"order": order}) == {"released": 3}
    types = [verified(message).type for message in receiver.received]
    expected = ["payment_intent.succeeded", "refund.created", "charge.refunded"]
    assert types == (expected if order == "created" else expected[::-1])


def test_drop_and_delay(sandbox: Sandbox, receiver: Receiver, client: stripe.StripeClient, pay: Pay) -> None:
    sandbox.set_stripe_webhook(receiver.url)
    sandbox.stripe_control("PUT", "/webhooks/behaviour", {"drop": 1, "delay": 0.3})
    lost, sent = pay(), pay()
    assert receiver.received == []
    assert verified(receiver.wait_for(1)[0]).data.object["id"] == sent.id
    # A dropped event is still there for whoever asks.
    listed = client.v1.events.list({"type": "payment_intent.succeeded"}).data
    assert lost.id in [event.data.object["id"] for event in listed]
    sandbox.stripe_control("DELETE", "/webhooks/behaviour")


def test_body_is_what_was_signed(sandbox: Sandbox, receiver: Receiver, pay: Pay) -> None:
    sandbox.set_stripe_webhook(receiver.url)
    pay(description="Käse €5 日本")
    message = receiver.wait_for(1)[0]
    assert verified(message).data.object["description"] == "Käse €5 日本"
    assert set(json.loads(message.body)) == {
        "id", "object", "api_version", "created", "data", "livemode", "pending_webhooks", "request", "type",
    }  # fmt: skip
