"""Rate limits: a token bucket per identity, in Valkey by one script; in MongoDB where there is no cache or it is away.

The answer carries the RateLimit fields of draft-ietf-httpapi-ratelimit-headers-10; past the limit it is 429 with
Retry-After.
"""

import math
from collections.abc import Sequence
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from commerce.runtime import cache
from commerce.runtime.clock import now
from commerce.runtime.errors import TooManyRequests
from commerce.runtime.mongo import Collection, Document, Index
from commerce.runtime.observability import logger
from commerce.runtime.problems import is_database_away

_TAKE = """
local tokens = tonumber(redis.call('HGET', KEYS[1], 't') or ARGV[1])
local at = tonumber(redis.call('HGET', KEYS[1], 'a') or ARGV[3])
local rate = tonumber(ARGV[2])
tokens = math.min(tonumber(ARGV[1]), tokens + math.max(0, tonumber(ARGV[3]) - at) * rate)
local allowed = tokens >= 1
if allowed then tokens = tokens - 1 end
redis.call('HSET', KEYS[1], 't', tostring(tokens), 'a', math.max(at, tonumber(ARGV[3])))
redis.call('PEXPIRE', KEYS[1], math.ceil(tonumber(ARGV[1]) / rate * 1000))
return {allowed and 1 or 0, tostring(tokens)}
"""


@dataclass(frozen=True)
class Limit:
    """So many requests at once, refilled evenly over so many seconds."""

    name: str
    burst: int
    per_seconds: int

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self.burst / self.per_seconds

    def seconds_until(self, wanted: int, left: float) -> int:
        """How long it takes from so many to as many as are wanted."""
        return math.ceil((wanted - left) / self.rate)


class Bucket(Document):
    """What is left for one identity."""

    tokens: float
    at: datetime
    until: datetime


class Buckets(Collection[Bucket]):
    """The collection `rate_limits`: the stand-in for the cache."""

    name = "rate_limits"
    model = Bucket
    indexes = (Index((("until", 1),), expire_after_seconds=0),)

    def take(self, key: str, limit: Limit) -> tuple[bool, float]:
        """Takes a token if there is one; says whether, and what is left. One round trip, atomic."""
        from pymongo.errors import DuplicateKeyError

        moment = now()
        earned = {"$divide": [{"$subtract": [moment, {"$ifNull": ["$at", moment]}]}, 1000 / limit.rate]}
        filled = {"$min": [limit.burst, {"$add": [{"$ifNull": ["$tokens", limit.burst]}, {"$max": [0, earned]}]}]}
        stages: list[dict[str, Any]] = [
            {
                "$set": {
                    "tokens": filled,
                    "at": {"$max": ["$at", moment]},  # Clocks differ; time that was earned once is not earned again.
                    "until": moment + timedelta(seconds=limit.per_seconds),
                }
            },
            {"$set": {"allowed": {"$gte": ["$tokens", 1]}}},
            {"$set": {"tokens": {"$cond": ["$allowed", {"$subtract": ["$tokens", 1]}, "$tokens"]}}},
        ]
        left = None
        while left is None:
            # Others may begin the bucket at the same moment: then there is one, and it is asked again. (The local
            # engine answers nothing then.)
            with suppress(DuplicateKeyError):
                left = self.handle.find_one_and_update({"_id": key}, stages, upsert=True, return_document=True)
        return bool(left["allowed"]), float(left["tokens"])


BUCKETS = Buckets()

_held: ContextVar[tuple[tuple[Limit, float], ...]] = ContextVar("held", default=())


def begin() -> None:
    """A new request: nothing has been taken for it."""
    _held.set(())


def fields() -> dict[str, str]:
    """The RateLimit fields for the answer, empty where no limit was held: quota and window in seconds of each limit,
    and how many requests are left (`r`) until, after `t` seconds, the whole quota is there again.
    """
    if not _held.get():
        return {}
    policies = [f'"{limit.name}";q={limit.burst};w={limit.per_seconds}' for limit, _ in _held.get()]
    left = [f'"{limit.name}";r={int(left)};t={limit.seconds_until(limit.burst, left)}' for limit, left in _held.get()]
    return {"RateLimit-Policy": ", ".join(policies), "RateLimit": ", ".join(left)}


type Wanted = Sequence[tuple[Limit, str]]
type Taken = list[tuple[bool, float]]


def hold(*wanted: tuple[Limit, str]) -> None:
    """Takes one request from each of these identities' buckets. One round trip to the cache; to the database one each.

    Where neither the cache nor the database can count, nothing is held.

    Raises:
        TooManyRequests: one of them is empty.
    """
    taken = _take(wanted)
    _held.set((*_held.get(), *((limit, left) for (limit, _), (_, left) in zip(wanted, taken, strict=False))))
    waits = [
        max(1, limit.seconds_until(1, left))
        for (limit, _), (allowed, left) in zip(wanted, taken, strict=False)
        if not allowed
    ]
    if waits:
        raise TooManyRequests(max(waits))


def _take(wanted: Wanted) -> Taken:
    if cache.available():
        import redis

        try:
            return _take_from_cache(wanted)
        except redis.RedisError as error:
            cache.failed(error)
    try:
        return [BUCKETS.take(_key(limit, identity), limit) for limit, identity in wanted]
    except Exception as error:
        if is_database_away(error):
            raise
        # A limit protects the shop; it must not close it.
        logger.error("Rate limits can't be counted; going on without", extra={"reason": type(error).__name__})
        return []


def _take_from_cache(wanted: Wanted) -> Taken:
    moment = now().timestamp()
    with cache.client().pipeline(transaction=False) as asking:  # The keys may lie in different slots.
        for limit, identity in wanted:
            asking.eval(_TAKE, 1, f"limit:{{{_key(limit, identity)}}}", limit.burst, limit.rate, moment)
        return [(bool(allowed), float(left)) for allowed, left in asking.execute()]


def _key(limit: Limit, identity: str) -> str:
    return f"{limit.name}:{identity}"
