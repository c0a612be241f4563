"""Pieces of the runtime by themselves. Those that speak to MongoDB or Valkey do so with real servers."""

import io
import json
from collections.abc import Callable, Iterator
from functools import lru_cache
from types import ModuleType
from typing import Any

import pytest

from commerce.runtime import cache, mongo, ratelimit
from commerce.runtime.observability import logger
from commerce.runtime.settings import Settings, settings

# What fails in there says what was different, whoever imports it first.
pytest.register_assert_rewrite("tests.unit.pricing.invariants", "tests.unit.pricing.worked")

type Configure = Callable[..., None]
type Log = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch) -> Iterator[Configure]:
    """Sets settings by name; all others are as if nobody had set them."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)

    def give(**given: str) -> None:
        for name, value in given.items():
            monkeypatch.setenv(name.upper(), value)
        settings.cache_clear()

    give(signing_keys="unit-test-key")
    yield give
    settings.cache_clear()


def own(module: ModuleType, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets a test make a lazy client of its own; the one that others may have made is left alone."""
    monkeypatch.setattr(module, name, lru_cache(maxsize=1)(getattr(module, name).__wrapped__))


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[dict[str, Any]]]:
    """What has been logged so far."""
    written = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", written)
    return lambda: [json.loads(line) for line in written.getvalue().splitlines()]


@pytest.fixture
def valkey(configure: Configure, cache_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty cache."""
    configure(cache_url=cache_url)
    own(cache, "client", monkeypatch)
    monkeypatch.setattr(cache, "_away_until", 0.0)
    cache.client().flushdb()
    yield
    cache.client().close()


@pytest.fixture
def database(configure: Configure, mongo_uri: str, worker_id: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A database without documents."""
    configure(mongodb_uri=mongo_uri, mongodb_database=f"souk_unit_{worker_id}")
    own(mongo, "client", monkeypatch)
    for name in mongo.database().list_collection_names():
        mongo.database()[name].delete_many({})
    yield
    mongo.client().close()


@pytest.fixture(autouse=True)
def _no_limits_held() -> None:
    ratelimit.begin()
