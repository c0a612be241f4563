"""PayPal-Request-Id: https://developer.paypal.com/api/rest/reference/idempotency/.

A repeated request is answered with what it made, as that is by now. A refusal that had an effect is repeated as it was;
a failure of PayPal's own is not remembered, nor are requests that were malformed.
"""

import hashlib
import time

from scripts.sandbox.paypal.account import Account, Call
from scripts.sandbox.paypal.errors import PayPalError, refused
from scripts.sandbox.store import Document

KEPT_SECONDS = {"/v2/checkout/": 6 * 3600, "/v2/payments/": 45 * 24 * 3600}
"""Orders forget after hours, payments after weeks."""

_KIND = "request"


class RequestIds:
    """What the account remembers of its requests, and those that are under way."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._in_use: set[str] = set()

    def begin(self, key: str, call: Call) -> Document | None:
        """What is remembered of this request: the `made` object's id, or the `error` that was answered. None for a new
        one, which is under way until `end`.

        Raises PayPalError: 409 while its first is under way, 422 when it was another request.
        """
        if key in self._in_use:
            raise PayPalError(
                409,
                "RESOURCE_CONFLICT",
                "PREVIOUS_REQUEST_IN_PROGRESS",
                "A previous request on this resource is currently in progress. Please try again later.",
            )
        known = self._account.find(_KIND, key)
        kept = next((seconds for prefix, seconds in KEPT_SECONDS.items() if call.path.startswith(prefix)), 0)
        if known is None or known["at"] + kept < time.time():
            self._in_use.add(key)
            return None
        if known["digest"] != _digest(call):
            raise refused("DUPLICATE_REQUEST_ID", "The value of PayPal-Request-Id header has already been used.")
        return known

    def save(self, key: str, call: Call, *, made: str = "", error: Document | None = None, status: int = 0) -> None:
        """Remember what became of a request, in the transaction of its effect."""
        result = {"made": made, "error": error, "status": status}
        self._account.save(_KIND, {"id": key, "digest": _digest(call), "at": time.time(), **result})

    def end(self, key: str) -> None:
        """The request is over."""
        self._in_use.discard(key)

    def forget(self) -> None:
        """As if weeks had gone by."""
        self._account.store.clear(f"paypal.{_KIND}")


def _digest(call: Call) -> str:
    return hashlib.sha256(call.raw).hexdigest()
