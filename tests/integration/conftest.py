"""Functions in this process against real MongoDB and Valkey servers, one of each per worker."""

from typing import Any

from tests.support.fixtures import _database, cache_url, mongo_uri, sandbox, shop, watcher

__all__ = ["_database", "cache_url", "mongo_uri", "sandbox", "shop", "watcher"]


def pytest_configure(config: Any) -> None:
    """Nothing of the SDKs' may warn unseen, but theirs is not ours to mend."""
    config.addinivalue_line("filterwarnings", "ignore::ResourceWarning")
