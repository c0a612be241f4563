"""Idempotency-Key: the same key and body gets the first answer again, whatever happened to the connection.

    once = idempotency.begin("add_line", scope=cart_id, key=key, request=body)
    return once.first(CartView) or carts.add_line(..., once)

The record is written in the transaction of the effect (`once.keep(changes, view)`), so there is never one without the
other. Around provider calls, which no transaction can span, `lease` holds others off for 30 s; then the next try takes
over. A key means nothing outside its operation and scope (the caller or the cart). No header: no record, no lookup.
"""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel

from commerce.runtime.changes import Changes
from commerce.runtime.clock import now
from commerce.runtime.errors import Conflict, Invalid, Stale
from commerce.runtime.mongo import Collection, Document, Index

KEEP = timedelta(days=7)
LEASE = timedelta(seconds=30)


class KeyReused(Invalid):
    """422: the key was used before, with another body."""

    code, title = "idempotency_key_reused", "This Idempotency-Key was used for another request"


class StillRunning(Conflict):
    """409: the first request with this key has not ended yet."""

    code, title = "still_running", "The first request with this Idempotency-Key is still running"


class Record(Document):
    """A request that was made, and its answer once there is one. `leased_until` only around provider calls."""

    request_hash: str
    answer: dict[str, Any] | None = None
    leased_until: datetime | None = None
    until: datetime


class Records(Collection[Record]):
    """The collection `idempotency`."""

    name = "idempotency"
    model = Record
    indexes = (Index((("until", 1),), expire_after_seconds=0),)


RECORDS = Records()


class Once:
    """One request under its key."""

    def __init__(self, record_id: str, request_hash: str, answer: dict[str, Any] | None, *, leased: bool) -> None:
        self._id = record_id
        self._hash = request_hash
        self._answer = answer
        self._leased = leased

    def first[View: BaseModel](self, view: type[View]) -> View | None:
        """The first answer, if there is one."""
        return None if self._answer is None else view.model_validate(self._answer)

    def keep(self, changes: Changes, answer: BaseModel) -> None:
        """Adds the record of this answer to the change that makes it true."""
        if not self._id:
            return
        content = answer.model_dump(mode="json")
        if self._leased:
            change = {"$set": {"answer": content}, "$unset": {"leased_until": ""}}
            changes.update(RECORDS, {"_id": self._id}, change)
        else:
            record = Record(id=self._id, request_hash=self._hash, answer=content, until=now() + KEEP)
            changes.insert(RECORDS, record, taken=Stale())

    def give_up(self) -> None:
        """Ends a lease whose work failed cleanly, so that the next try need not wait."""
        if self._leased:
            RECORDS.handle.delete_one({"_id": self._id, "answer": {"$exists": False}})


NEVER_MIND = Once("", "", None, leased=False)


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
    return _begin(operation, scope, key, request, lease=False)


def lease(operation: str, *, scope: str, key: str | None, request: BaseModel | None = None) -> Once:
    """Like `begin`, and holds the key for 30 s while a provider is called. Two round trips, none without a key.

    Raises:
        KeyReused: it was another body.
        StillRunning: another try holds it.
    """
    return _begin(operation, scope, key, request, lease=True)


def _begin(operation: str, scope: str, key: str | None, request: BaseModel | None, *, lease: bool) -> Once:
    if not key:
        return NEVER_MIND
    record_id = hashlib.sha256("\n".join((operation, scope, key)).encode()).hexdigest()
    content = request.model_dump(mode="json") if request else {}
    request_hash = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    record = RECORDS.get(record_id)
    if record and record.request_hash != request_hash:
        raise KeyReused
    if record and record.answer is not None:
        return Once(record_id, request_hash, record.answer, leased=False)
    if lease:
        _take_lease(record_id, request_hash, record)
    return Once(record_id, request_hash, None, leased=lease)


def _take_lease(record_id: str, request_hash: str, seen: Record | None) -> None:
    moment = now()
    if seen and seen.leased_until and seen.leased_until > moment:
        raise StillRunning(retry_after=(seen.leased_until - moment).seconds + 1)
    changes = Changes()
    if seen:
        where = {"_id": record_id, "leased_until": seen.leased_until}
        changes.update(RECORDS, where, {"$set": {"leased_until": moment + LEASE}}, otherwise=StillRunning())
    else:
        fresh = Record(id=record_id, request_hash=request_hash, leased_until=moment + LEASE, until=moment + KEEP)
        changes.insert(RECORDS, fresh, taken=StillRunning())
    changes.commit()
