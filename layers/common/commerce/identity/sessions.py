"""Where someone is signed in: the sign-in service's list of their sessions, and its word to end one."""

import re
from typing import Any

from pydantic import BaseModel

from commerce.identity.gateways import gateway
from commerce.identity.model import SignIn
from commerce.runtime.caller import Caller
from commerce.runtime.clock import Moment, rfc3339
from commerce.runtime.errors import NotFound
from commerce.runtime.paging import Page, next_cursor, position


class SessionView(BaseModel):
    """One browser in which the caller is signed in. What is not known of it is empty. `current` is the one that asks;
    `impersonated` is someone of the house who is signed in as the caller.
    """

    id: str
    current: bool
    impersonated: bool
    signed_in_at: Moment
    last_active_at: Moment
    expires_at: Moment
    device: str
    browser: str
    mobile: bool
    address: str
    city: str
    country: str


def list_sessions(who: Caller, *, limit: int, cursor: str | None) -> Page[SessionView]:
    """A page of the caller's live sessions, the last sign-in first. One call of the sign-in service.

    Raises:
        InvalidCursor: not ours, or of another list.
        SignInUnavailable: the service does not answer.
    """
    listing = f"sessions|{who.user_id}"
    after = position(listing, cursor)
    rows = sorted(gateway().sign_ins(who.user_id), key=_order, reverse=True)
    left = [row for row in rows if after is None or _order(row) < tuple(after)]
    more = next_cursor(listing, list(_order(left[limit - 1]))) if len(left) > limit else None
    return Page[SessionView](items=[_view(row, who) for row in left[:limit]], next_cursor=more)


def revoke(session_id: str, who: Caller) -> None:
    """Ends one of the caller's sessions; one that is over stays as it is. Its last session token counts for up to a
    minute more.

    Raises:
        NotFound: there is none, or it is somebody else's.
        SignInUnavailable: the service does not answer.
    """
    service = gateway()
    found = service.sign_in(session_id) if re.fullmatch(r"\w{1,64}", session_id, re.ASCII) else None
    if found is None or found.user_id != who.user_id:
        raise NotFound
    if found.live:
        service.revoke(session_id)


def _order(row: SignIn) -> tuple[Any, ...]:
    return rfc3339(row.signed_in_at), row.session_id


def _view(row: SignIn, who: Caller) -> SessionView:
    shown = row.model_dump(include=SessionView.model_fields.keys() & SignIn.model_fields.keys())
    return SessionView(id=row.session_id, current=row.session_id == who.session_id, **shown)
