"""Pieces of the runtime by themselves. Those that speak to MongoDB or Valkey do so with real servers."""

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from commerce.runtime import cache, mongo, ratelimit
from commerce.runtime.observability import logger
from commerce.runtime.settings import Settings, settings
from tests.support.fixtures import cache_url, mongo_uri

__all__ = ["cache_url", "mongo_uri"]

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
    cache.client.cache_clear()
    monkeypatch.setattr(cache, "_away_until", 0.0)
    cache.client().flushdb()
    yield
    cache.client().close()
    cache.client.cache_clear()


@pytest.fixture
def database(configure: Configure, mongo_uri: str, worker_id: str) -> Iterator[None]:
    """A database without documents."""
    configure(mongodb_uri=mongo_uri, mongodb_database=f"souk_unit_{worker_id}")
    mongo.client.cache_clear()
    for name in mongo.database().list_collection_names():
        mongo.database()[name].delete_many({})
    yield
    mongo.client().close()
    mongo.client.cache_clear()


@pytest.fixture(autouse=True)
def _no_limits_held() -> None:
    ratelimit.begin()
