"""Cursors: good for their list, and for nothing else."""

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from commerce.runtime import signing
from commerce.runtime.paging import InvalidCursor, Limit, next_cursor, position

pytestmark = pytest.mark.usefixtures("configure")


def test_no_cursor_is_the_start() -> None:
    assert position("products", None) is None
    assert position("products", "") is None


@rules(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(), st.lists(st.integers() | st.text() | st.none(), min_size=1))
def test_a_cursor_leads_back_to_its_row(listing: str, row: list[object]) -> None:
    assert position(listing, next_cursor(listing, row)) == row


@pytest.mark.parametrize("listing", ["products|tea & spices|-created_at", "茶" * 500])
def test_a_cursor_is_text_that_fits_an_address(listing: str) -> None:
    cursor = next_cursor(listing, ["prod_01k00000000000000000000001"])
    assert cursor.replace("-", "").replace("_", "").replace(".", "").isalnum()
    assert len(cursor) < 500, "what the functions take at most"


@pytest.mark.parametrize(
    "cursor",
    ["forged", "x" * 500, "W10.x", next_cursor.__name__, "\u0663", "."],
)
def test_what_we_did_not_give_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidCursor) as refused:
        position("products", cursor)
    assert refused.value.errors[0].field == "cursor"


def test_a_cursor_of_another_list_is_refused() -> None:
    with pytest.raises(InvalidCursor):
        position("orders|user_2", next_cursor("orders|user_1", ["ord_1"]))


@pytest.mark.parametrize("value", [1, "ab", ["products"], {"products": 1}, None])
def test_something_else_of_ours_is_no_cursor(value: object) -> None:
    with pytest.raises(InvalidCursor):
        position("products", signing.seal("cursor", value))


@pytest.mark.parametrize(("limit", "fine"), [(1, True), (100, True), (0, False), (101, False), (-1, False)])
def test_a_page_has_its_limits(limit: int, fine: bool) -> None:
    adapter = TypeAdapter(Limit)
    if fine:
        assert adapter.validate_python(limit) == limit
    else:
        with pytest.raises(ValidationError):
            adapter.validate_python(limit)
