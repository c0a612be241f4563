"""A sandbox in a thread of the test's own process, on free ports, spoken to over HTTP like any other."""

import asyncio
import contextlib
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from scripts.sandbox.config import SandboxConfig
from scripts.sandbox.server import SandboxServer


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox: its addresses and shorthands for its control endpoints."""

    config: SandboxConfig
    http: httpx.Client

    @property
    def stripe_url(self) -> str:
        """Base address of the Stripe API, for `StripeClient(base_addresses={"api": ...})`."""
        return f"http://127.0.0.1:{self.config.stripe.port}"

    @property
    def paypal_url(self) -> str:
        """Base address of the PayPal API."""
        return f"http://127.0.0.1:{self.config.paypal.port}"

    @property
    def clerk_url(self) -> str:
        """Base address of the Clerk sandbox; the Backend API is below /v1."""
        return f"http://127.0.0.1:{self.config.clerk.port}"

    @property
    def issuer(self) -> str:
        """`iss` of the tokens."""
        return self.config.clerk.issuer

    @property
    def origin(self) -> str:
        """The shop's origin: `azp` of the tokens."""
        return self.config.shop_origins[0]

    def jwks(self) -> dict[str, Any]:
        """The published keys."""
        return self._send(self.clerk_url, "GET", "/.well-known/jwks.json")

    def session_token(self, email: str = "customer@example.com", role: str | None = None, **order: Any) -> str:
        """A session token; `kind`, `seconds`, `fresh` and `azp` as POST /_sandbox/tokens takes them."""
        return str(self.session(email, role, **order)["token"])

    def session(self, email: str = "customer@example.com", role: str | None = None, **order: Any) -> dict[str, Any]:
        """The same with `user_id` and `session_id`."""
        body = {"email": email, "role": role, **order}
        return self._send(self.clerk_url, "POST", "/_sandbox/tokens", body)

    def stripe_control(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Call a control endpoint of the Stripe port, such as `("POST", "/webhooks/flush")`."""
        return self._send(self.stripe_url, method, f"/_sandbox{path}", body)

    def paypal_control(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Call a control endpoint of the PayPal port."""
        return self._send(self.paypal_url, method, f"/_sandbox{path}", body)

    def clerk_control(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Call a control endpoint of the Clerk port."""
        return self._send(self.clerk_url, method, f"/_sandbox{path}", body)

    def set_stripe_webhook(self, url: str, *secrets: str, events: list[str] | None = None) -> None:
        """Where Stripe events go from now on."""
        self.stripe_control("PUT", "/webhooks", _endpoint(url, secrets, events))

    def set_paypal_webhook(self, url: str, *ids: str, events: list[str] | None = None) -> None:
        """Where PayPal events go from now on, and the id of that webhook."""
        self.paypal_control("PUT", "/webhooks", _endpoint(url, ids, events))

    def set_clerk_webhook(self, url: str, *secrets: str, events: list[str] | None = None) -> None:
        """Where Clerk events go from now on."""
        self.clerk_control("PUT", "/webhooks", _endpoint(url, secrets, events))

    def reset(self) -> None:
        """Forget all objects of all providers."""
        self.stripe_control("POST", "/reset")
        self.paypal_control("POST", "/reset")
        self.clerk_control("POST", "/reset")

    def _send(self, base: str, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = self.http.request(method, base + path, json=body)
        if answer.is_error:
            raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text}")
        read: dict[str, Any] = answer.json()
        return read


def _endpoint(url: str, secrets: tuple[str, ...], events: list[str] | None) -> dict[str, Any]:
    given: dict[str, Any] = {"url": url}
    if secrets:
        given["secrets"] = list(secrets)
    if events is not None:
        given["enabled_events"] = events
    return given


@contextlib.contextmanager
def running_sandbox(config: SandboxConfig | None = None) -> Iterator[Sandbox]:
    """Run a sandbox until the block ends. Without a configuration: free ports, state that is thrown away."""
    with contextlib.ExitStack() as stack:
        if config is None:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="souk-sandbox-"))
            config = SandboxConfig(state=Path(folder), retry_delays=(0.05, 0.1, 0.2, 0.5))
        server = SandboxServer(config)
        ready: threading.Event = threading.Event()
        failures: list[BaseException] = []
        loop = asyncio.new_event_loop()

        def run() -> None:
            try:
                loop.run_until_complete(server.serve(lambda _: ready.set()))
            except BaseException as error:  # noqa: BLE001 - the test gets to see it
                failures.append(error)
            finally:
                ready.set()
                loop.close()

        thread = threading.Thread(target=run, name="sandbox", daemon=True)
        thread.start()
        if not ready.wait(20):
            raise RuntimeError("the sandbox did not start within 20 s")
        if failures:
            raise failures[0]
        client = stack.enter_context(httpx.Client(trust_env=False, timeout=30))
        try:
            yield Sandbox(server.config, client)
        finally:
            if not loop.is_closed():
                loop.call_soon_threadsafe(server.stop)
            thread.join(10)
