"""OAuth 2.0 by client credentials: https://developer.paypal.com/api/rest/authentication/."""

import base64
import binascii
import time
from urllib.parse import parse_qs

from scripts.sandbox.config import PayPalConfig
from scripts.sandbox.paypal.errors import OAuthError
from scripts.sandbox.store import Document, Store, new_id

LIFETIME_SECONDS = 32_400

_KIND = "tokens.paypal"  # not below "paypal.": a reset forgets objects, not who is signed in


class Tokens:
    """Access tokens, given out and recognised."""

    def __init__(self, config: PayPalConfig, store: Store) -> None:
        self._config = config
        self._store = store

    def grant(self, authorization: str, body: bytes) -> Document:
        """A token for a caller who shows id and secret. Raises OAuthError."""
        scheme, _, encoded = authorization.partition(" ")
        try:
            shown = base64.b64decode(encoded).decode() if scheme.lower() == "basic" else ""
        except (binascii.Error, UnicodeDecodeError):
            shown = ""
        if shown != f"{self._config.client_id}:{self._config.client_secret}":
            raise OAuthError("invalid_client", "Client Authentication failed")
        if parse_qs(body.decode("latin-1")).get("grant_type") != ["client_credentials"]:
            raise OAuthError("unsupported_grant_type", "Grant Type is NULL or not supported", 400)
        token = new_id("A21AA", 80)
        self._store.put(_KIND, {"id": token, "until": time.time() + LIFETIME_SECONDS})
        return {
            "scope": "https://uri.paypal.com/services/payments/payment https://uri.paypal.com/services/payments/refund",
            "access_token": token,
            "token_type": "Bearer",
            "app_id": "APP-80W284485P519543T",
            "expires_in": LIFETIME_SECONDS,
            "nonce": new_id("", 40),
        }

    def check(self, authorization: str) -> None:
        """Raises OAuthError (401) for a token that is not ours, or not good any more."""
        scheme, _, token = authorization.partition(" ")
        known = self._store.get(_KIND, token.strip()) if scheme.lower() == "bearer" else None
        if known is None or known["until"] < time.time():
            raise OAuthError("invalid_token", "Token signature verification failed")

    def revoke(self) -> None:
        """Forget every token."""
        self._store.clear(_KIND)
