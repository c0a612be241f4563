"""The edge as one ASGI application.

Plain ASGI rather than a framework: this stands before every request, and most of what a framework does per request
is not needed here (docs/local-stack.md has the numbers).
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass

from scripts.edge.problems import Message, Problem, Receive, Scope, Send, answer
from scripts.edge.proxy import ClientGone, Proxy
from scripts.edge.site import Site

log = logging.getLogger("edge")


@dataclass(frozen=True)
class Edge:
    """Sends /api to the proxy, everything else to the site."""

    proxy: Proxy
    site: Site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        if scope["type"] != "http":
            return  # uvicorn refuses the WebSocket for us
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._route(scope, receive, watched)
        except Problem as problem:
            await answer(watched, problem.status, problem.headers(), problem.body(), head=scope["method"] == "HEAD")
        except ClientGone:
            return
        except Exception:
            log.exception("%s %s", scope["method"], scope["path"])
            if not started:
                fault = Problem(500, "internal_error", "Something went wrong at the edge")
                await answer(watched, 500, fault.headers(), fault.body())

    async def _route(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if path == "/api" or path.startswith("/api/"):
            await self.proxy(scope, receive, send)
        elif path == "/_edge/health":
            gate = self.proxy.gate
            state = {"status": "ok", "limit": gate.limit, "inside": gate.inside, "waiting": gate.waiting}
            headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
            await answer(send, 200, headers, json.dumps(state).encode())
        else:
            await self.site(scope, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.proxy.close()
                await send({"type": "lifespan.shutdown.complete"})
                return
