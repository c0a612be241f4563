"""Stripe's webhook: verified over the raw body, each event applied once, the object fetched anew."""

import re
from typing import Any

from commerce.payments import attempts, refunds
from commerce.payments.gateways import gateway
from commerce.payments.model import Payment
from commerce.payments.store import PAYMENTS, PROVIDER_EVENTS, ProviderEvent
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.clock import now
from commerce.runtime.errors import BadRequest, Conflict
from commerce.runtime.observability import logger
from commerce.runtime.settings import settings

TOLERANCE_SECONDS = 300  # Both ways: https://docs.stripe.com/webhooks#replay-attacks


class BadSignature(BadRequest):
    """400: not signed by the provider, or too long ago, or in the future."""

    code, title = "bad_signature", "The webhook signature is not valid"


class _Known(Conflict):
    """This event has been applied already."""


def take_stripe_event(raw: bytes, signature: str) -> str:
    """Applies a Stripe event once: the state comes from the object as it is now, never from the event's copy.

    Returns:
        What became of it: `applied`, `duplicate` or `ignored` (a type or object that means nothing to us, kept all
        the same).

    Raises:
        BadSignature: see there.
        ProviderUnavailable: Stripe could not be asked; answered 5xx, so that it delivers the event again.
    """
    event = _verified(raw, signature)
    event_id = f"stripe:{event['id']}"
    if PROVIDER_EVENTS.get(event_id):
        return "duplicate"
    try:
        return retry_stale(lambda: _apply(event_id, event))
    except _Known:
        return "duplicate"


def _apply(event_id: str, event: dict[str, Any]) -> str:
    thing = event["data"]["object"]
    known = ProviderEvent(id=event_id, type=event["type"], object_ref=thing.get("id", ""), received_at=now())
    changes = Changes()
    changes.insert(PROVIDER_EVENTS, known, taken=_Known())
    outcome = "applied"
    if thing.get("object") == "payment_intent":
        payment = _payment(thing)
        if payment is None:
            outcome = "ignored"
        else:
            attempts.apply(changes, payment, gateway("stripe").fetch(thing["id"]))
    elif thing.get("object") == "refund":
        refunds.refresh(changes, thing["id"], (thing.get("metadata") or {}).get("refund_id", ""))
    else:
        outcome = "ignored"
    changes.commit()
    return outcome


def _payment(intent: dict[str, Any]) -> Payment | None:
    """Our attempt behind a PaymentIntent, also when its id was not stored before the webhook came."""
    payment = PAYMENTS.by_ref(intent["id"])
    if payment is None and (payment_id := (intent.get("metadata") or {}).get("payment_id")):
        payment = PAYMENTS.get(payment_id)
        if payment and not payment.provider_ref:
            payment.provider_ref = intent["id"]
    if payment is None or payment.provider_ref != intent["id"]:
        logger.warning("A PaymentIntent that is not ours", extra={"intent": intent["id"]})
        return None
    return payment


def _verified(raw: bytes, signature: str) -> dict[str, Any]:
    from commerce.payments.gateways.stripe import read_event

    stamp = re.search(r"(?:^|,)t=(\d{1,12})(?:,|$)", signature)
    if stamp is None or abs(int(stamp[1]) - now().timestamp()) > TOLERANCE_SECONDS:
        raise BadSignature
    for secret in settings().secret("stripe_webhook_secrets").split(","):
        try:
            return read_event(raw, signature, secret.strip())
        except ValueError:
            continue
    raise BadSignature
