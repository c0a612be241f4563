"""Idempotency-Key: the same key and body gets the first answer again, whatever happened to the connection.

    once = idempotency.begin("add_line", scope=cart_id, key=key, request=body)
    return once.first(CartView) or carts.add_line(..., once)

The record is written in the transaction of the effect (`once.keep(changes, view)`), so there is never one without the
other. Provider calls, which no transaction can span, are repeatable by themselves: the intent is stored first, with
the record, and its id is the key that the provider is given. A key means nothing outside its operation and scope (the
caller or the cart). No header: no record, no lookup.
"""

import hashlib
import json
from datetime import datetime, timedelta

from pydantic import BaseModel

from commerce.runtime.changes import Changes
from commerce.runtime.clock import now
from commerce.runtime.errors import Conflict, Invalid
from commerce.runtime.mongo import Collection, Document, Index

KEEP = timedelta(days=7)


class KeyReused(Invalid):
    """422: the key was used before, with another body."""

    code, title = "idempotency_key_reused", "This Idempotency-Key was used for another request"


class StillRunning(Conflict):
    """409: the first request with this key has not ended yet."""

    code, title = "still_running", "The first request with this Idempotency-Key is still running"

    def __init__(self, retry_after: int = 1) -> None:
        super().__init__(headers={"Retry-After": str(retry_after)})


class Record(Document):
    """A request that was made, and its answer as JSON (without secret tokens: those are derived again)."""

    request_hash: str
    answer: str
    until: datetime


class Records(Collection[Record]):
    """The collection `idempotency`."""

    name = "idempotency"
    model = Record
    indexes = (Index((("until", 1),), expire_after_seconds=0),)


RECORDS = Records()


class Once:
    """One request under its key."""

    def __init__(self, record_id: str, request_hash: str, answer: str | None) -> None:
        self._id = record_id
        self._hash = request_hash
        self._answer = answer

    def first[View: BaseModel](self, view: type[View]) -> View | None:
        """The first answer, if there is one."""
        return None if self._answer is None else view.model_validate_json(self._answer)

    def again[View: BaseModel](self, view: type[View]) -> View | None:
        """Looks once more: a twin of this request may have ended since. One round trip, none without a key."""
        record = RECORDS.get(self._id) if self._id else None
        return view.model_validate_json(record.answer) if record else None

    def keep(self, changes: Changes, answer: BaseModel) -> None:
        """Adds the record of this answer to the change that makes it true."""
        if not self._id:
            return
        content = answer.model_dump_json(exclude={"token"})
        record = Record(id=self._id, request_hash=self._hash, answer=content, until=now() + KEEP)
        changes.insert(RECORDS, record, taken=StillRunning())


NEVER_MIND = Once("", "", None)


def begin(operation: str, *, scope: str, key: str | None, request: BaseModel | None = None) -> Once:
    """Looks the key up. One round trip, none without a key.

    Args:
        operation: what is asked for.
        scope: whose key it is: the caller, the cart or the order.
        key: the Idempotency-Key header.
        request: the body; the same key with another one is refused.

    Raises:
        KeyReused: it was another body.
    """
    if not key:
        return NEVER_MIND
    record_id = hashlib.sha256("\n".join((operation, scope, key)).encode()).hexdigest()
    content = request.model_dump(mode="json") if request else {}
    request_hash = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    record = RECORDS.get(record_id)
    if record and record.request_hash != request_hash:
        raise KeyReused
    return Once(record_id, request_hash, record.answer if record else None)
