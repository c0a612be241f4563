"""Meters: CPU of the calling thread, and every command that goes to the database or the cache."""

from __future__ import annotations

import statistics
import threading
import time
import unittest.mock
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import redis.connection
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent


@dataclass
class Trips:
    """What went over the wire while it was watched."""

    mongo: list[dict[str, Any]] = field(default_factory=list)
    cache: int = 0

    @property
    def total(self) -> int:
        """Round trips of both kinds."""
        return len(self.mongo) + self.cache

    @property
    def names(self) -> list[str]:
        """The database commands, in order."""
        return [next(iter(command)) for command in self.mongo]


class TripCounter(CommandListener):
    """Counts the commands that the watching thread sends."""

    def __init__(self) -> None:
        self._trips: Trips | None = None
        self._thread = 0
        send: Any = redis.connection.Connection.send_packed_command

        def counted(connection: Any, command: Any, *arguments: Any, **options: Any) -> None:
            if self._trips is not None and threading.get_ident() == self._thread:
                self._trips.cache += 1
            send(connection, command, *arguments, **options)

        unittest.mock.patch.object(redis.connection.Connection, "send_packed_command", counted).start()

    @contextmanager
    def watch(self) -> Iterator[Trips]:
        """Counts until the block ends."""
        self._trips, self._thread = Trips(), threading.get_ident()
        try:
            yield self._trips
        finally:
            self._trips = None

    def started(self, event: CommandStartedEvent) -> None:
        """A command is on its way."""
        if self._trips is not None and threading.get_ident() == self._thread:
            self._trips.mongo.append(dict(event.command))

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Of no interest."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Of no interest."""


def cpu_ms(action: Callable[[], object], *, times: int, before: Callable[[], object] | None = None) -> float:
    """The median CPU time of an action in this thread, in milliseconds; `before` prepares each run, uncounted."""
    measured = []
    for _ in range(times):
        if before:
            before()
        began = time.thread_time()
        action()
        measured.append((time.thread_time() - began) * 1000)
    return statistics.median(measured)
