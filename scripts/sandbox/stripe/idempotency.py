"""Idempotency keys: https://docs.stripe.com/api/idempotent_requests."""

import hashlib
import time
from dataclasses import dataclass

from scripts.sandbox.store import Store
from scripts.sandbox.stripe.errors import StripeError, invalid

KEPT_SECONDS = 24 * 3600
"""Keys may be forgotten once they are this old."""


@dataclass(frozen=True)
class Replay:
    """The first answer, to be given again."""

    status: int
    body: bytes
    request_id: str


@dataclass(frozen=True)
class KeyUse:
    """The first use of a key, while it is under way: which endpoint, and a digest of the parameters."""

    key: str
    endpoint: str
    digest: str


class IdempotencyKeys:
    """What the account remembers of its keys, and the calls that are under way."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._in_use: set[str] = set()

    def begin(self, key: str, endpoint: str, parameters: bytes) -> Replay | KeyUse:
        """The stored answer, if there is one; otherwise the key is in use until `end`.

        Raises StripeError: 400 when the key was for another request, 409 while its first request is under way.
        """
        if len(key) > 255:
            raise invalid("Idempotency keys can be at most 255 characters long.", param="Idempotency-Key")
        use = KeyUse(key, endpoint, hashlib.sha256(parameters).hexdigest())
        if key in self._in_use:
            raise StripeError(
                409,
                "invalid_request_error",
                "There is currently another in-progress request using this Idempotent Key (that probably means you "
                f"submitted twice, and the other request is still going through): {key}. Please try again later.",
                code="idempotency_key_in_use",
                stored=False,
            )
        self.forget(KEPT_SECONDS)
        row = self._store.connection.execute(
            "SELECT endpoint, digest, status, body, request_id FROM idempotency WHERE key = ?", (key,)
        ).fetchone()
        if row is None:
            self._in_use.add(key)
            return use
        if row[0] != endpoint:
            raise _mismatch(
                "Keys for idempotent requests can only be used for the same endpoint they were first used for "
                f"('{endpoint.split(' ')[1]}' vs '{row[0].split(' ')[1]}').",
                key,
            )
        if row[1] != use.digest:
            raise _mismatch(
                "Keys for idempotent requests can only be used with the same parameters they were first used with.", key
            )
        return Replay(row[2], row[3], row[4])

    def save(self, use: KeyUse, answer: Replay) -> None:
        """Remember the answer, in the transaction of the call's effect. The first one stays."""
        self._store.connection.execute(
            "INSERT OR IGNORE INTO idempotency (key, endpoint, digest, status, body, request_id, created)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (use.key, use.endpoint, use.digest, answer.status, answer.body, answer.request_id, time.time()),
        )

    def end(self, use: KeyUse) -> None:
        """The request is over."""
        self._in_use.discard(use.key)

    def forget(self, older_than: float) -> None:
        """Drop keys older than so many seconds."""
        self._store.connection.execute("DELETE FROM idempotency WHERE created <= ?", (time.time() - older_than,))


def _mismatch(message: str, key: str) -> StripeError:
    return StripeError(
        400,
        "idempotency_error",
        f"{message} Try using a key other than '{key}' if you meant to execute a different request.",
        stored=False,
    )
