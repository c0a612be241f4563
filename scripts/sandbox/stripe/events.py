"""Events, and the webhooks made of them: https://docs.stripe.com/webhooks."""

import fnmatch
import hashlib
import hmac
from collections.abc import Sequence

from scripts.sandbox.store import Document, public
from scripts.sandbox.stripe.account import Call
from scripts.sandbox.stripe.lists import PAGING, list_objects

# What the shop's endpoint is subscribed to; the control endpoint can set others, or "*".
ENABLED_EVENTS = [
    "payment_intent.succeeded",
    "payment_intent.amount_capturable_updated",
    "payment_intent.payment_failed",
    "payment_intent.processing",
    "payment_intent.requires_action",
    "payment_intent.canceled",
    "charge.refunded",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "setup_intent.succeeded",
    "radar.early_fraud_warning.created",
]


def sign(_: str, body: bytes, timestamp: int, secrets: Sequence[str]) -> dict[str, str]:
    """`t=...,v1=...`: HMAC-SHA256 of `{t}.{raw body}`, once per secret, as while a secret is being rolled."""
    signed = str(timestamp).encode() + b"." + body
    marks = [f"v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}" for secret in secrets]
    return {
        "Stripe-Signature": ",".join([f"t={timestamp}", *marks]),
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
    }


def _current(call: Call, event: Document) -> Document:
    return {**public(event), "pending_webhooks": call.account.channel.pending(event["id"])}


def retrieve(call: Call, event_id: str) -> Document:
    return _current(call, call.account.load("event", event_id, "id"))


def list_all(call: Call) -> Document:
    call.params.only(*PAGING, "type", "types", "delivery_success")
    only, types = call.params.string("type"), call.params.strings("types")

    def wanted(event: Document) -> bool:
        name: str = event["type"]
        return (only is None or fnmatch.fnmatchcase(name, only)) and (not types or name in types)

    answer = list_objects(call, "event", where=wanted)
    answer["data"] = [_current(call, event) for event in answer["data"]]
    return answer
