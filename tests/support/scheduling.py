"""Which tests share a process when there are several.

xdist has `--dist loadgroup` for this, but xdist 3.8 writes the group into the node id, which pytest 9.2 no longer lets
it: the marks are without effect. So the groups are told by folder here. What is in no group goes test by test to
whichever process is free.
"""

from pathlib import PurePosixPath

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# The deployed stack, the built layer, and measurements: each is made once, in one process.
GROUPS = {"e2e": "stack", "browser": "stack", "layer": "layer", "budget": "layer"}


class Together(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Sends the tests of a group to one process, the largest group first."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid) or nodeid


def group_of(nodeid: str) -> str:
    """The group of a test by its folder; empty when it has none."""
    parts = PurePosixPath(nodeid.partition("::")[0]).parts
    return next((GROUPS[part] for part in parts if part in GROUPS), "")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Together:
    """The hook of xdist."""
    return Together(config, log)
