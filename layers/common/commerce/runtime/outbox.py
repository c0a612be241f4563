"""The outbox: events are stored in the transaction of their change, and published after it.

The function that made the change publishes its own events. What it does not manage (killed, throttled, the bus away)
`system.relay_outbox` sends within a minute. Nothing else publishes. An event may so be sent twice, never not at all.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from commerce.runtime import switches
from commerce.runtime.clock import Moment, now, rfc3339
from commerce.runtime.errors import Conflict
from commerce.runtime.ids import new_id
from commerce.runtime.mongo import Collection, Document, Index
from commerce.runtime.observability import causation_id, correlation_id, logger
from commerce.runtime.settings import settings

if TYPE_CHECKING:
    from commerce.runtime.events import Fact

ENTRIES_PER_CALL = 10  # EventBridge's limit for PutEvents.
RELAYED_AT_ONCE = 100
KEEP_SECONDS = 30 * 86_400
RELAY_AFTER = timedelta(seconds=10)  # Younger ones are still in the hands of the function that made them.


class Entry(Document):
    """An event in the outbox. `waiting` is there until it has been sent, `sent_at` after. `about` are the ids of what
    it tells of.
    """

    source: str
    type: str
    schema_version: int
    occurred_at: Moment
    correlation_id: str = ""
    causation_id: str = ""
    data: dict[str, Any]
    about: list[str] = []
    waiting: bool | None = None
    sent_at: datetime | None = None

    def detail(self) -> str:
        """The envelope, as EventBridge takes it."""
        metadata = {
            "event_id": self.id,
            "schema_version": self.schema_version,
            "occurred_at": rfc3339(self.occurred_at),
            "correlation_id": self.correlation_id,
            "causation_id": self.causation_id,
        }
        return json.dumps({"metadata": metadata, "data": self.data}, separators=(",", ":"))


class Entries(Collection[Entry]):
    """The collection `outbox`."""

    name = "outbox"
    model = Entry
    indexes = (
        Index((("occurred_at", 1),), partial={"waiting": True}),
        Index((("sent_at", 1),), expire_after_seconds=KEEP_SECONDS),
        Index((("about", 1),)),
    )

    def waiting(self, before: datetime, limit: int) -> list[Entry]:
        """The oldest events that were not sent. One round trip."""
        where = {"waiting": True, "occurred_at": {"$lt": before}}
        return self.find(where, sort=[("occurred_at", 1)], limit=limit)

    def mark_sent(self, ids: list[str]) -> None:
        """Ends the waiting. One round trip."""
        change = {"$set": {"sent_at": now()}, "$unset": {"waiting": ""}}
        self.handle.update_many({"_id": {"$in": ids}}, change)

    def forget(self, source: str, ids: Iterable[str]) -> int:
        """Empties a service's events about any of these ids: that it happened stays, of whom and what is gone. Says how
        many it had to leave, because they were not sent yet. Two round trips.
        """
        found = [entry for entry in self.find({"about": {"$in": sorted(set(ids))}}) if entry.source == source]
        sent = [entry.id for entry in found if not entry.waiting]
        if sent:
            self.handle.update_many({"_id": {"$in": sent}}, {"$set": {"data": {}, "about": []}})
        return len(found) - len(sent)


ENTRIES = Entries()


def entry(fact: Fact) -> Entry:
    """The outbox entry of a fact that is happening now, in the current chain of cause and effect."""
    return Entry(
        id=new_id("evt"),
        source=fact.source,
        type=fact.type_name(),
        schema_version=fact.schema_version,
        occurred_at=now(),
        correlation_id=correlation_id(),
        causation_id=causation_id(),
        data=fact.model_dump(mode="json"),
        about=fact.about(),
        waiting=True,
    )


@lru_cache(maxsize=1)
def _bus() -> Any:
    import boto3
    from botocore.config import Config

    return boto3.client("events", config=Config(connect_timeout=1, read_timeout=3, retries={"total_max_attempts": 2}))


def bus_answers() -> bool:
    """Whether the bus is there and may be used."""
    try:
        _bus().describe_event_bus(Name=settings().need("event_bus_name"))
    except Exception as error:  # noqa: BLE001  (whatever it is, it is not there)
        logger.warning("The bus is away", extra={"reason": type(error).__name__})
        return False
    return True


class StillWaiting(Conflict):
    """409: an event that is to be forgotten has not been sent yet; within a minute it will have been."""

    code, title = "still_waiting", "An event has not been sent yet"


def forget(source: str, ids: Iterable[str]) -> None:
    """Empties a service's events about any of these ids.

    Raises:
        StillWaiting: one of them has not been sent; the others are empty.
    """
    if ENTRIES.forget(source, ids):
        raise StillWaiting


def publish(entries: list[Entry]) -> int:
    """Sends events to the bus and marks those that arrived; says how many. Never raises: the relay tries again."""
    if switches.on("die-before-publish"):
        os._exit(137)
    sent: list[str] = []
    try:
        try:
            for start in range(0, len(entries), ENTRIES_PER_CALL):
                sent += _put(entries[start : start + ENTRIES_PER_CALL])
        finally:  # What arrived before the bus went away need not be sent again.
            if sent:
                ENTRIES.mark_sent(sent)
    except Exception as error:  # noqa: BLE001  (the change is committed: whatever failed, the answer is yes)
        logger.warning("Events were not published; the relay will", extra={"reason": type(error).__name__})
        return len(sent)
    if len(sent) < len(entries):
        logger.warning("The bus refused events", extra={"refused": len(entries) - len(sent)})
    return len(sent)


def _put(batch: list[Entry]) -> list[str]:
    """Puts at most ten on the bus and returns the ids of those it took (PutEvents fails entry by entry)."""
    wanted = [
        {
            "EventBusName": settings().need("event_bus_name"),
            "Source": e.source,
            "DetailType": e.type,
            "Detail": e.detail(),
        }
        for e in batch
    ]
    try:
        results = _bus().put_events(Entries=wanted)["Entries"]
    except Exception as error:
        if not hasattr(error, "response"):  # No answer at all: the bus is away.
            raise
        # It refuses the whole call for one entry that is too large or malformed: the others must not wait for that.
        refused = [e.id for e in batch]
        logger.warning("The bus refused a call", extra={"reason": type(error).__name__, "events": refused})
        return [id_ for e in batch for id_ in _put([e])] if len(batch) > 1 else []
    return [e.id for e, result in zip(batch, results, strict=True) if result.get("EventId")]


def relay(*, seconds: float) -> int:
    """Sends what waits, oldest first, until nothing is left, nothing moves, or the time (seconds) is over."""
    until = now() + timedelta(seconds=seconds)
    total = 0
    while now() < until:
        waiting = ENTRIES.waiting(before=now() - RELAY_AFTER, limit=RELAYED_AT_ONCE)
        sent = publish(waiting) if waiting else 0
        total += sent
        if not sent or len(waiting) < RELAYED_AT_ONCE:
            break
    return total
