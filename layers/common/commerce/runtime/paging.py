"""Pages: signed keyset cursors, so that a walk sees each row once whatever is inserted meanwhile."""

import hashlib
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, Field

from commerce.runtime import signing
from commerce.runtime.errors import BadRequest, FieldError

MAX_LIMIT = 100
Limit = Annotated[int, Field(ge=1, le=MAX_LIMIT, description="Rows on a page")]


class Page[Item: BaseModel](BaseModel):
    """One page of a list; `next_cursor` is null on the last."""

    items: list[Item]
    next_cursor: str | None = None


class InvalidCursor(BadRequest):
    """400: a cursor that we did not give, or for another list."""

    code, title = "invalid_cursor", "The cursor is not valid for this list"


def next_cursor(listing: str, position: Sequence[Any]) -> str:
    """The cursor that continues after a row.

    Args:
        listing: the list with its filters and order; the cursor is good for nothing else.
        position: the row's sort values, ending with its id; JSON values.
    """
    return signing.seal("cursor", [_name(listing), list(position)])


def position(listing: str, cursor: str | None) -> list[Any] | None:
    """Where a cursor continues, None at the start.

    Raises:
        InvalidCursor: tampered with, or of another list.
    """
    if not cursor:
        return None
    try:
        for_listing, values = signing.unseal("cursor", cursor)
    except (ValueError, TypeError):
        for_listing, values = None, []
    if for_listing != _name(listing):
        reason = FieldError(field="cursor", code="invalid_cursor", message="Start again without a cursor.")
        raise InvalidCursor(errors=[reason])
    return list(values)


def _name(listing: str) -> str:
    """The list in few letters: what it was asked for may be long, and a cursor must fit an address."""
    return hashlib.sha256(listing.encode()).hexdigest()[:16]
