"""Talking to the sandbox: its keys and addresses, its webhooks, session tokens."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

import httpx

from scripts.stack.errors import StackError
from scripts.stack.layout import HOST, Layout


@dataclass(frozen=True)
class ClerkFacts:
    """What the shop must know of its sign-in service. `public_keys` is the JWKS as JSON."""

    issuer: str
    public_keys: str
    jwks_url: str
    publishable_key: str
    sign_in_url: str
    sign_up_url: str


class Sandbox:
    """The control endpoints of a running sandbox."""

    def __init__(self, layout: Layout) -> None:
        self._stripe = layout.url_of("stripe")
        self._paypal = layout.url_of("paypal")
        self._clerk = layout.url_of("clerk")

    def clerk_facts(self) -> ClerkFacts:
        """Raises StackError when the sandbox does not answer."""
        keys = self._call("GET", f"{self._clerk}/.well-known/jwks.json")
        # Browsers send cookies to one host name whatever the port: people see the sandbox under the shop's.
        public = self._clerk.replace(HOST, "localhost")
        host = public.partition("://")[2]
        return ClerkFacts(
            issuer=public,
            public_keys=json.dumps(keys, separators=(",", ":"), sort_keys=True),
            jwks_url=f"{self._clerk}/.well-known/jwks.json",
            publishable_key="pk_test_sandbox_" + base64.b64encode(f"{host}$".encode()).decode(),
            sign_in_url=f"{public}/sign-in",
            sign_up_url=f"{public}/sign-up",
        )

    def paypal_root(self) -> str:
        """The root certificate to trust for PayPal's signatures. Raises StackError when the sandbox does not answer."""
        return str(self._call("GET", f"{self._paypal}/_sandbox/certificate")["root"])

    def send_webhooks_to(self, urls: dict[str, str]) -> None:
        """Tell each provider where its events go; `urls` is by provider (stripe, paypal, clerk)."""
        bases = {"stripe": self._stripe, "paypal": self._paypal, "clerk": self._clerk}
        for provider, url in urls.items():
            if provider in bases:
                self._call("PUT", f"{bases[provider]}/_sandbox/webhooks", {"url": url})

    def token(self, email: str, role: str) -> str:
        """A fresh session token of a person, who is made when there is none; it is good for 60 s."""
        answer = self._call("POST", f"{self._clerk}/_sandbox/tokens", {"email": email, "role": role})
        return str(answer["token"])

    def _call(self, method: str, url: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        try:
            answer = httpx.request(method, url, json=body, timeout=10, trust_env=False)
            answer.raise_for_status()
        except httpx.HTTPError as problem:
            raise StackError(f"the sandbox does not answer as it should: {problem}", mend="make logs") from None
        value: dict[str, Any] = answer.json()
        return value
