"""The sandbox as one process: flags, survival of kill -9, refusals."""

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
import stripe

from scripts.sandbox.config import DEFAULT_STRIPE_SECRET_KEY, SandboxConfig, parse_arguments
from scripts.sandbox.testing import running_sandbox


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(state: Path, stripe_port: int, clerk_port: int) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-m", "scripts.sandbox", "--stripe-port", str(stripe_port), "--clerk-port", str(clerk_port),
         "--paypal-port", "0", "--state", str(state)],
        stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert "stripe sandbox" in process.stdout.readline()
    return process


def test_state_survives_kill_9(tmp_path: Path) -> None:
    ports = free_port(), free_port()
    client = stripe.StripeClient(
        DEFAULT_STRIPE_SECRET_KEY, base_addresses={"api": f"http://127.0.0.1:{ports[0]}"}, max_network_retries=0
    )
    order: Any = {"amount": 2000, "currency": "usd"}
    clerk = f"http://127.0.0.1:{ports[1]}"
    process = start(tmp_path, *ports)
    try:
        with httpx.Client(trust_env=False) as http:
            hook = {"url": f"http://127.0.0.1:{free_port()}/", "enabled_events": ["payment_intent.canceled"]}
            http.put(f"http://127.0.0.1:{ports[0]}/_sandbox/webhooks", json=hook)
            made = client.v1.payment_intents.create(order, {"idempotency_key": "k"})
            client.v1.payment_intents.cancel(made.id)
            minted = http.post(f"{clerk}/_sandbox/tokens", json={"email": "a@example.com"}).json()
            process.send_signal(signal.SIGKILL)
            process.communicate(timeout=5)
            process = start(tmp_path, *ports)
            assert client.v1.payment_intents.create(order, {"idempotency_key": "k"}).id == made.id
            assert client.v1.payment_intents.retrieve(made.id).status == "canceled"
            jwks = http.get(f"{clerk}/.well-known/jwks.json").json()
            claims = jwt.decode(minted["token"], jwt.PyJWK(jwks["keys"][0]), options={"verify_aud": False})
            assert claims["sub"] == minted["user_id"]
            # What was not delivered before the kill is still due.
            state = http.get(f"http://127.0.0.1:{ports[0]}/_sandbox/deliveries").json()["items"]
            assert [row["state"] for row in state] == ["due"]
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=5)
            assert process.returncode == 0
    finally:
        process.kill()
        process.communicate(timeout=5)


def test_refusals(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="loopback"):
        SandboxConfig(state=tmp_path, host="0.0.0.0")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "scripts.sandbox", "--stripe-port", str(port), "--state", str(tmp_path)]
        refused = subprocess.run(command, capture_output=True, text=True, check=False, timeout=10)
    assert refused.returncode == 1
    assert f"port {port} is taken" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_flags_and_environment(tmp_path: Path) -> None:
    environment = {
        "SANDBOX_STATE": str(tmp_path),
        "SANDBOX_STRIPE_SECRET_KEY": "sk_test_env",
        "SANDBOX_CLERK_PORT": "7",
        "SANDBOX_PAYPAL_CLIENT_ID": "client-env",
    }
    config = parse_arguments(
        [
            "--clerk-port",
            "9",
            "--shop-origins",
            "http://a:1/, http://b:2",
            "--stripe-webhook-secrets",
            "whsec_a,whsec_b/",  # base64 may end like an address
        ],
        environment,
    )
    assert (config.state, config.stripe.secret_key, config.clerk.port) == (tmp_path, "sk_test_env", 9)
    assert (config.paypal.client_id, config.paypal.port) == ("client-env", 8085)
    assert config.shop_origins == ("http://a:1", "http://b:2")
    assert config.stripe.webhook_secrets == ("whsec_a", "whsec_b/")


def test_two_sandboxes_side_by_side() -> None:
    started = time.monotonic()
    with running_sandbox() as one, running_sandbox() as two:
        assert one.jwks() != two.jwks()
        assert one.issuer != two.issuer
        one.set_stripe_webhook("http://127.0.0.1:9/")
        assert two.stripe_control("GET", "/webhooks")["url"] == ""
    assert time.monotonic() - started < 5
