"""The control endpoints that every provider has under /_sandbox/: webhooks, faults, reset.

They are the tests' and the stack's, not a browser's: a request from another site's page is refused.
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from scripts.sandbox.delivery import Behaviour, Channel, behaviour_from
from scripts.sandbox.faults import Faults, is_cross_site

Endpoint = Callable[[Request], Awaitable[Response]]
Reset = Callable[[], None]


def guarded(handler: Endpoint, own_origin: str) -> Endpoint:
    """Refuse pages of other sites, and turn bad input into a 400 that says what is wrong."""

    async def endpoint(request: Request) -> Response:
        if is_cross_site(request, own_origin):
            return JSONResponse({"error": "control endpoints are not for other sites' pages"}, 403)
        try:
            return await handler(request)
        except (ValueError, TypeError, KeyError) as error:
            return JSONResponse({"error": f"{type(error).__name__}: {error}"}, 400)

    return endpoint


async def read_json(request: Request) -> dict[str, Any]:
    """The JSON object of the body; an empty body is an empty object. Raises ValueError for anything else."""
    body = await request.body()
    given = json.loads(body) if body else {}
    if not isinstance(given, dict):
        raise ValueError("the body is a JSON object")  # noqa: TRY004 - bad input, not a bad call
    return given


def control_routes(table: Sequence[tuple[str, str, Endpoint]], own_origin: str) -> list[Route]:
    """Guarded routes below /_sandbox of (method, path, handler)."""
    return [
        Route(f"/_sandbox{path}", guarded(handler, own_origin), methods=[method]) for method, path, handler in table
    ]


class Control:
    """The control endpoints of one provider."""

    def __init__(self, provider: str, own_origin: str, channel: Channel, faults: Faults, reset: Reset) -> None:
        self.provider = provider
        self.own_origin = own_origin
        self.channel = channel
        self.faults = faults
        self._reset = reset

    def routes(self) -> list[Route]:
        """All of them."""
        table: list[tuple[str, str, Endpoint]] = [
            ("GET", "/health", self.health),
            ("GET", "/webhooks", self.show_webhooks),
            ("PUT", "/webhooks", self.set_webhooks),
            ("PUT", "/webhooks/behaviour", self.set_behaviour),
            ("DELETE", "/webhooks/behaviour", self.clear_behaviour),
            ("POST", "/webhooks/release", self.release),
            ("POST", "/webhooks/flush", self.flush),
            ("POST", "/webhooks/resend", self.resend),
            ("GET", "/deliveries", self.list_deliveries),
            ("GET", "/faults", self.list_faults),
            ("POST", "/faults", self.add_fault),
            ("DELETE", "/faults", self.clear_faults),
            ("POST", "/reset", self.reset),
        ]
        return control_routes(table, self.own_origin)

    async def health(self, _: Request) -> Response:
        """Tell who answers."""
        return JSONResponse({"provider": self.provider, "status": "ok"})

    async def show_webhooks(self, _: Request) -> Response:
        """Tell where webhooks go, and how."""
        return JSONResponse({**asdict(self.channel.endpoint), "behaviour": asdict(self.channel.behaviour)})

    async def set_webhooks(self, request: Request) -> Response:
        """Change the webhook URL, its secrets or the events it wants; what is not given stays."""
        given = await read_json(request)
        if unknown := set(given) - {"url", "secrets", "enabled_events"}:
            raise ValueError(f"unknown: {sorted(unknown)}")
        for name in ("secrets", "enabled_events"):
            if not all(isinstance(word, str) for word in given.get(name, [])):
                raise ValueError(f"{name} is a list of strings")
        self.channel.endpoint.url = given.get("url", self.channel.endpoint.url)
        self.channel.endpoint.secrets = given.get("secrets", self.channel.endpoint.secrets)
        self.channel.endpoint.enabled_events = given.get("enabled_events", self.channel.endpoint.enabled_events)
        self.channel.save_endpoint()
        return await self.show_webhooks(request)

    async def set_behaviour(self, request: Request) -> Response:
        """Say how messages travel from now on; see `delivery.Behaviour`."""
        self.channel.behaviour = behaviour_from(await request.body())
        return await self.show_webhooks(request)

    async def clear_behaviour(self, request: Request) -> Response:
        """Deliver plainly again."""
        self.channel.behaviour = Behaviour()
        return await self.show_webhooks(request)

    async def release(self, request: Request) -> Response:
        """Send what is held, one after another, as created, reversed or random."""
        order = (await read_json(request)).get("order", "created")
        if order not in ("created", "reversed", "random"):
            raise ValueError("order is created, reversed or random")
        return JSONResponse({"released": await self.channel.release(order)})

    async def flush(self, request: Request) -> Response:
        """Try everything undelivered now, and wait until it has arrived."""
        given = await read_json(request)
        return JSONResponse({"delivered": await self.channel.flush(float(given.get("timeout", 10)))})

    async def resend(self, request: Request) -> Response:
        """Send a message again, whatever became of it."""
        given = await read_json(request)
        found = self.channel.resend(str(given["event"]), int(given.get("times", 1)))
        return JSONResponse({"resent": found}, 200 if found else 404)

    async def list_deliveries(self, request: Request) -> Response:
        """The latest deliveries, newest first, of one state if `state` is given."""
        return JSONResponse({"items": self.channel.list(request.query_params.get("state"))})

    async def list_faults(self, _: Request) -> Response:
        """The faults that wait for their calls."""
        return JSONResponse({"items": [asdict(fault) for fault in self.faults.waiting]})

    async def add_fault(self, request: Request) -> Response:
        """Order a fault; see `faults.Fault`."""
        return JSONResponse(asdict(self.faults.add(await read_json(request))), 201)

    async def clear_faults(self, _: Request) -> Response:
        """Let nothing go wrong."""
        self.faults.waiting.clear()
        return JSONResponse({"items": []})

    async def reset(self, _: Request) -> Response:
        """Forget all objects, deliveries and faults; keys and the webhook endpoint stay."""
        self._reset()
        self.channel.clear()
        self.faults.waiting.clear()
        return JSONResponse({"reset": self.provider})
