"""Is the shop well: GET /health."""

from typing import Literal

from pydantic import BaseModel

from commerce.runtime import cache, http, mongo, outbox
from commerce.runtime.observability import logger
from commerce.runtime.settings import settings

app = http.api()

type State = Literal["up", "down", "off"]


class Health(BaseModel):
    """The parts the shop stands on. Without its database it can't sell; without cache or bus it can."""

    status: Literal["ok", "degraded", "down"]
    mongo: State
    cache: State
    bus: State


@app.get("/health", tags=["system"], responses=http.answers(Health, 200, 503))
def health() -> http.Response[Health]:
    """200 when the shop can sell, 503 when it can't."""
    parts = Health(status="ok", mongo=_mongo(), cache=_cache(), bus=_bus())
    if parts.mongo != "up":
        parts.status = "down"
    elif "down" in {parts.cache, parts.bus}:
        parts.status = "degraded"
    headers = {"Retry-After": "5"} if parts.status == "down" else {}
    return http.Response(503 if parts.status == "down" else 200, "application/json", parts, headers)


def _mongo() -> State:
    try:
        mongo.ping(seconds=2)
    except Exception as error:  # noqa: BLE001  (whatever it is, it is not up)
        logger.warning("MongoDB is away", extra={"reason": type(error).__name__})
        return "down"
    return "up"


def _cache() -> State:
    if not settings().cache_url:
        return "off"
    return "up" if cache.ping() else "down"


def _bus() -> State:
    if not settings().event_bus_name:
        return "off"
    return "up" if outbox.bus_answers() else "down"


handler = http.handler(app)
