"""The merchant's account: its documents, its events and what one API call knows of itself."""

import json
import secrets
import string
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from scripts.sandbox.config import SandboxConfig
from scripts.sandbox.delivery import Channel
from scripts.sandbox.paypal.certificates import Certificates
from scripts.sandbox.paypal.errors import missing
from scripts.sandbox.store import Document, Store, public

_SIGNS = string.digits + string.ascii_uppercase
MERCHANT = {"email_address": "merchant@sandbox.example", "merchant_id": "SOUKSANDBOX01"}


def new_id(length: int = 17) -> str:
    """An id as PayPal makes them: capitals and digits."""
    return "".join(secrets.choice(_SIGNS) for _ in range(length))


def moment(after: float = 0) -> str:
    """The present, or so many seconds after it, as PayPal writes it."""
    return datetime.fromtimestamp(time.time() + after, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Account:
    """One merchant. Documents are stored under `paypal.<kind>`: order, capture, refund, dispute, event."""

    def __init__(self, config: SandboxConfig, store: Store, channel: Channel, certificates: Certificates) -> None:
        self.config = config
        self.store = store
        self.channel = channel
        self.certificates = certificates

    @property
    def api_url(self) -> str:
        """Where back ends reach this port; browsers have another name for it."""
        return self.config.paypal.api_url(self.config.host)

    def find(self, kind: str, object_id: str) -> Document | None:
        """An object of this kind, or None."""
        return self.store.get(f"paypal.{kind}", object_id)

    def load(self, kind: str, object_id: str) -> Document:
        """Raises PayPalError (404) when there is none."""
        found = self.find(kind, object_id)
        if found is None:
            raise missing()
        return found

    def save(self, kind: str, document: Document) -> Document:
        """Store an object."""
        return self.store.put(f"paypal.{kind}", document)

    def timer(self, kind: str, seconds: float, body: Document) -> None:
        """Carry out `kind` later; see `app.PayPalSandbox.run_timers`."""
        self.store.add_timer(f"paypal.{kind}", time.time() + seconds, body)

    def link(self, path: str, rel: str, method: str = "GET") -> Document:
        """A HATEOAS link to the API."""
        return {"href": f"{self.api_url}{path}", "rel": rel, "method": method}

    def emit(self, event_type: str, resource_type: str, summary: str, resource: Document) -> Document:
        """Record an event and queue its webhook, in the caller's transaction. It holds the resource as it is now."""
        event_id = f"WH-{new_id()}-{new_id()}"
        path = f"/v1/notifications/webhooks-events/{event_id}"
        event: Document = {
            "id": event_id,
            "event_version": "1.0",
            "create_time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
            "resource_type": resource_type,
            "resource_version": "2.0",
            "event_type": event_type,
            "summary": summary,
            "resource": public(resource),
            "links": [self.link(path, "self"), self.link(f"{path}/resend", "resend", "POST")],
        }
        self.save("event", event)
        self.channel.enqueue(event_id, event_type, raw(event))
        return event


def raw(event: Document) -> bytes:
    """An event as it goes over the wire."""
    return json.dumps(event, separators=(",", ":"), ensure_ascii=False).encode()


@dataclass
class Call:
    """One authenticated API call."""

    account: Account
    method: str
    path: str
    body: Document
    query: dict[str, str]
    raw: bytes
    debug_id: str
    prefer: str = ""
    request_id: str = ""

    def shown(self, document: Document) -> Document:
        """The document as the caller prefers it: ids, status and links only, unless the whole is asked for."""
        if "representation" in self.prefer:
            return public(document)
        return {name: document[name] for name in ("id", "status", "links") if name in document}

    def text(self, name: str, longest: int = 127) -> str | None:
        """A member of the body that is a text, cut to what PayPal keeps."""
        value: Any = self.body.get(name)
        return value[:longest] if isinstance(value, str) else None
