"""The control endpoints that every provider has under /_sandbox/: webhooks, faults, reset.

They are the tests' and the stack's, not a browser's: a request from another site's page is refused.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from scripts.sandbox.delivery import Behaviour, Channel, behaviour_from
from scripts.sandbox.faults import Faults, is_cross_site

Endpoint = Callable[[Request], Awaitable[Response]]


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
        raise ValueError("the body is a JSON object")
    return given


def control_routes(
    provider: str, own_origin: str, channel: Channel, faults: Faults, reset: Callable[[], None]
) -> list[Route]:
    """The common control routes of one provider."""

    async def health(request: Request) -> Response:
        return JSONResponse({"provider": provider, "status": "ok"})

    async def show_webhooks(request: Request) -> Response:
        return JSONResponse({**asdict(channel.endpoint), "behaviour": asdict(channel.behaviour)})

    async def set_webhooks(request: Request) -> Response:
        given = await read_json(request)
        if unknown := set(given) - {"url", "secrets", "enabled_events"}:
            raise ValueError(f"unknown: {sorted(unknown)}")
        for name in ("secrets", "enabled_events"):
            if not all(isinstance(word, str) for word in given.get(name, [])):
                raise ValueError(f"{name} is a list of strings")
        channel.endpoint.url = given.get("url", channel.endpoint.url)
        channel.endpoint.secrets = given.get("secrets", channel.endpoint.secrets)
        channel.endpoint.enabled_events = given.get("enabled_events", channel.endpoint.enabled_events)
        channel.save_endpoint()
        return await show_webhooks(request)

    async def set_behaviour(request: Request) -> Response:
        channel.behaviour = behaviour_from(await request.body())
        return await show_webhooks(request)

    async def clear_behaviour(request: Request) -> Response:
        channel.behaviour = Behaviour()
        return await show_webhooks(request)

    async def release(request: Request) -> Response:
        order = (await read_json(request)).get("order", "created")
        if order not in ("created", "reversed", "random"):
            raise ValueError("order is created, reversed or random")
        return JSONResponse({"released": await channel.release(order)})

    async def flush(request: Request) -> Response:
        given = await read_json(request)
        return JSONResponse({"delivered": await channel.flush(float(given.get("timeout", 10)))})

    async def resend(request: Request) -> Response:
        given = await read_json(request)
        found = channel.resend(str(given["event"]), int(given.get("times", 1)))
        return JSONResponse({"resent": found}, 200 if found else 404)

    async def list_deliveries(request: Request) -> Response:
        return JSONResponse({"items": channel.list(request.query_params.get("state"))})

    async def list_faults(request: Request) -> Response:
        return JSONResponse({"items": [asdict(fault) for fault in faults.waiting]})

    async def add_fault(request: Request) -> Response:
        return JSONResponse(asdict(faults.add(await read_json(request))), 201)

    async def clear_faults(request: Request) -> Response:
        faults.waiting.clear()
        return JSONResponse({"items": []})

    async def reset_all(request: Request) -> Response:
        reset()
        channel.clear()
        faults.waiting.clear()
        return JSONResponse({"reset": provider})

    def route(path: str, handler: Endpoint, method: str) -> Route:
        return Route(f"/_sandbox{path}", guarded(handler, own_origin), methods=[method])

    return [
        route("/health", health, "GET"),
        route("/webhooks", show_webhooks, "GET"),
        route("/webhooks", set_webhooks, "PUT"),
        route("/webhooks/behaviour", set_behaviour, "PUT"),
        route("/webhooks/behaviour", clear_behaviour, "DELETE"),
        route("/webhooks/release", release, "POST"),
        route("/webhooks/flush", flush, "POST"),
        route("/webhooks/resend", resend, "POST"),
        route("/deliveries", list_deliveries, "GET"),
        route("/faults", list_faults, "GET"),
        route("/faults", add_fault, "POST"),
        route("/faults", clear_faults, "DELETE"),
        route("/reset", reset_all, "POST"),
    ]
