"""Which calls there are, and which of them a publishable key may make."""

import re
from collections.abc import Callable

from scripts.sandbox.store import Document
from scripts.sandbox.stripe import (
    charges,
    customers,
    disputes,
    events,
    payment_intents,
    payment_methods,
    refunds,
    setup_intents,
)
from scripts.sandbox.stripe.account import Call
from scripts.sandbox.stripe.errors import unknown_url

Handler = Callable[..., Document]

_TABLE: list[tuple[str, str, Handler]] = [
    ("POST", "/v1/customers", customers.create),
    ("GET", "/v1/customers", customers.list_all),
    ("GET", "/v1/customers/{id}", customers.retrieve),
    ("POST", "/v1/customers/{id}", customers.update),
    ("DELETE", "/v1/customers/{id}", customers.delete),
    ("GET", "/v1/customers/{id}/payment_methods", payment_methods.list_of_customer),
    ("POST", "/v1/payment_methods", payment_methods.create),
    ("GET", "/v1/payment_methods", payment_methods.list_all),
    ("GET", "/v1/payment_methods/{id}", payment_methods.retrieve),
    ("POST", "/v1/payment_methods/{id}", payment_methods.update),
    ("POST", "/v1/payment_methods/{id}/attach", payment_methods.attach),
    ("POST", "/v1/payment_methods/{id}/detach", payment_methods.detach),
    ("POST", "/v1/payment_intents", payment_intents.create),
    ("GET", "/v1/payment_intents", payment_intents.list_all),
    ("GET", "/v1/payment_intents/{id}", payment_intents.retrieve),
    ("POST", "/v1/payment_intents/{id}", payment_intents.update),
    ("POST", "/v1/payment_intents/{id}/confirm", payment_intents.confirm),
    ("POST", "/v1/payment_intents/{id}/cancel", payment_intents.cancel),
    ("POST", "/v1/payment_intents/{id}/capture", payment_intents.capture),
    ("POST", "/v1/setup_intents", setup_intents.create),
    ("GET", "/v1/setup_intents", setup_intents.list_all),
    ("GET", "/v1/setup_intents/{id}", setup_intents.retrieve),
    ("POST", "/v1/setup_intents/{id}/confirm", setup_intents.confirm),
    ("POST", "/v1/setup_intents/{id}/cancel", setup_intents.cancel),
    ("GET", "/v1/charges", charges.list_all),
    ("GET", "/v1/charges/{id}", charges.retrieve),
    ("GET", "/v1/balance_transactions", charges.list_balance_transactions),
    ("GET", "/v1/balance_transactions/{id}", charges.retrieve_balance_transaction),
    ("POST", "/v1/refunds", refunds.create),
    ("GET", "/v1/refunds", refunds.list_all),
    ("GET", "/v1/refunds/{id}", refunds.retrieve),
    ("POST", "/v1/refunds/{id}", refunds.update),
    ("POST", "/v1/refunds/{id}/cancel", refunds.cancel),
    ("GET", "/v1/disputes", disputes.list_all),
    ("GET", "/v1/disputes/{id}", disputes.retrieve),
    ("GET", "/v1/events", events.list_all),
    ("GET", "/v1/events/{id}", events.retrieve),
]
_ROUTES = [
    (method, re.compile(pattern.replace("{id}", r"([A-Za-z0-9_]+)")), handler) for method, pattern, handler in _TABLE
]

# What Stripe.js does in a browser.
PUBLISHABLE: frozenset[Handler] = frozenset(
    {
        payment_methods.create,
        payment_intents.retrieve,
        payment_intents.confirm,
        setup_intents.retrieve,
        setup_intents.confirm,
    }
)


def find(method: str, path: str) -> tuple[Handler, tuple[str, ...]]:
    """The handler of a call and the ids in its path. Raises StripeError (404)."""
    for allowed, pattern, handler in _ROUTES:
        match = pattern.fullmatch(path)
        if match is not None and method == allowed:
            return handler, match.groups()
    raise unknown_url(method, path)


def run(handler: Handler, call: Call, ids: tuple[str, ...]) -> Document:
    """Carry out a call."""
    return handler(call, *ids)
