"""One deployed stack for all tests that want it: its own, or one that runs already (SOUK_STACK=path/to/stack.json)."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # most runs need no stack, nor the SDKs that come with it
    from tests.support.stack import RunningStack

ROOT = Path(__file__).resolve().parents[2]
HOMES = ROOT / ".local" / "test"
FIRST_PORT = 18080
# The first test waits for the stack, whose build alone may take a minute, and on a busy machine each cold function some
# seconds.
SECONDS, WARM_SECONDS = 900, 600


def mark(items: list[pytest.Item]) -> None:
    """Whatever meets the one stack may take its time (and runs in one process: scheduling.py)."""
    for item in items:
        if "stack" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.timeout(SECONDS))


@pytest.fixture(scope="session")
def stack(request: pytest.FixtureRequest) -> "Iterator[RunningStack]":
    """The running stack, every function warm."""
    from tests.support.stack import RunningStack

    given = os.environ.get("SOUK_STACK")
    if given:
        with closing(RunningStack.at(Path(given))) as running:
            yield _warm(running)
        return
    from scripts.stack.checks import first_free
    from scripts.stack.layout import Layout
    from scripts.stack.progress import Progress
    from scripts.stack.up import Starter

    # Several runs beside each other begin to look at different places.
    layout = Layout(HOMES / str(os.getpid()), first_free(FIRST_PORT + os.getpid() % 90 * 100))
    # Not detached: should this process be killed, the stack ends with it.
    starter = Starter(layout, Progress(sys.stderr))
    try:
        starter.up(smoke=False)
        with closing(RunningStack.at(layout.stack_file)) as running:
            yield _warm(running)
    finally:
        starter.deployer.emulator.close()
        starter.control.shutdown()
        if request.session.testsfailed:
            last = HOMES / "logs-of-last-failure"
            shutil.rmtree(last, ignore_errors=True)
            shutil.copytree(layout.logs, last)
            sys.stderr.write(f"the stack's logs are kept in {last}\n")
        shutil.rmtree(layout.home, ignore_errors=True)


def _warm(stack: "RunningStack") -> "RunningStack":
    """Wait until the attendant has called every route."""
    from scripts.stack.files import read_json
    from tests.support.stack import wait_for

    def warm() -> bool:
        state = read_json(stack.layout.run / "warm.json") or {}
        return state.get("start") == stack.facts["start"] and not state.get("left")

    wait_for(warm, seconds=WARM_SECONDS, what="all functions are warm")
    return stack
