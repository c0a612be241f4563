"""What the sandbox must be told: ports, keys, origins and where its state lives."""

import argparse
import ipaddress
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

STRIPE_API_VERSION = "2026-10-28.endive"
"""The API version of the account, which shapes webhook bodies; the one stripe 16.1 for Python is pinned to."""

# Only ever accepted by this sandbox. They tell nothing and open nothing anywhere else.
DEFAULT_STRIPE_SECRET_KEY = "sk_test_sandbox_souk"  # noqa: S105  (opens nothing)
DEFAULT_STRIPE_PUBLISHABLE_KEY = "pk_test_sandbox_souk"
DEFAULT_STRIPE_WEBHOOK_SECRET = "whsec_sandbox_stripe_souk"  # noqa: S105  (opens nothing)
DEFAULT_PAYPAL_CLIENT_ID = "sandbox-client-souk"
DEFAULT_PAYPAL_CLIENT_SECRET = "sandbox-secret-souk"  # noqa: S105  (opens nothing)
DEFAULT_PAYPAL_WEBHOOK_ID = "WHSANDBOXSOUK"
DEFAULT_CLERK_SECRET_KEY = "sk_test_sandbox_clerk"  # noqa: S105  (opens nothing)
# Standard Webhooks secrets are base64 after the prefix: this one reads "sandbox-clerk-souk".
DEFAULT_CLERK_WEBHOOK_SECRET = "whsec_c2FuZGJveC1jbGVyay1zb3Vr"  # noqa: S105  (opens nothing)


@dataclass(frozen=True)
class StripeConfig:
    """The account of the Stripe sandbox."""

    port: int = 0
    public_url: str = ""
    secret_key: str = DEFAULT_STRIPE_SECRET_KEY
    publishable_key: str = DEFAULT_STRIPE_PUBLISHABLE_KEY
    api_version: str = STRIPE_API_VERSION
    webhook_url: str = ""
    webhook_secrets: tuple[str, ...] = (DEFAULT_STRIPE_WEBHOOK_SECRET,)


@dataclass(frozen=True)
class PayPalConfig:
    """The merchant's account of the PayPal sandbox. The webhook's id is part of what its messages sign."""

    port: int = 0
    public_url: str = ""
    client_id: str = DEFAULT_PAYPAL_CLIENT_ID
    client_secret: str = DEFAULT_PAYPAL_CLIENT_SECRET
    webhook_url: str = ""
    webhook_id: str = DEFAULT_PAYPAL_WEBHOOK_ID

    def api_url(self, host: str) -> str:
        """Where back ends reach it, and where its certificate lies."""
        return f"http://{host}:{self.port}"


@dataclass(frozen=True)
class ClerkConfig:
    """The instance of the Clerk sandbox. `issuer` is the `iss` of its tokens (by default its public address)."""

    port: int = 0
    public_url: str = ""
    issuer: str = ""
    secret_key: str = DEFAULT_CLERK_SECRET_KEY
    webhook_url: str = ""
    webhook_secrets: tuple[str, ...] = (DEFAULT_CLERK_WEBHOOK_SECRET,)


@dataclass(frozen=True)
class SandboxConfig:
    """Everything one sandbox process needs. Port 0 means any free port; delays are in seconds."""

    state: Path
    host: str = "127.0.0.1"
    shop_name: str = "Souk"
    shop_origins: tuple[str, ...] = ("http://localhost:8080", "http://127.0.0.1:8080")
    allowed_hosts: tuple[str, ...] = ("localhost", "127.0.0.1", "[::1]")
    retry_delays: tuple[float, ...] = (0.5, 1.0, 2.0, 5.0, 15.0, 60.0, 300.0)
    webhook_concurrency: int = 4
    stripe: StripeConfig = field(default_factory=StripeConfig)
    paypal: PayPalConfig = field(default_factory=PayPalConfig)
    clerk: ClerkConfig = field(default_factory=ClerkConfig)

    def __post_init__(self) -> None:
        if self.host != "localhost" and not ipaddress.ip_address(self.host).is_loopback:
            raise ValueError("the sandbox signs anybody in and moves no money: it listens on loopback addresses only")

    def with_ports(self, stripe_port: int, paypal_port: int, clerk_port: int) -> "SandboxConfig":
        """The same configuration once the ports are known, with the addresses that follow from them.

        The public addresses say `localhost`, because a browser sends cookies between ports of one host name.
        """
        clerk_url = self.clerk.public_url or f"http://localhost:{clerk_port}"
        return replace(
            self,
            stripe=replace(
                self.stripe,
                port=stripe_port,
                public_url=self.stripe.public_url or f"http://localhost:{stripe_port}",
            ),
            paypal=replace(
                self.paypal,
                port=paypal_port,
                public_url=self.paypal.public_url or f"http://localhost:{paypal_port}",
            ),
            clerk=replace(self.clerk, port=clerk_port, public_url=clerk_url, issuer=self.clerk.issuer or clerk_url),
        )


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _origins(text: str) -> tuple[str, ...]:
    return tuple(word.rstrip("/") for word in _words(text))


