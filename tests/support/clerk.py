"""Clerk, whose webhooks wait until a test brings them: in any order, any number of times, or never."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from commerce.runtime.settings import settings
from scripts.sandbox.clerk.instance import sign
from scripts.sandbox.testing import Sandbox
from tests.support.api import LambdaContext

NOWHERE = "http://127.0.0.1:9/"  # Kept messages are never sent; the sandbox only wants an address.


@dataclass(frozen=True)
class Message:
    """One webhook as Clerk would send it."""

    id: str
    type: str
    raw: str

    @property
    def data(self) -> Any:
        """What it is about."""
        return json.loads(self.raw)["data"]


@dataclass
class Clerk:
    """The sandbox's Clerk: its Backend API, and the webhooks that it has for us."""

    sandbox: Sandbox
    listening: bool = False
    brought: int = field(default=0, repr=False)

    def listen(self) -> None:
        """From here on Clerk's webhooks are kept for the test."""
        self.sandbox.set_clerk_webhook(NOWHERE)
        self.sandbox.clerk_control("PUT", "/webhooks/behaviour", {"hold": True})
        self.listening = True

    def stop(self) -> None:
        """Nobody listens any more."""
        if self.listening:
            self.sandbox.set_clerk_webhook("")

    def messages(self) -> list[Message]:
        """Everything that Clerk has sent since, the oldest first."""
        rows = self.sandbox.clerk_control("GET", "/deliveries")["items"]
        return [Message(row["message_id"], row["type"], row["body"]) for row in reversed(rows)]

    def bring(
        self, message: Message, *, at: float | None = None, secrets: Sequence[str] = (), raw: str | None = None
    ) -> dict[str, Any]:
        """Delivers one message, signed as Svix signs; answers what the function said."""
        import auth.clerk_webhook

        text = message.raw if raw is None else raw
        known = secrets or settings().clerk_webhook_secrets.split(",")[:1]
        headers = sign(message.id, message.raw.encode(), int(time.time() if at is None else at), known)
        request = {"headers": headers, "body": text, "isBase64Encoded": False}
        return auth.clerk_webhook.handler(request, LambdaContext())

    def deliver(self) -> None:
        """Brings everything that has not been brought yet."""
        waiting = self.messages()[self.brought :]
        for message in waiting:
            answer = self.bring(message)
            assert answer["statusCode"] == 200, answer
        self.brought += len(waiting)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """The Backend API: what its dashboard does, or another back end."""
        key = self.sandbox.config.clerk.secret_key
        answer = self.sandbox.http.request(
            method, f"{self.sandbox.clerk_url}/v1{path}", json=body, headers={"Authorization": f"Bearer {key}"}
        )
        assert answer.is_success, answer.text
        return answer.json()
