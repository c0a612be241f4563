"""Rate limits: a bucket that fills evenly, the same in both stores."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st

from commerce.runtime import cache, ratelimit
from commerce.runtime.errors import TooManyRequests
from commerce.runtime.ids import new_id
from commerce.runtime.ratelimit import BUCKETS, Limit
from tests.unit.conftest import Configure

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
        assert ratelimit._take(key, limit) == wanted
        assert BUCKETS.take(key, limit) == wanted


@pytest.mark.usefixtures("valkey", "clock")
def test_past_the_burst_it_is_429_with_the_time_to_wait() -> None:
    limit = Limit("place_order", burst=3, per_seconds=60)
    for _ in range(3):
        ratelimit.hold(limit, "ada")
    with pytest.raises(TooManyRequests) as refused:
        ratelimit.hold(limit, "ada")
    assert refused.value.headers == {"Retry-After": "20"}


@pytest.mark.usefixtures("valkey")
def test_whoever_waits_as_told_is_let_in(clock: Clock) -> None:
    limit = Limit("place_order", burst=3, per_seconds=60)
    for _ in range(3):
        ratelimit.hold(limit, "ada")
    clock.forward(19_900)
    with pytest.raises(TooManyRequests) as refused:
        ratelimit.hold(limit, "ada")
    clock.forward(int(refused.value.headers["Retry-After"]) * 1000)
    ratelimit.hold(limit, "ada")


@pytest.mark.usefixtures("valkey", "clock")
def test_limits_and_identities_are_apart() -> None:
    one, other = Limit("one", burst=1, per_seconds=60), Limit("other", burst=1, per_seconds=60)
    ratelimit.hold(one, "ada")
    ratelimit.hold(one, "eve")
    ratelimit.hold(other, "ada")
    with pytest.raises(TooManyRequests):
        ratelimit.hold(one, "ada")


@pytest.mark.usefixtures("database", "clock")
def test_without_a_cache_the_database_counts(configure: Configure) -> None:
    configure(cache_url="")
    limit = Limit("one", burst=2, per_seconds=60)
    for _ in range(2):
        ratelimit.hold(limit, "ada")
    with pytest.raises(TooManyRequests):
        ratelimit.hold(limit, "ada")


@pytest.mark.usefixtures("valkey", "database")
def test_a_bucket_is_gone_when_it_is_full_again() -> None:
    limit = Limit("one", burst=2, per_seconds=60)
    ratelimit.hold(limit, "ada")
    assert 0 < cache.client().pttl("limit:{one:ada}") <= 60_000
    BUCKETS.take("one:ada", limit)
    kept = BUCKETS.get("one:ada")
    assert kept
    assert kept.until - kept.at == timedelta(seconds=60)


@pytest.mark.usefixtures("valkey")
def test_the_fields_tell_what_is_left(clock: Clock) -> None:
    """As draft-ietf-httpapi-ratelimit-headers-10 has them, one member per limit."""
    assert ratelimit.fields() == {}
    ratelimit.hold(Limit("carts", burst=10, per_seconds=5), "ada")
    ratelimit.hold(Limit("orders", burst=2, per_seconds=60), "ada")
    assert ratelimit.fields() == {
        "RateLimit-Policy": '"carts";q=10;w=5, "orders";q=2;w=60',
        "RateLimit": '"carts";r=9;t=1, "orders";r=1;t=30',
    }
    ratelimit.begin()
    assert ratelimit.fields() == {}
