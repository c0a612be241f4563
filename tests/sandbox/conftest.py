"""One sandbox for all of these tests, emptied before each, and a receiver for its webhooks."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from typing import Any

import httpx
import pytest
import stripe
from clerk_backend_api import Clerk
from paypalserversdk.paypal_serversdk_client import PaypalServersdkClient

from scripts.sandbox.config import (
    DEFAULT_CLERK_SECRET_KEY,
    DEFAULT_PAYPAL_WEBHOOK_ID,
    DEFAULT_STRIPE_SECRET_KEY,
    DEFAULT_STRIPE_WEBHOOK_SECRET,
)
from scripts.sandbox.paypal.events import ENABLED_EVENTS as PAYPAL_EVENTS
from scripts.sandbox.stripe.events import ENABLED_EVENTS
from scripts.sandbox.testing import Sandbox, running_sandbox
from tests.sandbox.paying import PayPalApi, official_sdk
from tests.sandbox.receiving import Received, Receiver


@pytest.fixture(scope="session")
def _sandbox() -> Iterator[Sandbox]:
    with running_sandbox() as running:
        yield running


@pytest.fixture
def sandbox(_sandbox: Sandbox) -> Sandbox:
    _sandbox.reset()
    return _sandbox


@pytest.fixture(scope="session")
def _receiver() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hooks.received.append(Received({k.lower(): v for k, v in self.headers.items()}, body, monotonic()))
            self.send_response(hooks.answers.pop(0) if hooks.answers else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hooks = Receiver(f"http://127.0.0.1:{server.server_port}/hook")
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield hooks
    server.shutdown()
    server.server_close()


@pytest.fixture
def receiver(_sandbox: Sandbox, _receiver: Receiver) -> Iterator[Receiver]:
    _receiver.received.clear()
    _receiver.answers.clear()
    yield _receiver
    _sandbox.set_stripe_webhook("", DEFAULT_STRIPE_WEBHOOK_SECRET, events=ENABLED_EVENTS)
    _sandbox.set_paypal_webhook("", DEFAULT_PAYPAL_WEBHOOK_ID, events=PAYPAL_EVENTS)
    _sandbox.set_clerk_webhook("")


@pytest.fixture(scope="session")
def _sdks(_sandbox: Sandbox) -> Iterator[tuple[stripe.StripeClient, Clerk]]:
    """The official SDKs, made once: each reads a store of certificates that nobody needs here."""
    payments = stripe.StripeClient(
        DEFAULT_STRIPE_SECRET_KEY, base_addresses={"api": _sandbox.stripe_url}, max_network_retries=0
    )
    with Clerk(bearer_auth=DEFAULT_CLERK_SECRET_KEY, server_url=f"{_sandbox.clerk_url}/v1") as people:
        yield payments, people


@pytest.fixture
def client(sandbox: Sandbox, _sdks: tuple[stripe.StripeClient, Clerk]) -> stripe.StripeClient:
    """Stripe's SDK, without retries of its own."""
    return _sdks[0]


@pytest.fixture
def clerk(sandbox: Sandbox, _sdks: tuple[stripe.StripeClient, Clerk]) -> Clerk:
    """Clerk's SDK."""
    return _sdks[1]


@pytest.fixture(scope="session")
def _paypal(_sandbox: Sandbox) -> PaypalServersdkClient:
    return official_sdk(_sandbox)


@pytest.fixture
def paypal(sandbox: Sandbox, _paypal: PaypalServersdkClient) -> PaypalServersdkClient:
    """PayPal's SDK, without retries of its own."""
    return _paypal


@pytest.fixture
def paypal_api(sandbox: Sandbox) -> Iterator[PayPalApi]:
    """PayPal's API as it is on the wire, for what the SDK hides or lacks."""
    with PayPalApi(sandbox) as opened:
        yield opened


@pytest.fixture(scope="session")
def _browser() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False) as session:
        yield session


@pytest.fixture
def browser(_browser: httpx.Client) -> httpx.Client:
    """Keeps cookies, follows no redirect by itself."""
    _browser.cookies.clear()
    return _browser


Pay = Callable[..., stripe.PaymentIntent]


@pytest.fixture
def pay(client: stripe.StripeClient) -> Pay:
    """Create and confirm a PaymentIntent over 20 dollars, with `pm_card_visa` unless told otherwise."""

    def paid(method: str = "pm_card_visa", **params: Any) -> stripe.PaymentIntent:
        order: Any = {
            "amount": 2000,
            "currency": "usd",
            "payment_method": method,
            "confirm": True,
            "return_url": "http://localhost:8080/thanks",
            **params,
        }
        return client.v1.payment_intents.create(order)

    return paid
