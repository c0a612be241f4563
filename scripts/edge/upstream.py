"""Kept-alive HTTP/1.1 connections to the gateway.

Written on asyncio's streams and h11, uvicorn's own parser: with httpcore the edge took 2.1 ms of processor time per
request, with this it takes 1.2, and on two cores every request pays it.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field

import h11

from scripts.edge.problems import Headers

CONNECT_SECONDS = 2.0
# Less than the emulator's own 75 s, so that it hardly ever closes a connection that is about to be used.
IDLE_SECONDS = 30.0
CHUNK = 64 * 1024

# RFC 9110, section 9.2.2: these may be sent again when a connection breaks before the answer.
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Broken(Exception):
    """The connection ended before a whole answer came; `silent` when nothing of it had come."""

    def __init__(self, *, silent: bool) -> None:
        super().__init__("the connection ended early")
        self.silent = silent


@dataclass
class Connection:
    """One connection, used for one request after another."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    protocol: h11.Connection = field(default_factory=lambda: h11.Connection(h11.CLIENT))
    idle_since: float = 0.0
    used: bool = False

    def usable(self) -> bool:
        """Whether it may be used again: not closed by the other side, not idle for too long."""
        return not self.reader.at_eof() and time.monotonic() - self.idle_since < IDLE_SECONDS

    def close(self) -> None:
        """Close it at once."""
        self.writer.close()

    async def exchange(self, method: str, target: bytes, headers: Headers, body: bytes) -> tuple[int, Headers, bytes]:
        """Send a request and read the whole answer; raises Broken or OSError."""
        protocol = self.protocol
        parts = [protocol.send(h11.Request(method=method, target=target, headers=headers))]
        if body:
            parts.append(protocol.send(h11.Data(data=body)))
        parts.append(protocol.send(h11.EndOfMessage()))
        self.writer.write(b"".join(part for part in parts if part))
        answer: h11.Response | None = None
        content: list[bytes] = []
        received = False
        while True:
            try:
                event = protocol.next_event()
            except h11.RemoteProtocolError:
                raise Broken(silent=not received) from None
            if event is h11.NEED_DATA:
                data = await self.reader.read(CHUNK)
                received = received or bool(data)
                protocol.receive_data(data)
            elif isinstance(event, h11.Response):
                answer = event
            elif isinstance(event, h11.Data):
                content.append(bytes(event.data))
            elif isinstance(event, h11.EndOfMessage) and answer is not None:
                return answer.status_code, list(answer.headers), b"".join(content)
            elif isinstance(event, h11.ConnectionClosed):
                raise Broken(silent=not received)

    def ready_for_next(self) -> bool:
        """Whether both sides are done and want to keep the connection."""
        if self.protocol.our_state is not h11.DONE or self.protocol.their_state is not h11.DONE:
            return False
        self.protocol.start_next_cycle()
        self.idle_since = time.monotonic()
        self.used = True
        return True


class Upstream:
    """The connections to one address; how many there are at once is the gate's affair."""

    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self.port = port
        self._idle: deque[Connection] = deque()

    async def ask(self, method: str, target: bytes, headers: Headers, body: bytes) -> tuple[int, Headers, bytes]:
        """One answer. Raises OSError (TimeoutError among them) when there is no connection, Broken when it ends early.

        A safe request that a kept-alive connection has swallowed is sent once more on a new one.
        """
        connection = self._take() or await self._open()
        try:
            return await self._use(connection, method, target, headers, body)
        except (Broken, ConnectionError) as problem:
            silent = not isinstance(problem, Broken) or problem.silent
            if not (connection.used and silent and method in SAFE):
                raise
        return await self._use(await self._open(), method, target, headers, body)

    async def _use(
        self, connection: Connection, method: str, target: bytes, headers: Headers, body: bytes
    ) -> tuple[int, Headers, bytes]:
        keep = False
        try:
            answer = await connection.exchange(method, target, headers, body)
            keep = connection.ready_for_next()
        finally:
            if keep:
                self._idle.append(connection)
            else:
                connection.close()
        return answer

    def _take(self) -> Connection | None:
        """The connection that was used last; those that have gone stale are closed."""
        while self._idle:
            connection = self._idle.pop()
            if connection.usable():
                return connection
            connection.close()
        return None

    async def _open(self) -> Connection:
        async with asyncio.timeout(CONNECT_SECONDS):
            reader, writer = await asyncio.open_connection(self.host, self.port, limit=CHUNK * 4)
        return Connection(reader, writer)

    def close(self) -> None:
        """Close what is idle."""
        while self._idle:
            self._idle.pop().close()
