"""An edge to call without a server of its own, and a gateway behind it that does as it is told."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts.edge.app import Edge
from scripts.edge.gate import Gate
from scripts.edge.proxy import Proxy, Target
from scripts.edge.site import Site

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def run[T](scene: Coroutine[Any, Any, T]) -> T:
    """Run a scene on a loop of its own, in a thread of its own: browser tests keep a loop running in this one."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, scene).result()


@dataclass
class Seen:
    """A request as it arrived at the gateway."""

    line: bytes
    headers: list[tuple[bytes, bytes]]
    body: bytes
    connection: int

    def header(self, name: str) -> list[str]:
        return [value.decode() for key, value in self.headers if key.lower() == name.lower().encode()]


@dataclass
class Gateway:
    """Answers with the bytes it was given; `None` closes the connection instead, after reading the request."""

    answer: Callable[[Seen], bytes | Awaitable[bytes | None] | None] = lambda _: OK
    closes: bool = False
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    seen: list[Seen] = field(default_factory=list)
    connections: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        number = self.connections
        try:
            while line := await reader.readline():
                headers = []
                while (text := await reader.readline()) not in (b"\r\n", b""):
                    name, _, value = text.partition(b":")
                    headers.append((name, value.strip()))
                length = next((int(v) for n, v in headers if n.lower() == b"content-length"), 0)
                request = Seen(line.strip(), headers, await reader.readexactly(length), number)
                self.seen.append(request)
                self.arrived.set()
                answer = self.answer(request)
                content = await answer if isinstance(answer, Awaitable) else answer
                if content is None:
                    break
                writer.write(content)
                await writer.drain()
                if self.closes:
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@dataclass
class Answer:
    """What the edge answered."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name), None)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


async def call(
    edge: Edge,
    method: str,
    target: str,
    headers: dict[str, str] | list[tuple[str, str]] | None = None,
    body: bytes | list[bytes] = b"",
) -> Answer:
    """Call the edge as uvicorn does."""
    path, _, query = target.partition("?")
    from urllib.parse import unquote

    pairs = headers.items() if isinstance(headers, dict) else headers or []
    scope = {
        "type": "http",
        "method": method,
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in pairs],
        "client": ("127.0.0.1", 5000),
        "scheme": "http",
    }
    parts = [body] if isinstance(body, bytes) else body
    messages = [
        {"type": "http.request", "body": part, "more_body": number < len(parts) - 1}
        for number, part in enumerate(parts)
    ]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if messages:
            return messages.pop(0)
        await asyncio.sleep(3600)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(dict(message))

    await edge(scope, receive, send)
    if not sent:
        raise ConnectionError("no answer")
    content = b"".join(message.get("body", b"") for message in sent[1:])
    shown = [(name.decode().lower(), value.decode()) for name, value in sent[0]["headers"]]
    return Answer(sent[0]["status"], shown, content)


@asynccontextmanager
async def running(
    tmp_path: Path, gateway: Gateway | None = None, *, gate: Gate | None = None, site: Site | None = None
) -> AsyncIterator[Edge]:
    """An edge before a gateway; without one, before a port where nobody listens."""
    target = tmp_path / "edge.json"
    server = await asyncio.start_server((gateway or Gateway()).serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    if gateway is None:
        server.close()
        await server.wait_closed()
    target.write_text(json.dumps({"host": "127.0.0.1", "port": port, "prefix": "/_aws/execute-api/abc"}))
    edge = Edge(Proxy(Target(target), gate or Gate(4)), site or Site(tmp_path / "dist"))
    try:
        yield edge
    finally:
        await edge.proxy.close()
        server.close()
