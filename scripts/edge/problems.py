"""The edge's own errors, as problem details (RFC 9457) like those of the API."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]


class Problem(Exception):
    """An answer that is an error of the edge itself. `retry_after` is in seconds."""

    def __init__(self, status: int, code: str, title: str, detail: str = "", retry_after: int | None = None) -> None:
        super().__init__(title)
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.retry_after = retry_after

    def body(self) -> bytes:
        """The problem as JSON."""
        value = {
            "type": "about:blank",
            "title": self.title,
            "status": self.status,
            "detail": self.detail or self.title,
            "code": self.code,
        }
        return json.dumps(value).encode()

    def headers(self) -> Headers:
        """The headers that go with it."""
        headers = [(b"content-type", b"application/problem+json"), (b"cache-control", b"no-store")]
        if self.retry_after is not None:
            headers.append((b"retry-after", str(self.retry_after).encode()))
        return headers


async def answer(send: Send, status: int, headers: Headers, body: bytes, *, head: bool = False) -> None:
    """Send a whole answer; `head` leaves the body out but tells its length."""
    names = {name.lower() for name, _ in headers}
    if b"content-length" not in names and status not in (204, 304):
        headers = [*headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else body})
