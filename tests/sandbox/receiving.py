"""What the tests' webhook receiver hands out."""

from dataclasses import dataclass, field
from time import monotonic, sleep

import pytest


@dataclass
class Received:
    """One webhook as it arrived."""

    headers: dict[str, str]
    body: bytes
    at: float


@dataclass
class Receiver:
    """A shop that only listens. `answers` are the next statuses; then it is 200."""

    url: str
    received: list[Received] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    def wait_for(self, count: int, seconds: float = 5.0) -> list[Received]:
        """What has come once there are `count`; fails the test when they do not come."""
        deadline = monotonic() + seconds
        while len(self.received) < count:
            if monotonic() > deadline:
                pytest.fail(f"{len(self.received)} of {count} webhooks came")
            sleep(0.01)
        return self.received
