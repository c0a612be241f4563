"""The deployed local stack as end-to-end tests see it: over HTTP, with a view into its servers, and breakable."""

import contextlib
import hashlib
import hmac
import json
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
import pymongo
import pytest
from pymongo.database import Database

from scripts.sandbox.config import ClerkConfig, PayPalConfig, SandboxConfig, StripeConfig
from scripts.sandbox.testing import Sandbox
from scripts.stack.control import Control
from scripts.stack.emulator import Emulator
from scripts.stack.files import read_json
from scripts.stack.keys import Keys
from scripts.stack.layout import Layout
from scripts.stack.parameters import as_environment, parameters
from scripts.stack.sandbox import Sandbox as StackSandbox
from scripts.stack.services import aws_environment


def wait_for[T](look: Callable[[], T], *, seconds: float = 20, every: float = 0.2, what: str = "") -> T:
    """The first true value that `look` returns; AssertionError when there is none in time."""
    until = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > until:
            raise AssertionError(f"not within {seconds:.0f} s: {what or getattr(look, '__name__', look)}")
        time.sleep(every)


@dataclass(frozen=True)
class Mail:
    """A mail that the shop has sent."""

    to: tuple[str, ...]
    subject: str
    text: str
    html: str
    raw: dict[str, Any] = field(repr=False)


