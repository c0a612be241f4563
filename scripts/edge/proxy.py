"""Forwarding /api to API Gateway, unchanged but for what a proxy must change."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from scripts.edge.gate import Gate
from scripts.edge.problems import Headers, Problem, Receive, Scope, Send, answer
from scripts.edge.upstream import Broken, Upstream

# API Gateway's quotas for REST APIs: payload 10 MB, integration timeout 29 seconds.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
BODY_LIMIT = 10 * 2**20
UPSTREAM_SECONDS = 29.0
UPLOAD_SECONDS = 60.0
TARGET_CHECK_SECONDS = 0.5

# RFC 9110, section 7.6.1, and the older ones that are still seen.
HOP_BY_HOP = frozenset(
    b"connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer transfer-encoding "
    b"upgrade".split()
)


type Asking = Coroutine[Any, Any, tuple[int, Headers, bytes]]


class ClientGone(Exception):
    """Nobody waits for the answer any more."""


class Target:
    """Where the API is: the stack writes it into a file after each deployment, which is looked at twice a second."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._checked = 0.0
        self._stamp: tuple[int, int] | None = None
        self._address: tuple[str, int, bytes] | None = None

    def address(self) -> tuple[str, int, bytes]:
        """Host, port and path prefix; raises Problem 503 while nothing is deployed."""
        now = time.monotonic()
        if self._address is None or now - self._checked > TARGET_CHECK_SECONDS:
            self._checked = now
            self._read()
        if self._address is None:
            raise Problem(503, "starting", "The shop is being started", "Try again in a moment.", retry_after=2)
        return self._address

    def _read(self) -> None:
        try:
            found = self._file.stat()
            stamp = (found.st_mtime_ns, found.st_ino)
            if stamp == self._stamp:
                return
            value = json.loads(self._file.read_text())
            self._address = (str(value["host"]), int(value["port"]), str(value["prefix"]).encode())
            self._stamp = stamp
        except (OSError, ValueError, KeyError, TypeError):
            self._address, self._stamp = None, None


class Proxy:
    """An ASGI application for everything under /api."""

    def __init__(self, target: Target, gate: Gate) -> None:
        self.target = target
        self.gate = gate
        self._upstream: Upstream | None = None

    async def close(self) -> None:
        """Close the connections to the gateway."""
        if self._upstream is not None:
            self._upstream.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Forward one request; raises Problem or ClientGone."""
        host, port, prefix = self.target.address()
        body = await read_body(scope, receive)
        ask = self._connected_to(host, port).ask(
            scope["method"],
            prefix + target_of(scope),
            request_headers(scope, host.encode(), port, len(body)),
            body,
        )
        try:
            status, headers, content = await self._through_gate(ask, receive)
        finally:
            ask.close()  # nothing, unless its turn has never come
        await answer(send, status, headers, content, head=scope["method"] == "HEAD")

    def _connected_to(self, host: str, port: int) -> Upstream:
        if self._upstream is None or (self._upstream.host, self._upstream.port) != (host, port):
            self._upstream = Upstream(host, port)
        return self._upstream

    async def _through_gate(self, ask: Asking, receive: Receive) -> tuple[int, Headers, bytes]:
        """Wait for a turn and ask; a request whose sender has gone away meanwhile is dropped from the queue."""
        if self.gate.inside < self.gate.limit:
            async with self.gate.passage():
                return await self._ask(ask)
        watcher = asyncio.create_task(_until_gone(receive))
        passage = self.gate.passage()
        entering = asyncio.ensure_future(passage.__aenter__())
        try:
            await asyncio.wait({watcher, entering}, return_when=asyncio.FIRST_COMPLETED)
            if not entering.done():
                entering.cancel()
                await asyncio.gather(entering, return_exceptions=True)
                raise ClientGone
            await entering
        finally:
            watcher.cancel()
        try:
            return await self._ask(ask)
        finally:
            await passage.__aexit__(None, None, None)

    async def _ask(self, ask: Asking) -> tuple[int, Headers, bytes]:
        """The gateway's answer; raises Problem 502 or 504 when there is none."""
        try:
            async with asyncio.timeout(UPSTREAM_SECONDS):
                status, headers, content = await ask
        except TimeoutError:
            raise Problem(504, "gateway_timeout", "The shop took too long to answer") from None
        except (OSError, Broken) as problem:
            detail = f"API Gateway cannot be reached ({type(problem).__name__}). Is the stack running?"
            raise Problem(502, "bad_gateway", "The shop does not answer", detail, retry_after=2) from None
        if status == 502 and content.startswith(b'{"message"'):
            # The function crashed. API Gateway answers that by its DEFAULT_5XX, the emulator by the exception's text.
            raise Problem(502, "internal_error", "Something went wrong on our side")
        return status, response_headers(headers), content


def target_of(scope: Scope) -> bytes:
    """The request's path and query as they were sent, nothing decoded."""
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope["query_string"]
    return path + b"?" + query if query else path


def request_headers(scope: Scope, host: bytes, port: int, body_length: int) -> Headers:
    """The client's headers without those of its connection, with where the request came from."""
    drop = HOP_BY_HOP | named_by_connection(scope["headers"]) | {b"host", b"content-length", b"expect"}
    client = scope["client"][0].encode() if scope.get("client") else b"127.0.0.1"
    seen: dict[bytes, list[bytes]] = {b"x-forwarded-for": [], b"host": []}
    kept: Headers = []
    for name, value in scope["headers"]:
        if name in seen:
            seen[name].append(value)
        if name not in drop and not name.startswith(b"x-forwarded-"):
            kept.append((name, value))
    original = seen[b"host"][0] if seen[b"host"] else b"%s:%d" % (host, port)
    kept += [
        (b"host", b"%s:%d" % (host, port)),
        (b"x-forwarded-for", b", ".join([*seen[b"x-forwarded-for"], client])),
        (b"x-forwarded-proto", scope.get("scheme", "http").encode()),
        (b"x-forwarded-host", original),
        (b"x-forwarded-port", original.rpartition(b":")[2] if b":" in original else b"80"),
    ]
    if body_length or scope["method"] in ("POST", "PUT", "PATCH"):
        kept.append((b"content-length", str(body_length).encode()))
    return kept


def response_headers(headers: Headers) -> Headers:
    """The gateway's headers without those of our connection to it."""
    drop = HOP_BY_HOP | named_by_connection(headers) | {b"server", b"date"}
    return [(name, value) for name, value in headers if name.lower() not in drop]


def named_by_connection(headers: Headers) -> frozenset[bytes]:
    """Headers that `Connection` declares to be of one hop only."""
    lines = [value for name, value in headers if name.lower() == b"connection"]
    return frozenset(word.strip().lower() for line in lines for word in line.split(b","))


async def read_body(scope: Scope, receive: Receive) -> bytes:
    """The whole body; raises Problem 413 past the limit, 408 when it does not come, ClientGone when nobody sends it."""
    length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    if length.isdigit() and int(length) > BODY_LIMIT:
        raise _too_large()
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(UPLOAD_SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientGone
                part = message.get("body", b"")
                size += len(part)
                if size > BODY_LIMIT:
                    raise _too_large()
                parts.append(part)
                if not message.get("more_body", False):
                    return b"".join(parts)
    except TimeoutError:
        raise Problem(408, "request_timeout", "The request's body did not arrive in time") from None


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _too_large() -> Problem:
    return Problem(413, "body_too_large", "The request body is too large", f"{BODY_LIMIT} bytes at most.")
