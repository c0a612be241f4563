"""Stripe's webhook, a function URL: verified over the raw body, each event applied once."""

from collections.abc import Mapping

from commerce import payments
from commerce.runtime import webhook


def take(raw: bytes, headers: Mapping[str, str]) -> str:
    return payments.take_stripe_event(raw, headers.get("stripe-signature", ""))


handler = webhook.endpoint(take)
