"""Faults on demand: the next calls that match are answered late, wrongly, or not at all."""

import asyncio
import fnmatch
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Literal

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

_connection: ContextVar[asyncio.Transport] = ContextVar("connection")

Action = Literal["error", "late", "drop"]


@dataclass
class Fault:
    """What goes wrong.

    `error` answers `status`; `late` answers rightly after `seconds`; `drop` breaks the connection after `seconds`
    without an answer. With `after_effect` an error or a drop comes once the call has done its work, else instead of it.
    """

    action: Action
    path: str = "*"
    method: str = "*"
    times: int = 1
    status: int = 500
    seconds: float = 0.0
    after_effect: bool = False

    def matches(self, method: str, path: str) -> bool:
        """Whether this call is meant."""
        return self.method in ("*", method) and fnmatch.fnmatchcase(path, self.path)


class Faults:
    """The faults that wait for their calls, oldest first."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def add(self, given: dict[str, Any]) -> Fault:
        """Raises TypeError or ValueError for what is no fault."""
        fault = Fault(**given)
        if fault.action not in ("error", "late", "drop"):
            raise ValueError("action is error, late or drop")
        self.waiting.append(fault)
        return fault

    def take(self, method: str, path: str) -> Fault | None:
        """The fault for this call, if one waits."""
        for fault in self.waiting:
            if fault.matches(method, path):
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None


class DroppableProtocol(H11Protocol):
    """Lets the answer to a request close the connection it came on."""

    def data_received(self, data: bytes) -> None:
        """Remember the connection for whoever answers."""
        # The task that answers is made in here and inherits this.
        _connection.set(self.transport)
        super().data_received(data)


class BrokenConnection(Response):
    """No answer at all: the connection is closed, as a network would lose it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  (ASGI calls it so)
        """Close the connection and wait until it is."""
        _connection.get().close()
        while (await receive())["type"] != "http.disconnect":
            pass


def is_cross_site(request: Request, own_origin: str) -> bool:
    """Whether a browser sent this on behalf of another site's page."""
    origin = request.headers.get("origin")
    own = {own_origin, f"{request.url.scheme}://{request.headers.get('host', '')}"}
    return (origin is not None and origin not in own) or request.headers.get("sec-fetch-site") == "cross-site"
