"""The facts of the sign-in service, source `souk.auth`, as its webhooks tell them.

They come late, twice and in any order, and some never come: whoever keeps a copy of an account takes the description
with the highest `updated_at_ms`, and lets nothing bring back one that was deleted.
"""

from typing import ClassVar

from commerce.identity.model import Account
from commerce.runtime.clock import Moment
from commerce.runtime.events import Fact


class AccountFact(Fact, Account):
    """Something that happened to an account, with the account as it was then."""

    source: ClassVar[str] = "souk.auth"


class UserRegistered(AccountFact):
    """Someone has an account now."""


class UserUpdated(AccountFact):
    """The account has other names, addresses, numbers, picture or role."""


class UserDeleted(Fact):
    """The account is gone at the sign-in service, and can't come back. `deleted_at_ms` as `updated_at_ms`."""

    source: ClassVar[str] = "souk.auth"

    user_id: str
    deleted_at_ms: int


class SessionFact(Fact):
    """Something that happened to a session: one person signed in on one browser."""

    source: ClassVar[str] = "souk.auth"

    user_id: str
    session_id: str
    at: Moment


class SessionStarted(SessionFact):
    """Someone has signed in."""


class SessionEnded(SessionFact):
    """They have signed out, or were signed out. `how` is the service's word: ended, removed, revoked."""

    how: str
