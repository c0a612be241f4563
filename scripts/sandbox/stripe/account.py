"""The account: its documents, its events and what one API call knows of itself."""

import json
import time
from dataclasses import dataclass, field
from typing import Any, Literal

from scripts.sandbox.config import SandboxConfig
from scripts.sandbox.delivery import Channel
from scripts.sandbox.store import Document, Store, new_id, public
from scripts.sandbox.stripe.errors import missing
from scripts.sandbox.stripe.params import Params

# Stored under "stripe.<object>"; ids tell the object by their prefix.
KINDS = {
    "cus": "customer",
    "pm": "payment_method",
    "pi": "payment_intent",
    "seti": "setup_intent",
    "ch": "charge",
    "txn": "balance_transaction",
    "re": "refund",
    "evt": "event",
    "dp": "dispute",
}


class Account:
    """One Stripe account in test mode."""

    def __init__(self, config: SandboxConfig, store: Store, channel: Channel) -> None:
        self.config = config
        self.store = store
        self.channel = channel

    def now(self) -> int:
        """Unix time in seconds, Stripe's unit."""
        return int(time.time())

    def find(self, kind: str, object_id: str) -> Document | None:
        """An object of this kind, or None."""
        return self.store.get(f"stripe.{kind}", object_id)

    def load(self, kind: str, object_id: str, param: str) -> Document:
        """Raises StripeError (404, resource_missing) when there is none."""
        found = self.find(kind, object_id)
        if found is None:
            raise missing(kind, object_id, param)
        return found

    def save(self, document: Document) -> Document:
        """Store an object under its own kind."""
        return self.store.put(f"stripe.{document['object']}", document)

    def timer(self, kind: str, seconds: float, body: Document) -> None:
        """Carry out `kind` later; see `app.StripeSandbox.run_timers`."""
        self.store.add_timer(f"stripe.{kind}", time.time() + seconds, body)

    def emit(
        self, event_type: str, subject: Document, *, call: "Call | None" = None, previous: Document | None = None
    ) -> Document:
        """Record an event and queue its webhook, in the caller's transaction.

        The event holds the object as it is now; `previous` gives the former values of what an update changed.
        """
        data: Document = {"object": public(subject)}
        if previous is not None:
            data["previous_attributes"] = previous
        event: Document = {
            "id": new_id("evt_"),
            "object": "event",
            "api_version": self.config.stripe.api_version,
            "created": self.now(),
            "data": data,
            "livemode": False,
            "pending_webhooks": 1 if self.channel.listens_to(event_type) else 0,
            "request": {
                "id": call.request_id if call else None,
                "idempotency_key": call.idempotency_key if call else None,
            },
            "type": event_type,
        }
        self.save(event)
        self.channel.enqueue(event["id"], event_type, json.dumps(event, indent=2, ensure_ascii=False).encode())
        return event


@dataclass
class Call:
    """One authenticated API call."""

    account: Account
    params: Params
    key: Literal["secret", "publishable"]
    method: str
    path: str
    request_id: str
    idempotency_key: str | None = None
    more: dict[str, Any] = field(default_factory=dict)

    def emit(self, event_type: str, subject: Document, previous: Document | None = None) -> None:
        """Record an event that this call caused."""
        self.account.emit(event_type, subject, call=self, previous=previous)