@dataclass(frozen=True)
class RunningStack:
    """A stack that is up, described by its stack.json."""

    facts: dict[str, Any]

    @classmethod
    def at(cls, path: Path) -> "RunningStack":
        """The stack that a stack.json describes."""
        facts = read_json(path)
        assert facts is not None, f"there is no stack at {path}"
        return cls(facts)

    # -- ways in -------------------------------------------------------------------------------------------------------

    @cached_property
    def layout(self) -> Layout:
        """Folders and ports."""
        return Layout(Path(self.facts["home"]), int(self.facts["port"]))

    @cached_property
    def keys(self) -> Keys:
        """The stack's secrets."""
        return Keys.of(self.layout)

    @cached_property
    def http(self) -> httpx.Client:
        """A client at the shop's address; API paths begin with /api."""
        return httpx.Client(
            base_url=self.facts["shop"], timeout=40, trust_env=False, limits=httpx.Limits(max_connections=200)
        )

    def close(self) -> None:
        """Close every connection that was opened; the stack runs on."""
        made = vars(self)
        for name in ("http", "emulator"):
            if name in made:
                made[name].close()
        if "mongo" in made:
            self.mongo.client.close()
        if "sandbox" in made:
            self.sandbox.http.close()

    def api(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Call the API: `stack.api("GET", "/products")`."""
        return self.http.request(method, f"/api{path}", **options)

    @cached_property
    def mongo(self) -> Database[dict[str, Any]]:
        """The shop's database."""
        client: pymongo.MongoClient[dict[str, Any]] = pymongo.MongoClient(
            self.facts["mongo"], tz_aware=True, serverSelectionTimeoutMS=10_000
        )
        return client[self.facts["mongo_database"]]

    @cached_property
    def sandbox(self) -> Sandbox:
        """Stripe, PayPal and Clerk."""
        stripe = StripeConfig(
            port=self.layout.port_of("stripe"),
            secret_key=self.keys.stripe_secret_key,
            publishable_key=self.keys.stripe_publishable_key,
            webhook_secrets=(self.keys.stripe_webhook_secret,),
        )
        paypal = PayPalConfig(
            client_id=self.keys.paypal_client_id,
            client_secret=self.keys.paypal_client_secret,
            webhook_id=self.keys.paypal_webhook_id,
        )
        clerk = ClerkConfig(secret_key=self.keys.clerk_secret_key, webhook_secrets=(self.keys.clerk_webhook_secret,))
        config = SandboxConfig(
            state=self.layout.data / "sandbox",
            shop_origins=(self.facts["shop"],),
            stripe=stripe,
            paypal=paypal,
            clerk=clerk,
        ).with_ports(*(self.layout.port_of(name) for name in ("stripe", "paypal", "clerk")))
        return Sandbox(config, httpx.Client(trust_env=False, timeout=30))

    @cached_property
    def emulator(self) -> Emulator:
        """The emulated AWS; `emulator.client("sqs")` is a boto3 client."""
        return Emulator(self.layout)

    @cached_property
    def control(self) -> Control:
        """The supervisor."""
        return Control(self.layout)

    def token(self, email: str = "ada@example.com", role: str = "customer", **order: Any) -> str:
        """A session token; `kind`, `seconds` and `fresh` as the sandbox takes them."""
        return self.sandbox.session_token(email, role, **order)

    @contextlib.contextmanager
    def in_process(self, *, with_files: bool = False) -> Iterator[None]:
        """Let the shop's own code run in this process against this stack's database and cache, and its invoices."""
        from commerce.runtime import cache, files, mongo
        from commerce.runtime.settings import settings

        sandbox = StackSandbox(self.layout)
        values = parameters(self.layout, self.keys, sandbox.clerk_facts(), sandbox.paypal_root())

        def forget() -> None:
            for remembered in (settings, mongo.client, cache.client, *([files.client] if with_files else [])):
                remembered.cache_clear()

        with pytest.MonkeyPatch.context() as patch:
            for name, value in (as_environment(values) | (aws_environment(self.layout) if with_files else {})).items():
                patch.setenv(name, value)
            patch.setattr(cache, "_away_until", 0.0)
            forget()
            if with_files:
                buckets = [bucket["Name"] for bucket in files.client().list_buckets()["Buckets"]]
                patch.setenv("INVOICES_BUCKET", next(name for name in buckets if "-invoices-" in name))
            try:
                yield
            finally:
                mongo.client().close()
                forget()

    # -- functions, queues, mails, logs --------------------------------------------------------------------------------

    def invoke(self, function: str, payload: Any = None) -> Any:
        """Call a function by its name in the code (`orders.expire_orders`); AssertionError when it fails."""
        answer = self.emulator.client("lambda").invoke(
            FunctionName=self.function_name(function), Payload=json.dumps(payload or {"id": "test"}).encode()
        )
        content = json.loads(answer["Payload"].read() or b"null")
        assert "FunctionError" not in answer, content
        return content

    def function_name(self, function: str) -> str:
        """The deployed name of `orders.expire_orders`."""
        name: str = self.facts["functions"][_camel(function)]
        return name

    def queue(self, name: str) -> str:
        """A queue's URL by its logical id, with or without `Queue`: `OrdersOnPaymentEvent`."""
        queues: dict[str, str] = self.facts["queues"]
        return queues.get(name) or queues[f"{name}Queue"]

    def messages(self, name: str) -> list[dict[str, Any]]:
        """The messages in a queue, taken ones included, without receiving them; each has `Body`, `ReceiveCount` ..."""
        url = self.queue(name)
        answer = self._emulated("/_ministack/sqs/messages", QueueUrl=url)
        return [
            message
            for regions in answer.values()
            for queues in regions.values()
            for found, messages in queues.items()
            if found == url
            for message in messages
        ]

    def send(self, name: str, body: str) -> None:
        """Put a message on a queue."""
        self.emulator.client("sqs").send_message(QueueUrl=self.queue(name), MessageBody=body)

    def mails(self, to: str = "") -> list[Mail]:
        """The mails sent so far, the oldest first, to one address or to all."""
        answer = self._emulated("/_ministack/ses/messages")
        found = [_mail(message) for account in answer.values() for message in account]
        return [mail for mail in found if not to or to in mail.to]

    def log(self, name: str) -> str:
        """What a service (`edge`, `supervisor` ...) or the functions of one (`functions-orders`) have logged."""
        path = self.layout.logs / f"{name}.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def _emulated(self, path: str, **query: str) -> dict[str, Any]:
        answer = self.http.get(f"{self.facts['aws']}{path}", params=query)
        answer.raise_for_status()
        messages: dict[str, Any] = answer.json()["messages"]
        return messages

    # -- webhooks ------------------------------------------------------------------------------------------------------

    def stripe_webhook(
        self, event: dict[str, Any] | str, *, at: float | None = None, secret: str | None = None, **headers: str
    ) -> httpx.Response:
        """Deliver an event as Stripe does, signed at a time and with a secret; by default now, with the right one."""
        raw = event if isinstance(event, str) else json.dumps(event)
        signature = self.stripe_signature(raw, at=at, secret=secret)
        sent = {"Content-Type": "application/json", "Stripe-Signature": signature, **headers}
        return self.http.post(self.facts["stripe_webhook"], content=raw, headers=sent)

    def stripe_signature(self, raw: str, *, at: float | None = None, secret: str | None = None) -> str:
        """The signature header of a body; by default made now, with the right secret."""
        stamp = int(time.time() if at is None else at)
        key = (secret or self.keys.stripe_webhook_secret).encode()
        mac = hmac.new(key, f"{stamp}.{raw}".encode(), hashlib.sha256).hexdigest()
        return f"t={stamp},v1={mac}"

    # -- breaking things -----------------------------------------------------------------------------------------------

    def stop(self, service: str) -> None:
        """Stop a service (mongo, cache, sandbox, aws, edge); it stays down until `start`."""
        self.control.ask({"do": "stop", "service": service})

    def start(self, service: str) -> None:
        """Start a stopped service and wait until it is ready."""
        self.control.ask({"do": "start", "service": service})

    def kill(self, service: str) -> None:
        """Kill a service with -9; the supervisor starts it again."""
        self.control.ask({"do": "kill", "service": service})

    @contextlib.contextmanager
    def without(self, service: str) -> Iterator[None]:
        """A stretch of time without a service."""
        self.stop(service)
        try:
            yield
        finally:
            self.start(service)

    @contextlib.contextmanager
    def frozen(self, service: str) -> Iterator[None]:
        """A stretch of time in which a service takes connections but does not answer."""
        pid = self.status(service)["pid"]
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    def status(self, service: str) -> dict[str, Any]:
        """State, pid and restarts of a service."""
        status = self.control.status()
        assert status is not None, "the stack is not running"
        found: dict[str, Any] = status["services"][service]
        return found


def _camel(function: str) -> str:
    """`orders.expire_orders` as the template's logical id: OrdersExpireOrders."""
    return "".join(word.capitalize() for word in re.split(r"[._]", function))


def _mail(message: dict[str, Any]) -> Mail:
    return Mail(
        to=tuple(message["To"]),
        subject=message["Subject"] or "",
        text=message["BodyText"] or "",
        html=message["BodyHtml"] or "",
        raw=message,
    )
