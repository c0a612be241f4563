"""One deployed stack for all end-to-end tests: its own, or with SOUK_STACK=path/to/stack.json one that runs already."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from scripts.stack.checks import first_free
from scripts.stack.files import read_json
from scripts.stack.layout import ROOT, Layout
from scripts.stack.progress import Progress
from scripts.stack.up import Starter
from tests.e2e.shopping import Shop
from tests.support.stack import RunningStack, wait_for

HERE = Path(__file__).parent
HOMES = ROOT / ".local" / "test"
FIRST_PORT = 18080
# These break things, or look at what all others have left behind.
LAST = ("test_stack.py", "test_outages.py", "test_aftermath.py")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here meets the one stack, so it runs in one worker."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.xdist_group("stack"))
            # The first one waits for the stack, whose build alone may take a minute.
            item.add_marker(pytest.mark.timeout(600))
    items.sort(key=lambda item: LAST.index(item.path.name) if item.path.name in LAST else -1)


@pytest.fixture(scope="session")
def stack(request: pytest.FixtureRequest) -> Iterator[RunningStack]:
    """The running stack, every function warm."""
    given = os.environ.get("SOUK_STACK")
    if given:
        with closing(RunningStack.at(Path(given))) as running:
            yield _warm(running)
        return
    layout = Layout(HOMES / str(os.getpid()), first_free(FIRST_PORT))
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


@pytest.fixture(scope="session")
def shop(stack: RunningStack) -> Shop:
    """The running stack as buyers see it."""
    return Shop(stack)


def _warm(stack: RunningStack) -> RunningStack:
    """Wait until the attendant has called every route."""

    def warm() -> bool:
        state = read_json(stack.layout.run / "warm.json") or {}
        return state.get("start") == stack.facts["start"] and not state.get("left")

    wait_for(warm, seconds=90, what="all functions are warm")
    return stack