def parse_arguments(argv: Sequence[str], environ: Mapping[str, str] = os.environ) -> SandboxConfig:
    """Read flags, each of which falls back to the environment variable SANDBOX_<FLAG>, then to a default."""
    parser = argparse.ArgumentParser(prog="python -m scripts.sandbox", description=__doc__)

    def flag(name: str, default: str, help_text: str) -> None:
        variable = "SANDBOX_" + name.upper().replace("-", "_")
        parser.add_argument(f"--{name}", default=environ.get(variable, default), help=f"{help_text} [{variable}]")

    flag("state", ".local/sandbox", "file or directory that keeps all state")
    flag("host", "127.0.0.1", "loopback address to listen on")
    flag("shop-name", "Souk", "name shown on the pages")
    flag("shop-origins", "http://localhost:8080,http://127.0.0.1:8080", "origins of the shop, comma separated")
    flag("allowed-hosts", "localhost,127.0.0.1,[::1]", "Host headers that are answered")
    flag("retry-delays", "0.5,1,2,5,15,60,300", "seconds before each webhook retry; the last one repeats")
    flag("webhook-concurrency", "4", "webhooks in flight at once, per provider")
    flag("stripe-port", "8084", "port of the Stripe sandbox; 0 is any")
    flag("stripe-public-url", "", "address of the Stripe sandbox for browsers")
    flag("stripe-secret-key", DEFAULT_STRIPE_SECRET_KEY, "secret API key")
    flag("stripe-publishable-key", DEFAULT_STRIPE_PUBLISHABLE_KEY, "publishable API key")
    flag("stripe-api-version", STRIPE_API_VERSION, "API version of the account")
    flag("stripe-webhook-url", "", "where Stripe events go; none are sent without it")
    flag("stripe-webhook-secrets", DEFAULT_STRIPE_WEBHOOK_SECRET, "signing secrets, comma separated")
    flag("paypal-port", "8085", "port of the PayPal sandbox; 0 is any")
    flag("paypal-public-url", "", "address of the PayPal sandbox for browsers")
    flag("paypal-client-id", DEFAULT_PAYPAL_CLIENT_ID, "client id of the app")
    flag("paypal-client-secret", DEFAULT_PAYPAL_CLIENT_SECRET, "client secret of the app")
    flag("paypal-webhook-url", "", "where PayPal events go; none are sent without it")
    flag("paypal-webhook-id", DEFAULT_PAYPAL_WEBHOOK_ID, "id of that webhook, which is signed")
    flag("clerk-port", "8086", "port of the Clerk sandbox; 0 is any")
    flag("clerk-public-url", "", "address of the Clerk sandbox for browsers")
    flag("clerk-issuer", "", "issuer of session tokens; the public address by default")
    flag("clerk-secret-key", DEFAULT_CLERK_SECRET_KEY, "secret key of the Backend API")
    flag("clerk-webhook-url", "", "where Clerk events go; none are sent without it")
    flag("clerk-webhook-secrets", DEFAULT_CLERK_WEBHOOK_SECRET, "signing secrets, comma separated")

    read = parser.parse_args(argv)
    return SandboxConfig(
        state=Path(read.state),
        host=read.host,
        shop_name=read.shop_name,
        shop_origins=_origins(read.shop_origins),
        allowed_hosts=_words(read.allowed_hosts),
        retry_delays=tuple(float(word) for word in _words(read.retry_delays)),
        webhook_concurrency=int(read.webhook_concurrency),
        stripe=StripeConfig(
            port=int(read.stripe_port),
            public_url=read.stripe_public_url.rstrip("/"),
            secret_key=read.stripe_secret_key,
            publishable_key=read.stripe_publishable_key,
            api_version=read.stripe_api_version,
            webhook_url=read.stripe_webhook_url,
            webhook_secrets=_words(read.stripe_webhook_secrets),
        ),
        paypal=PayPalConfig(
            port=int(read.paypal_port),
            public_url=read.paypal_public_url.rstrip("/"),
            client_id=read.paypal_client_id,
            client_secret=read.paypal_client_secret,
            webhook_url=read.paypal_webhook_url,
            webhook_id=read.paypal_webhook_id,
        ),
        clerk=ClerkConfig(
            port=int(read.clerk_port),
            public_url=read.clerk_public_url.rstrip("/"),
            issuer=read.clerk_issuer.rstrip("/"),
            secret_key=read.clerk_secret_key,
            webhook_url=read.clerk_webhook_url,
            webhook_secrets=_words(read.clerk_webhook_secrets),
        ),
    )
