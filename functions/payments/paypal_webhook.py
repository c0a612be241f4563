"""PayPal's webhook, a function URL: verified over the raw body, each event applied once."""

from collections.abc import Mapping

from commerce import orders, payments
from commerce.runtime import webhook


def take(raw: bytes, headers: Mapping[str, str]) -> str:
    return payments.take_paypal_event(raw, headers, orders.check_payable)


handler = webhook.endpoint(take)
