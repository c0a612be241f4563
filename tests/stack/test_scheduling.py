"""Tests that share something expensive share a process."""

import pytest

from tests.support.scheduling import group_of


@pytest.mark.parametrize(
    ("nodeid", "group"),
    [
        ("tests/e2e/test_purchase.py::test_a_guest_buys", "stack"),
        ("tests/browser/test_guest.py::test_a_guest_buys[phone]", "stack"),
        ("tests/layer/test_layer.py::test_a_function[auth.authorizer]", "layer"),
        ("tests/unit/test_ids.py::test_of_e2e[tests/e2e/x]", ""),
    ],
)
def test_groups_by_folder(nodeid: str, group: str) -> None:
    assert group_of(nodeid) == group
