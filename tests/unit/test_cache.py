"""The cache: quicker where it is there, harmless where it is not."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from pydantic import BaseModel

from commerce.runtime import cache
from tests.support.servers import free_port
from tests.unit.conftest import Configure, Log, own


class Source:
    """What the cache stands in front of; counts how often it is asked."""

    def __init__(self, value: object = "value", before: Callable[[], None] = lambda: None) -> None:
        self.value, self.before, self.asked = value, before, 0

    def __call__(self) -> object:
        self.asked += 1
        seen = self.value
        self.before()
        return seen


@pytest.mark.usefixtures("valkey")
@pytest.mark.parametrize("value", ["text", 7, 0, [], {}, False, {"a": [1, None, "é"]}])
def test_what_was_loaded_once_is_read(value: object) -> None:
    source = Source(value)
    assert cache.read_through("s", "k", source) == value
    assert cache.read_through("s", "k", source) == value
    assert source.asked == 1


@pytest.mark.usefixtures("valkey")
def test_keys_and_scopes_are_apart() -> None:
    assert cache.read_through("s", "k", Source("one")) == "one"
    assert cache.read_through("s", "k2", Source("two")) == "two"
    assert cache.read_through("t", "k", Source("three")) == "three"


@pytest.mark.usefixtures("valkey")
def test_a_bump_makes_all_of_a_scope_old_and_nothing_else() -> None:
    for scope in ("s", "t"):
        cache.read_through(scope, "k", Source("old"))
    cache.bump("s")
    assert cache.read_through("s", "k", Source("new")) == "new"
    assert cache.read_through("t", "k", Source("new")) == "old"


@pytest.mark.usefixtures("valkey")
def test_a_write_during_the_load_leaves_nothing_stale() -> None:
    """The writer commits and bumps after we have read and before we have stored."""
    source = Source("before", before=lambda: cache.bump("s"))
    assert cache.read_through("s", "k", source) == "before"
    assert cache.read_through("s", "k", Source("after")) == "after"


@pytest.mark.usefixtures("valkey")
def test_no_entry_lives_longer_than_30_seconds() -> None:
    cache.read_through("s", "k", Source())
    cache.read_through("s", "short", Source(), seconds=3)
    assert cache.client().ttl("{s}:k") == cache.SECONDS == 30
    assert cache.client().ttl("{s}:short") == 3


@pytest.mark.usefixtures("valkey")
def test_generation_entry_and_lock_are_in_one_slot() -> None:
    """A clustered cache refuses commands over several."""
    cache.read_through("products", "k", Source())
    cache.bump("products")
    keys = cache.client().keys("*")
    assert keys
    assert all(str(key).startswith("{products}:") for key in keys)


@pytest.mark.usefixtures("valkey")
def test_of_many_who_miss_at_once_one_loads() -> None:
    source = Source(before=lambda: time.sleep(0.08))
    gate = threading.Barrier(12)

    def ask() -> object:
        gate.wait()
        return cache.read_through("s", "k", source)

    with ThreadPoolExecutor(12) as pool:
        answers = [asked.result() for asked in [pool.submit(ask) for _ in range(12)]]
    assert answers == ["value"] * 12
    assert source.asked == 1


@pytest.mark.usefixtures("valkey")
def test_whoever_waits_in_vain_loads_for_himself() -> None:
    cache.client().set("{s}:k:lock", "1", px=10_000)
    began = time.monotonic()
    assert cache.read_through("s", "k", Source()) == "value"
    assert time.monotonic() - began < 1


@pytest.mark.usefixtures("valkey")
def test_a_load_that_fails_fails_and_leaves_nothing() -> None:
    def fail() -> object:
        raise KeyError("gone")

    with pytest.raises(KeyError, match="gone"):
        cache.read_through("s", "k", fail)
    assert cache.read_through("s", "k", Source()) == "value"


def test_without_a_cache_everything_is_loaded(configure: Configure) -> None:
    configure(cache_url="")
    source = Source()
    assert [cache.read_through("s", "k", source) for _ in range(2)] == ["value", "value"]
    assert source.asked == 2
    cache.bump("s")


@pytest.fixture
def silent(configure: Configure, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A cache that takes connections and never answers."""
    monkeypatch.setattr(cache, "_away_until", 0.0)
    with socket.create_server(("127.0.0.1", 0)) as server:
        configure(cache_url=f"redis://127.0.0.1:{server.getsockname()[1]}/0")
        own(cache, "client", monkeypatch)
        yield
        cache.client().close()


@pytest.mark.usefixtures("silent")
def test_a_silent_cache_costs_one_wait_in_five_seconds(monkeypatch: pytest.MonkeyPatch, log: Log) -> None:
    source = Source()
    began = time.monotonic()
    assert cache.read_through("s", "k", source) == "value"
    first = time.monotonic() - began
    assert first < 3 * cache.TIMEOUT_SECONDS
    for _ in range(50):
        assert cache.read_through("s", "k", source) == "value"
        cache.bump("s")
    assert time.monotonic() - began - first < 0.1
    assert [line["message"] for line in log()] == ["The cache is away; doing without"]

    later = time.monotonic() + cache.AWAY_SECONDS
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert cache.available(), "then it is given another chance"


def test_a_cache_that_is_gone_costs_nothing(configure: Configure, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_away_until", 0.0)
    configure(cache_url=f"redis://127.0.0.1:{free_port()}/0")
    own(cache, "client", monkeypatch)
    began = time.monotonic()
    assert cache.read_through("s", "k", Source()) == "value"
    assert not cache.ping()
    assert time.monotonic() - began < 1


@pytest.mark.usefixtures("valkey")
def test_the_cache_may_go_while_we_load() -> None:
    """Storing what was loaded fails; the request does not."""
    source = Source(before=lambda: cache.client().connection_pool.connection_kwargs.update(port=free_port()))
    source_then = cache.read_through("s", "k", source)
    assert source_then == "value"
    assert source.asked == 1


class View(BaseModel):
    """What is kept."""

    name: str


class WiderView(View):
    """The same after a deployment that added a member."""

    stars: int


@pytest.mark.usefixtures("valkey")
def test_a_view_is_made_once_and_read_as_what_it_is() -> None:
    made: list[str] = []

    def load(name: str) -> View:
        made.append(name)
        return View(name=name)

    assert cache.read_model("s", "k", View, lambda: load("first")) == View(name="first")
    assert cache.read_model("s", "k", View, lambda: load("second")) == View(name="first")
    assert made == ["first"]


@pytest.mark.usefixtures("valkey")
def test_an_entry_of_another_version_of_the_shop_counts_as_absent() -> None:
    cache.read_model("s", "k", View, lambda: View(name="old"))
    wider = cache.read_model("s", "k", WiderView, lambda: WiderView(name="new", stars=5))
    assert wider == WiderView(name="new", stars=5)
