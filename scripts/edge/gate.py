"""How many requests go through at once, and how long the others wait.

Every call that overlaps another costs the emulator a worker process of its own (about 54 MB, and its own copy of the
layer), and 50 cold ones started together never finish. Two for each core keep the cores busy.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from scripts.edge.problems import Problem

REQUESTS_PER_CORE = 2
WAITING_LIMIT = 1000
WAITING_SECONDS = 20.0


class Gate:
    """Lets `limit` through; the rest wait in order of arrival, `waiting_limit` of them for `waiting_seconds` each."""

    def __init__(
        self,
        limit: int | None = None,
        waiting_limit: int = WAITING_LIMIT,
        waiting_seconds: float = WAITING_SECONDS,
    ) -> None:
        self.limit = limit or REQUESTS_PER_CORE * (os.process_cpu_count() or 1)
        self.waiting_limit = waiting_limit
        self.waiting_seconds = waiting_seconds
        self.inside = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        return len(self._waiting)

    @asynccontextmanager
    async def passage(self) -> AsyncIterator[None]:
        """Wait for a turn; raises Problem 503 when too many wait already, or when the turn does not come in time."""
        await self._enter()
        try:
            yield
        finally:
            self._leave()

    async def _enter(self) -> None:
        if self.inside < self.limit:
            self.inside += 1
            return
        if len(self._waiting) >= self.waiting_limit:
            raise _busy(f"{self.waiting_limit} requests are waiting already")
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            async with asyncio.timeout(self.waiting_seconds):
                await turn
        except BaseException as problem:
            if turn.done() and not turn.cancelled():
                self._leave()  # the turn came in the very moment of giving up: hand it on
            elif turn in self._waiting:
                self._waiting.remove(turn)
            if isinstance(problem, TimeoutError):
                raise _busy(f"no turn within {self.waiting_seconds:.0f} seconds") from None
            raise

    def _leave(self) -> None:
        """Hand the place to the next in line, or free it."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self.inside -= 1


def _busy(detail: str) -> Problem:
    return Problem(503, "busy", "The shop is busy", detail, retry_after=2)
