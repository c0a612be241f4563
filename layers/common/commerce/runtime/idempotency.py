"""Idempotency-Key: the same key and body gets the first answer again, whatever happened to the connection.

    once = Once("add_line", scope=who.scope(cart_id), key=key, request=body)
    return once.answer(CartView, lambda: carts.add_line(..., once))

The record is written in the transaction of the effect (`once.keep(changes, view)`), so there is never one without the
other, and its unique id is what stops a second effect: nothing need be read before, and only a request that fails looks
whether it is a repeated one. Provider calls, which no transaction can span, are repeatable by themselves: the intent is
stored first, with the record, and its id is the key that the provider is given. A key means nothing outside its
operation and scope (see `Caller.scope`). No header: no record, no lookup.
"""

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from pydantic import BaseModel

from commerce.runtime.changes import Changes
from commerce.runtime.clock import now
from commerce.runtime.errors import Conflict, Invalid, ShopError
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
    """A request that was made, and its answer as JSON (without secret tokens: those are derived again). `about` are
    hashes of whose request it was and what it was about: an answer holds what people sent, and can be forgotten.
    """

    request_hash: str
    about: list[str] = []
    answer: str
    until: datetime


class Records(Collection[Record]):
    """The collection `idempotency`."""

    name = "idempotency"
    model = Record
    indexes = (Index((("until", 1),), expire_after_seconds=0), Index((("about", 1),)))

    def forget(self, ids: Iterable[str]) -> None:
        """Deletes what these people asked for, and what was asked for about these things. One round trip."""
        self.handle.delete_many({"about": {"$in": sorted({_hash(id_) for id_ in ids})}})


RECORDS = Records()


class Once:
    """One request under its key.

    Args:
        operation: what is asked for.
        scope: whose key it is.
        key: the Idempotency-Key header.
        request: the body; the same key with another one is refused.
    """

    def __init__(self, operation: str, *, scope: str, key: str | None, request: BaseModel | None = None) -> None:
        self._id = _hash(operation, scope, key) if key else ""
        self._about = sorted({_hash(part) for part in scope.split("|") if part})
        self._request_hash = _hash(request.model_dump_json() if request else "")

    def answer[View: BaseModel](self, view: type[View], action: Callable[[], View]) -> View:
        """What the action answers, or what it answered the first time.

        Raises:
            KeyReused: the key was used with another body.
            ShopError: what the action raises, if this is its first time.
        """
        return self.resume(view, action, lambda first: first)

    def resume[Kept: BaseModel, Result](
        self, kept: type[Kept], action: Callable[[], Result], again: Callable[[Kept], Result]
    ) -> Result:
        """Like `answer`, for an action that keeps something else than its answer: `again` makes one of it."""
        try:
            return action()
        except ShopError:
            record = RECORDS.get(self._id) if self._id else None
            if record is None:
                raise
        if record.request_hash != self._request_hash:
            raise KeyReused
        return again(kept.model_validate_json(record.answer))

    def keep(self, changes: Changes, answer: BaseModel) -> None:
        """Adds the record of this answer to the change that makes it true."""
        if self._id:
            content = answer.model_dump_json(exclude={"token"})
            record = Record(
                id=self._id,
                request_hash=self._request_hash,
                about=self._about,
                answer=content,
                until=now() + KEEP,
            )
            changes.insert(RECORDS, record, taken=StillRunning())


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
