"""The secrets of a local stack, made once per home. They open nothing outside it."""

from __future__ import annotations

import base64
import secrets
from dataclasses import asdict, dataclass, fields
from typing import Self

from scripts.stack.files import read_json, write_json
from scripts.stack.layout import Layout


def _webhook_secret() -> str:
    # Standard Webhooks: base64 behind the prefix; Stripe takes any text.
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()


@dataclass(frozen=True)
class Keys:
    """What the shop and its sandbox share.

    "sandbox" in the publishable key and the client id is what makes settings refuse them outside stage local.
    """

    signing_key: str
    stripe_secret_key: str
    stripe_publishable_key: str
    stripe_webhook_secret: str
    paypal_client_id: str
    paypal_client_secret: str
    paypal_webhook_id: str
    clerk_secret_key: str
    clerk_webhook_secret: str

    @classmethod
    def make(cls) -> Self:
        """Fresh ones."""
        return cls(
            signing_key=secrets.token_urlsafe(48),
            stripe_secret_key=f"sk_test_sandbox_{secrets.token_hex(12)}",
            stripe_publishable_key=f"pk_test_sandbox_{secrets.token_hex(12)}",
            stripe_webhook_secret=_webhook_secret(),
            paypal_client_id=f"sandbox-{secrets.token_hex(16)}",
            paypal_client_secret=secrets.token_hex(24),
            paypal_webhook_id=f"WH{secrets.token_hex(8).upper()}",
            clerk_secret_key=f"sk_test_sandbox_{secrets.token_hex(12)}",
            clerk_webhook_secret=_webhook_secret(),
        )

    @classmethod
    def of(cls, layout: Layout) -> Self:
        """Those of a home; missing ones are made and written down for this user alone."""
        kept = read_json(layout.secrets_file) or {}
        made = asdict(cls.make())
        values = {field.name: str(kept.get(field.name) or made[field.name]) for field in fields(cls)}
        if values != kept:
            write_json(layout.secrets_file, values)
        return cls(**values)
