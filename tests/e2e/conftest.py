"""The end-to-end tests: buyers of the one deployed stack (tests/support/deployed.py)."""

import pytest

from tests.e2e.shopping import Shop
from tests.support.stack import RunningStack

# These break things, or look at what all others have left behind. (An emulator that was killed forgets code that was
# brought into it without a whole deployment, so whoever kills it comes at the very end.)
LAST = ("test_outages.py", "test_aftermath.py", "test_stack.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The destructive ones last."""
    items.sort(key=lambda item: LAST.index(item.path.name) if item.path.name in LAST else -1)


@pytest.fixture(scope="session")
def shop(stack: RunningStack) -> Shop:
    """The running stack as buyers see it."""
    return Shop(stack)
