"""One tour of the shop, recorded, and the shop itself for tests that go on from there."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from scripts.sandbox.testing import Sandbox
from tests.support.fixtures import open_shop
from tests.support.recording import Recording, recording
from tests.support.shop import Shop
from tests.support.tour import Tour


@dataclass(frozen=True)
class Recorded:
    """What the tour left behind."""

    taken: Recording
    entries: list[dict[str, str]]
    began: datetime


@pytest.fixture(scope="session")
def tour(_database: str, mongo_uri: str, cache_url: str, sandbox: Sandbox) -> Recorded:
    began = datetime.now(UTC)
    with (
        open_shop(mongo_uri=mongo_uri, database=_database, cache_url=cache_url, sandbox=sandbox) as opened,
        recording() as taken,
    ):
        Tour(opened).take()
        return Recorded(taken, list(opened.bus.entries), began)


@pytest.fixture
def shop(_database: str, mongo_uri: str, cache_url: str, sandbox: Sandbox) -> Iterator[Shop]:
    """A shop that may be told of things that never happened: its books need not balance."""
    with open_shop(
        mongo_uri=mongo_uri, database=_database, cache_url=cache_url, sandbox=sandbox, balanced=False
    ) as opened:
        yield opened
