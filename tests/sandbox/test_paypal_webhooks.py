"""Webhooks signed by certificate: believed by the chain and by PayPal itself, repeated as they were."""

import base64
import json
import zlib
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.verification import PolicyBuilder, Store

from scripts.sandbox.config import DEFAULT_PAYPAL_WEBHOOK_ID
from scripts.sandbox.paypal.certificates import SIGNER
from scripts.sandbox.testing import Sandbox, running_sandbox
from tests.sandbox.paying import PayPalApi
from tests.sandbox.receiving import Received, Receiver


def check(sandbox: Sandbox, message: Received, webhook_id: str = DEFAULT_PAYPAL_WEBHOOK_ID) -> dict[str, Any]:
    """The event, if signature and chain are good. Raises InvalidSignature."""
    shown = message.headers
    leaf, *others = x509.load_pem_x509_certificates(httpx.get(shown["paypal-cert-url"]).content)
    root = base64.b64decode(sandbox.paypal_control("GET", "/certificate")["root"])
    policy = PolicyBuilder().store(Store([x509.load_der_x509_certificate(root)]))
    policy.build_server_verifier(x509.DNSName(SIGNER)).verify(leaf, others)
    id_, at = shown["paypal-transmission-id"], shown["paypal-transmission-time"]
    text = f"{id_}|{at}|{webhook_id}|{zlib.crc32(message.body)}"
    key = leaf.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    signature = base64.b64decode(shown["paypal-transmission-sig"])
    key.verify(signature, text.encode(), padding.PKCS1v15(), hashes.SHA256())
    event: dict[str, Any] = json.loads(message.body)
    return event


def test_the_signature_is_good_for_this_body_and_webhook(
    sandbox: Sandbox, receiver: Receiver, paypal_api: PayPalApi
) -> None:
    sandbox.set_paypal_webhook(receiver.url)
    paypal_api.paid()
    approved, completed = sorted(receiver.wait_for(2), key=lambda message: b"PAYMENT.CAPTURE" in message.body)
    assert check(sandbox, approved)["event_type"] == "CHECKOUT.ORDER.APPROVED"
    assert check(sandbox, completed)["event_type"] == "PAYMENT.CAPTURE.COMPLETED"
    assert completed.headers["paypal-auth-algo"] == "SHA256withRSA"
    with pytest.raises(InvalidSignature):
        check(sandbox, completed, "OTHERWEBHOOK")
    with pytest.raises(InvalidSignature):
        check(sandbox, Received(completed.headers, completed.body.replace(b"20.00", b"90.00"), 0))


def test_a_repeated_delivery_is_the_first_one_once_more(
    sandbox: Sandbox, receiver: Receiver, paypal_api: PayPalApi
) -> None:
    sandbox.set_paypal_webhook(receiver.url, events=["PAYMENT.CAPTURE.COMPLETED"])
    receiver.answers += [500, 404]
    paypal_api.paid()
    messages = receiver.wait_for(3)
    assert len({message.body for message in messages}) == 1
    assert len({message.headers["paypal-transmission-sig"] for message in messages}) == 1
    assert sandbox.paypal_control("POST", "/webhooks/flush") == {"delivered": True}
    (row,) = sandbox.paypal_control("GET", "/deliveries")["items"]
    assert (row["state"], row["attempts"]) == ("delivered", 3)


def test_held_doubled_and_released(sandbox: Sandbox, receiver: Receiver, paypal_api: PayPalApi) -> None:
    sandbox.set_paypal_webhook(receiver.url, events=["*"])
    sandbox.paypal_control("PUT", "/webhooks/behaviour", {"hold": True, "duplicates": 1})
    paypal_api.paid()
    assert receiver.received == []
    sandbox.paypal_control("POST", "/webhooks/release", {"order": "reversed"})
    types = [check(sandbox, message)["event_type"] for message in receiver.received]
    assert types == ["PAYMENT.CAPTURE.COMPLETED"] * 2 + ["CHECKOUT.ORDER.APPROVED"] * 2


def asked(message: Received, **change: str) -> dict[str, Any]:
    """The question whether PayPal sent this."""
    names = ("auth_algo", "cert_url", "transmission_id", "transmission_sig", "transmission_time")
    shown = {name: message.headers[f"paypal-{name.replace('_', '-')}"] for name in names}
    event = json.loads(message.body)
    return {**shown, "webhook_id": DEFAULT_PAYPAL_WEBHOOK_ID, "webhook_event": event, **change}


def test_paypal_itself_can_be_asked(sandbox: Sandbox, receiver: Receiver, paypal_api: PayPalApi) -> None:
    sandbox.set_paypal_webhook(receiver.url, events=["PAYMENT.CAPTURE.COMPLETED"])
    paypal_api.paid()
    message = receiver.wait_for(1)[0]

    def says(body: dict[str, Any]) -> str:
        answer = paypal_api.ask("POST", "/v1/notifications/verify-webhook-signature", body)
        return str(answer.json()["verification_status"])

    good = asked(message)
    assert says(good) == "SUCCESS"
    assert says({**good, "webhook_event": {**good["webhook_event"], "summary": "other"}}) == "FAILURE"
    for change in ({"webhook_id": "OTHER"}, {"transmission_time": "2026-01-01T00:00:00Z"}, {"cert_url": "https://x"}):
        assert says(asked(message, **change)) == "FAILURE"
    missing = paypal_api.ask("POST", "/v1/notifications/verify-webhook-signature", {"webhook_id": "X"})
    assert missing.status_code == 400


def test_each_sandbox_has_a_chain_of_its_own(sandbox: Sandbox) -> None:
    mine = sandbox.paypal_control("GET", "/certificate")
    sandbox.reset()
    assert sandbox.paypal_control("GET", "/certificate") == mine, "a reset leaves it"
    assert httpx.get(mine["url"] + "X").status_code == 404
    with running_sandbox() as other:
        assert other.paypal_control("GET", "/certificate")["root"] != mine["root"]
