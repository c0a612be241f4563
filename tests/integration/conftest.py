"""Functions in this process against real MongoDB and Valkey servers, one of each per worker."""

from typing import Any

import pytest

from tests.support.killswitch import Killswitch
from tests.support.shop import Shop


@pytest.fixture
def killswitch(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Killswitch:
    """Kills functions at any step."""
    switch = Killswitch()
    switch.install(monkeypatch)
    return switch


def pytest_configure(config: Any) -> None:
    """Nothing of the SDKs' may warn unseen, but theirs is not ours to mend."""
    config.addinivalue_line("filterwarnings", "ignore::ResourceWarning")
