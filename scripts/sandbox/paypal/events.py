"""Webhooks: signed by certificate, and the calls about them (https://developer.paypal.com/api/rest/webhooks/)."""

import json
import uuid
import zlib
from collections.abc import Callable, Sequence

from scripts.sandbox.paypal.account import Account, Call, raw
from scripts.sandbox.paypal.certificates import Certificates, signed_text
from scripts.sandbox.paypal.errors import malformed
from scripts.sandbox.store import Document

ALGORITHM = "SHA256withRSA"
MOST_LISTED = 300

# What the shop's webhook is subscribed to; the control endpoint can set others, or "*".
ENABLED_EVENTS = [
    "CHECKOUT.ORDER.APPROVED",
    "PAYMENT.CAPTURE.COMPLETED",
    "PAYMENT.CAPTURE.PENDING",
    "PAYMENT.CAPTURE.DECLINED",
    "PAYMENT.CAPTURE.DENIED",
    "PAYMENT.CAPTURE.REFUNDED",
    "PAYMENT.CAPTURE.REVERSED",
    "PAYMENT.REFUND.PENDING",
    "PAYMENT.REFUND.FAILED",
    "CUSTOMER.DISPUTE.CREATED",
    "CUSTOMER.DISPUTE.UPDATED",
    "CUSTOMER.DISPUTE.RESOLVED",
]


def signer(certificates: Certificates, cert_url: Callable[[], str]) -> Callable[..., dict[str, str]]:
    """The headers of a message. `secrets` holds the webhook's id, which is no secret but is signed.

    A repeated delivery is the first one once more: same transmission, same time, same signature.
    """

    def sign(message_id: str, body: bytes, _: int, secrets: Sequence[str]) -> dict[str, str]:
        transmission = str(uuid.uuid5(uuid.NAMESPACE_URL, message_id))
        at = str(json.loads(body)["create_time"]).split(".")[0].rstrip("Z") + "Z"
        text = signed_text(transmission, at, secrets[0] if secrets else "", zlib.crc32(body))
        return {
            "PAYPAL-TRANSMISSION-ID": transmission,
            "PAYPAL-TRANSMISSION-TIME": at,
            "PAYPAL-TRANSMISSION-SIG": certificates.sign(text),
            "PAYPAL-CERT-URL": cert_url(),
            "PAYPAL-AUTH-ALGO": ALGORITHM,
            "User-Agent": "PayPal/AUHD-1.0-1",
        }

    return sign


def cert_url(account: Account) -> str:
    """Where the certificate lies."""
    return f"{account.api_url}/v1/notifications/certs/{account.certificates.name}"


def retrieve(call: Call, event_id: str) -> Document:
    return call.account.load("event", event_id)


def list_all(call: Call) -> Document:
    """The latest events, newest first."""
    size = call.query.get("page_size", "10")
    if not size.isdecimal() or not 1 <= int(size) <= MOST_LISTED:
        raise malformed("INVALID_INTEGER_MAX_VALUE", f"page_size is 1 to {MOST_LISTED}.", "page_size")
    wanted = call.query.get("event_type")
    found = (e for e in call.account.store.find("paypal.event") if wanted is None or e["event_type"] == wanted)
    events = [event for _, event in zip(range(int(size)), found, strict=False)]
    return {"events": events, "count": len(events), "links": [call.account.link(call.path, "self")]}


def verify(call: Call) -> Document:
    """Whether a message is ours: its event as we sent it, its signature over those very bytes."""
    account, body = call.account, call.body
    names = ("auth_algo", "cert_url", "transmission_id", "transmission_sig", "transmission_time", "webhook_id")
    for name in (*names, "webhook_event"):
        if not body.get(name):
            raise malformed("MISSING_REQUIRED_PARAMETER", "A required field / parameter is missing.", f"/{name}")
    given = body["webhook_event"]
    event = account.find("event", str(given.get("id"))) if isinstance(given, dict) else None
    genuine = event is not None and event == given and body["cert_url"] == cert_url(account)
    if genuine and event is not None:
        known = account.channel.endpoint.secrets
        checksum = zlib.crc32(raw(event))
        text = signed_text(body["transmission_id"], body["transmission_time"], known[0] if known else "", checksum)
        genuine = body["webhook_id"] in known and account.certificates.signed(text, body["transmission_sig"])
    return {"verification_status": "SUCCESS" if genuine else "FAILURE"}
