"""Rate limits: a bucket that fills evenly, the same in both stores."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import redis
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st
from pymongo.errors import OperationFailure, ServerSelectionTimeoutError

from commerce.runtime import cache, ratelimit
from commerce.runtime.errors import TooManyRequests
from commerce.runtime.ids import new_id
from commerce.runtime.ratelimit import BUCKETS, Limit
from tests.unit.conftest import Configure, Log

START = datetime(2026, 5, 5, 12, tzinfo=UTC)


class Clock:
    """Stands where it is put."""

    def __init__(self) -> None:
        self.moment = START

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, milliseconds: int) -> None:
        self.moment += timedelta(milliseconds=milliseconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    held = Clock()
    monkeypatch.setattr(ratelimit, "now", held)
    return held


class Ideal:
    """A token bucket on paper."""

    def __init__(self, limit: Limit) -> None:
        self.limit, self.tokens = limit, float(limit.burst)
        self.at: datetime | None = None

    def take(self, moment: datetime) -> tuple[bool, float]:
        self.at = self.at or moment
        earned = max(0.0, (moment - self.at).total_seconds()) * self.limit.rate
        self.tokens, self.at = min(float(self.limit.burst), self.tokens + earned), max(self.at, moment)
        allowed = self.tokens >= 1
        self.tokens -= allowed
        return allowed, self.tokens


@pytest.mark.usefixtures("valkey", "database")
@rules(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    # Numbers that are exact in binary, so that no store may be off by anything.
    limit=st.builds(Limit, st.just("test"), st.sampled_from([1, 2, 4, 8]), st.sampled_from([1, 2, 4, 64])),
    steps=st.lists(st.integers(-12, 24).map(lambda eighths: eighths * 125), min_size=1, max_size=25),
)
def test_both_stores_count_alike_and_right(limit: Limit, steps: list[int], clock: Clock) -> None:
    """Whatever the clocks of those who ask (they differ a little, so some steps go back)."""
    clock.moment, key, ideal = START, new_id("key"), Ideal(limit)
    for step in steps:
        clock.forward(step)
        wanted = ideal.take(clock.moment)
        assert ratelimit._take([(limit, key)]) == [wanted]
        assert BUCKETS.take(key, limit) == wanted


@pytest.mark.usefixtures("valkey", "clock")
def test_past_the_burst_it_is_429_with_the_time_to_wait() -> None:
    limit = Limit("place_order", burst=3, per_seconds=60)
    for _ in range(3):
        ratelimit.hold((limit, "ada"))
    with pytest.raises(TooManyRequests) as refused:
        ratelimit.hold((limit, "ada"))
    assert refused.value.headers == {"Retry-After": "20"}


@pytest.mark.usefixtures("valkey")
def test_whoever_waits_as_told_is_let_in(clock: Clock) -> None:
    limit = Limit("place_order", burst=3, per_seconds=60)
    for _ in range(3):
        ratelimit.hold((limit, "ada"))
    clock.forward(19_900)
    with pytest.raises(TooManyRequests) as refused:
        ratelimit.hold((limit, "ada"))
    clock.forward(int(refused.value.headers["Retry-After"]) * 1000)
    ratelimit.hold((limit, "ada"))


@pytest.mark.usefixtures("valkey", "clock")
def test_limits_and_identities_are_apart() -> None:
    one, other = Limit("one", burst=1, per_seconds=60), Limit("other", burst=1, per_seconds=60)
    ratelimit.hold((one, "ada"))
    ratelimit.hold((one, "eve"))
    ratelimit.hold((other, "ada"))
    with pytest.raises(TooManyRequests):
        ratelimit.hold((one, "ada"))


@pytest.mark.usefixtures("valkey", "clock")
def test_several_are_taken_at_once_and_the_longest_wait_is_told() -> None:
    mine, ours = Limit("mine", burst=2, per_seconds=60), Limit("ours", burst=3, per_seconds=600)
    ratelimit.hold((mine, "ada"), (ours, "here"))
    ratelimit.hold((mine, "eve"), (ours, "here"))
    ratelimit.hold((mine, "eve"), (ours, "there"))
    with pytest.raises(TooManyRequests) as refused:
        ratelimit.hold((mine, "eve"), (ours, "there"))
    assert refused.value.headers == {"Retry-After": "30"}
    ratelimit.hold((mine, "ada"), (ours, "here"))
    with pytest.raises(TooManyRequests) as refused:
        ratelimit.hold((mine, "ada"), (ours, "here"))
    assert refused.value.headers == {"Retry-After": "200"}
    assert ratelimit.fields()["RateLimit"].endswith('"mine";r=0;t=60, "ours";r=0;t=600')


@pytest.mark.usefixtures("valkey")
def test_several_cost_one_round_trip(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[object] = []
    genuine: Any = redis.connection.Connection.send_packed_command

    def send(connection: object, command: object, *arguments: object, **options: object) -> object:
        sent.append(command)
        return genuine(connection, command, *arguments, **options)

    cache.client().ping()
    monkeypatch.setattr(redis.connection.Connection, "send_packed_command", send)
    ratelimit.hold((Limit("one", 5, 60), "ada"), (Limit("other", 5, 60), "here"))
    assert len(sent) == 1


@pytest.mark.usefixtures("database")
def test_many_who_begin_a_bucket_at_the_same_moment_are_all_answered_and_none_too_many(configure: Configure) -> None:
    configure(cache_url="")
    limit = Limit("one", burst=5, per_seconds=3600)
    with ThreadPoolExecutor(8) as pool:
        for number in range(10):
            outcomes = list(pool.map(lambda key: BUCKETS.take(key, limit)[0], [f"one:{number}"] * 8))
            assert sum(outcomes) <= 5


@pytest.mark.usefixtures("database")
def test_where_nobody_can_count_nobody_is_refused(
    configure: Configure, monkeypatch: pytest.MonkeyPatch, log: Log
) -> None:
    def broken(*_: object) -> object:
        raise OperationFailure("no space left")

    configure(cache_url="")
    monkeypatch.setattr(BUCKETS, "take", broken)
    for _ in range(5):
        ratelimit.hold((Limit("one", burst=1, per_seconds=60), "ada"), (Limit("other", 1, 60), "here"))
    assert ratelimit.fields() == {}
    assert log()[-1]["message"].startswith("Rate limits can't be counted")
    assert "no space" not in str(log())


@pytest.mark.usefixtures("database")
def test_with_the_database_away_it_is_no_more_than_away(configure: Configure, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> object:
        raise ServerSelectionTimeoutError("nobody there")

    configure(cache_url="")
    monkeypatch.setattr(BUCKETS, "take", away)
    with pytest.raises(ServerSelectionTimeoutError):
        ratelimit.hold((Limit("one", burst=1, per_seconds=60), "ada"))


@pytest.mark.usefixtures("database", "clock")
def test_without_a_cache_the_database_counts(configure: Configure) -> None:
    configure(cache_url="")
    limit = Limit("one", burst=2, per_seconds=60)
    for _ in range(2):
        ratelimit.hold((limit, "ada"))
    with pytest.raises(TooManyRequests):
        ratelimit.hold((limit, "ada"))


@pytest.mark.usefixtures("valkey", "database")
def test_a_bucket_is_gone_when_it_is_full_again() -> None:
    limit = Limit("one", burst=2, per_seconds=60)
    ratelimit.hold((limit, "ada"))
    assert 0 < cache.client().pttl("limit:{one:ada}") <= 60_000
    BUCKETS.take("one:ada", limit)
    kept = BUCKETS.get("one:ada")
    assert kept
    assert kept.until - kept.at == timedelta(seconds=60)


@pytest.mark.usefixtures("valkey")
def test_the_fields_tell_what_is_left(clock: Clock) -> None:
    """As draft-ietf-httpapi-ratelimit-headers-10 has them, one member per limit."""
    assert ratelimit.fields() == {}
    ratelimit.hold((Limit("carts", burst=10, per_seconds=5), "ada"))
    ratelimit.hold((Limit("orders", burst=2, per_seconds=60), "ada"))
    assert ratelimit.fields() == {
        "RateLimit-Policy": '"carts";q=10;w=5, "orders";q=2;w=60',
        "RateLimit": '"carts";r=9;t=1, "orders";r=1;t=30',
    }
    ratelimit.begin()
    assert ratelimit.fields() == {}
