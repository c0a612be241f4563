"""Which calls there are."""

import re
from collections.abc import Callable

from scripts.sandbox.paypal import captures, disputes, events, orders, reporting
from scripts.sandbox.paypal.errors import PayPalError
from scripts.sandbox.store import Document

Handler = Callable[..., Document]

_TABLE: list[tuple[str, str, Handler]] = [
    ("POST", "/v2/checkout/orders", orders.create),
    ("GET", "/v2/checkout/orders/{id}", orders.retrieve),
    ("POST", "/v2/checkout/orders/{id}/capture", orders.capture),
    ("GET", "/v2/payments/captures/{id}", captures.retrieve),
    ("POST", "/v2/payments/captures/{id}/refund", captures.refund),
    ("GET", "/v2/payments/refunds/{id}", captures.retrieve_refund),
    ("GET", "/v1/customer/disputes", disputes.list_all),
    ("GET", "/v1/customer/disputes/{id}", disputes.retrieve),
    ("GET", "/v1/reporting/transactions", reporting.list_all),
    ("GET", "/v1/notifications/webhooks-events", events.list_all),
    ("GET", "/v1/notifications/webhooks-events/{id}", events.retrieve),
    ("POST", "/v1/notifications/verify-webhook-signature", events.verify),
]
_ROUTES = [
    (method, re.compile(pattern.replace("{id}", r"([A-Za-z0-9-]+)")), handler) for method, pattern, handler in _TABLE
]

# Calls that take a PayPal-Request-Id, and how the answer to a repeated one is found.
REPEATABLE: dict[Handler, Handler] = {
    orders.create: orders.created,
    orders.capture: orders.captured,
    captures.refund: captures.refunded,
}


def find(method: str, path: str) -> tuple[Handler, tuple[str, ...]]:
    """The handler of a call and the ids in its path. Raises PayPalError (404)."""
    for allowed, pattern, handler in _ROUTES:
        match = pattern.fullmatch(path)
        if match is not None and method == allowed:
            return handler, match.groups()
    raise PayPalError(404, "RESOURCE_NOT_FOUND")


def status_of(handler: Handler, document: Document) -> int:
    """200, or 201 for what was made. An order whose buyer is asked next is answered 200."""
    if handler in REPEATABLE and document.get("status") != "PAYER_ACTION_REQUIRED":
        return 201
    return 200
