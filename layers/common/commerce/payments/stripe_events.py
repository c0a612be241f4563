"""Stripe's webhook: verified over the raw body, each event applied once, the object fetched anew."""

import re
from typing import Any

from commerce.payments import attempts, disputes, refunds, saved
from commerce.payments.events import FraudWarned
from commerce.payments.gateways import gateway
from commerce.payments.model import Payment
from commerce.payments.store import PAYMENTS
from commerce.payments.webhooks import BadSignature, take_once
from commerce.runtime.changes import Changes
from commerce.runtime.clock import now
from commerce.runtime.observability import logger
from commerce.runtime.settings import settings

TOLERANCE_SECONDS = 300  # Both ways: https://docs.stripe.com/webhooks#replay-attacks


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
    thing = event["data"]["object"]
    return take_once(
        f"stripe:{event['id']}", event["type"], thing.get("id", ""), lambda changes: _react(changes, thing)
    )


def _react(changes: Changes, thing: dict[str, Any]) -> bool:
    if thing.get("object") == "payment_intent" and (payment := _payment(thing)):
        attempts.apply(changes, payment, gateway("stripe").fetch(payment))
        return True
    if thing.get("object") == "setup_intent":
        return saved.tidy(thing.get("customer") or "")
    if thing.get("object") == "refund":
        ours = (thing.get("metadata") or {}).get("refund_id", "")
        return refunds.refresh(changes, "stripe", thing["id"], ours)
    if thing.get("object") == "dispute":
        return disputes.refresh(changes, "stripe", thing["id"])
    if thing.get("object") == "radar.early_fraud_warning":
        return _warned(changes, thing)
    return False


def _warned(changes: Changes, warning: dict[str, Any]) -> bool:
    """A card's issuer suspects a payment; the warning never changes, so the event's copy is as good as any."""
    intent = warning.get("payment_intent")
    payment = PAYMENTS.by_ref(intent) if intent else None
    if payment is None:
        return False
    kind = str(warning.get("fraud_type") or "unknown")
    changes.emit(FraudWarned(order_id=payment.order_id, payment_id=payment.id, kind=kind))
    return True


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
