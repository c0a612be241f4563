"""The cache: Valkey, read through, with single flight and generations. It never fails a request.

An entry carries the generation of its scope; the writer of a scope bumps the generation after its commit, and every
older entry is a miss from then on. Entry and generation come in one MGET. Both live in one hash slot (`{scope}`), as
a clustered cache demands. Without CACHE_URL, or with the cache away, `load` is simply called.
"""

import json
import time
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from commerce.runtime.observability import logger
from commerce.runtime.settings import settings

if TYPE_CHECKING:
    import redis

SECONDS = 30  # No entry lives longer, so that a bump that was lost heals by itself.
LOCK_MS = 2_000
AWAY_SECONDS = 5  # After a failure the cache is left alone for so long.
TIMEOUT_SECONDS = 0.2

_away_until = 0.0


@lru_cache(maxsize=1)
def client() -> "redis.Redis":
    """The connection of this execution environment, with timeouts short enough to do without it."""
    import redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    return redis.Redis.from_url(
        settings().secret("cache_url"),
        socket_timeout=TIMEOUT_SECONDS,
        socket_connect_timeout=TIMEOUT_SECONDS,
        retry=Retry(NoBackoff(), 1),
        decode_responses=True,
        protocol=2,
    )


def available() -> bool:
    """Whether there is a cache, and it has not just failed."""
    return bool(settings().cache_url) and time.monotonic() >= _away_until


def failed(error: Exception) -> None:
    """Notes that the cache did not answer: for a moment nobody waits for it again."""
    global _away_until  # noqa: PLW0603  (known to this execution environment, as its client is)
    _away_until = time.monotonic() + AWAY_SECONDS
    logger.warning("The cache is away; doing without", extra={"reason": type(error).__name__})


def read_through(scope: str, key: str, load: Callable[[], Any], *, seconds: int = SECONDS) -> Any:
    """The cached JSON value, or what `load` returns, which is then kept.

    Of many callers that miss at once, one loads and the others wait for it briefly.

    Args:
        scope: what is bumped together (`products`).
        key: which value in it.
        load: makes the value; JSON, never None.
        seconds: how long the entry lives at most.
    """
    if not available():
        return load()
    try:
        return _read_through(scope, key, load, seconds)
    except _Unreachable as error:
        failed(error.cause)
        return load()


def read_model[View: BaseModel](
    scope: str, key: str, view: type[View], load: Callable[[], View], *, seconds: int = SECONDS
) -> View:
    """The cached view, or what `load` returns, which is then kept.

    An entry of another version of the shop that does not fit the view (a deployment is under way) counts as absent.

    Args:
        scope: what is bumped together (`products`).
        key: which value in it.
        view: the model of the value.
        load: makes the value.
        seconds: how long the entry lives at most.
    """
    loaded: View | None = None

    def make() -> Any:
        nonlocal loaded
        loaded = load()
        return loaded.model_dump(mode="json")

    kept = read_through(scope, key, make, seconds=seconds)
    if loaded is not None:
        return loaded
    try:
        return view.model_validate(kept)
    except ValidationError:
        return load()


def bump(scope: str) -> None:
    """Makes every entry of the scope old. Called by the writer after its commit."""
    if not available():
        return
    try:
        _call(lambda: client().incr(_generation(scope)))
    except _Unreachable as error:
        failed(error.cause)


def ping() -> bool:
    """Whether the cache answers now."""
    try:
        return bool(_call(lambda: client().ping()))
    except _Unreachable as error:
        failed(error.cause)
        return False


class _Unreachable(Exception):
    def __init__(self, cause: Exception) -> None:
        super().__init__(type(cause).__name__)
        self.cause = cause


def _call(command: Callable[[], Any]) -> Any:
    import redis

    try:
        return command()
    except redis.RedisError as error:
        raise _Unreachable(error) from error


def _generation(scope: str) -> str:
    return f"{{{scope}}}:generation"


def _look(scope: str, entry: str) -> tuple[str, Any]:
    """The scope's generation, and the value if it is of that generation. One round trip."""
    generation, stored = _call(lambda: client().mget(_generation(scope), entry))
    generation = generation or "0"
    if stored is not None:
        of, _, text = stored.partition("|")
        if of == generation:
            return generation, json.loads(text)
    return generation, None


def _read_through(scope: str, key: str, load: Callable[[], Any], seconds: int) -> Any:
    entry = f"{{{scope}}}:{key}"
    generation, value = _look(scope, entry)
    if value is not None:
        return value
    lock = f"{entry}:lock"
    if not _call(lambda: client().set(lock, "1", nx=True, px=LOCK_MS)):
        value = _wait_for_other(scope, entry)
        if value is not None:
            return value
    value = load()
    try:
        # With the generation from before the load: a write in between leaves an entry that is old already.
        text = f"{generation}|{json.dumps(value, separators=(',', ':'))}"
        pipeline = client().pipeline(transaction=False)
        pipeline.set(entry, text, ex=seconds)
        pipeline.delete(lock)
        _call(pipeline.execute)
    except _Unreachable as error:
        failed(error.cause)
    return value


def _wait_for_other(scope: str, entry: str) -> Any:
    """What the one who loads puts there, or None when that takes too long."""
    for _ in range(10):
        time.sleep(0.02)
        _, value = _look(scope, entry)
        if value is not None:
            return value
    return None
