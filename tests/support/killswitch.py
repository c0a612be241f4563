"""Kills a function at any step: before something leaves the process, or after it was done and before the answer came.

A step is a round trip to MongoDB, a call of Stripe, of PayPal, of the bus, of SNS or of SES. `Killed` is no Exception,
so that nothing of ours catches it: as far as our code can tell, the process is gone.
"""

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import stripe
import urllib3
from pymongo.synchronous.pool import Connection

from commerce.runtime import mongo
from tests.support.bus import Bus
from tests.support.post import Post


class Killed(BaseException):
    """The process is gone."""


class Killswitch:
    """Counts the steps of the calling thread, and strikes at one of them."""

    def __init__(self) -> None:
        self.steps = 0
        self.names: list[str] = []
        self._strike_at = 0
        self._thread: int | None = None
        self.fault: Callable[[], BaseException] = Killed

    @contextlib.contextmanager
    def armed(self, step: int = 0, fault: Callable[[], BaseException] = Killed) -> Iterator[None]:
        """Strikes at this step (from 1), or merely counts them when it is 0."""
        self.steps, self.names, self._strike_at, self.fault = 0, [], step, fault
        self._thread = threading.get_ident()
        try:
            yield
        finally:
            self._thread = None

    def step(self, name: str) -> None:
        """Here it may end."""
        if self._thread != threading.get_ident():
            return
        self.steps += 1
        self.names.append(name)
        if self.steps == self._strike_at:
            self._thread = None
            raise self.fault()

    def survives(self, step: int, work: Callable[[], object]) -> bool:
        """Whether the work ended by itself although the switch waited at this step."""
        try:
            with self.armed(step):
                work()
        except Killed:
            return False
        return True

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Puts the switch into every way out of the process."""
        send, receive = Connection.send_message, Connection.receive_message

        def sending(connection: Connection, message: bytes, size: int) -> None:
            self.step("mongo: ask")
            send(connection, message, size)

        def receiving(connection: Connection, request_id: int | None) -> Any:
            reply = receive(connection, request_id)
            self.step("mongo: done")
            return reply

        patch.setattr(Connection, "send_message", sending)
        patch.setattr(Connection, "receive_message", receiving)
        for owner, method in (
            (stripe.RequestsClient, "request"),
            (urllib3.PoolManager, "request"),
            (Bus, "put_events"),
            (Post, "publish"),
            (Post, "send_email"),
        ):
            patch.setattr(owner, method, self._wrapped(f"{owner.__name__}.{method}", getattr(owner, method)))

    def _wrapped(self, name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            self.step(f"{name}: ask")
            answer = original(*args, **kwargs)
            self.step(f"{name}: done")
            return answer

        return wrapped


def bury() -> None:
    """The dead process's connections are gone, and with them what it had begun in the database."""
    mongo.client().close()
    mongo.client.cache_clear()
