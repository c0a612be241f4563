"""Which of the shop's people looked at whom: at their page, in a list, or signed in as them. An entry is written before
anything is shown: what can't be noted is not shown either. The customer finds them in the export of their data.
"""

from collections.abc import Iterable
from datetime import timedelta
from functools import lru_cache
from typing import Literal

from commerce.runtime.caller import Caller
from commerce.runtime.changes import Changes
from commerce.runtime.clock import Moment, now
from commerce.runtime.errors import Conflict
from commerce.runtime.ids import new_id
from commerce.runtime.mongo import Collection, Document, Index

KEEP = timedelta(days=365)

type Look = Literal["listed", "opened", "signed_in_as"]


class Access(Document):
    """Someone of the shop saw a customer's data: in a list, all of it, or what the customer sees. `session_id` is there
    for the last of these: a session is noted once. Gone after `until`.
    """

    user_id: str
    who: str
    what: Look
    session_id: str | None = None
    at: Moment
    until: Moment


class _Known(Conflict):
    """This session has been noted already."""


class AccessLog(Collection[Access]):
    """The collection `access_log`."""

    name = "access_log"
    model = Access
    indexes = (
        Index((("user_id", 1), ("_id", -1))),
        Index((("session_id", 1),), unique=True, partial={"session_id": {"$exists": True}}),
        Index((("until", 1),), expire_after_seconds=0),
    )

    def of(self, user_id: str) -> list[Access]:
        """Every look at someone, the newest first. One round trip."""
        return self.find({"user_id": user_id}, sort=[("_id", -1)])


ACCESS_LOG = AccessLog()


def note(who: str, user_ids: Iterable[str], what: Look) -> None:
    """Notes that someone of the shop is about to see these people's data. Two round trips at most."""
    changes = Changes()
    for user_id in user_ids:
        changes.insert(ACCESS_LOG, _entry(user_id, who, what))
    changes.commit()


def note_signed_in_as(who: Caller) -> None:
    """Notes that someone of the shop is signed in as a customer and is about to see what they see; a session once. One
    round trip for a session that is new to this execution environment, none for one that it knows.
    """
    _note_session(who.session_id, who.user_id, who.impersonated_by)


@lru_cache(maxsize=256)
def _note_session(session_id: str, user_id: str, who: str) -> None:
    entry = _entry(user_id, who, "signed_in_as")
    entry.session_id = session_id or None
    changes = Changes()
    changes.insert(ACCESS_LOG, entry, taken=_Known())
    try:
        changes.commit()
    except _Known:
        return


def _entry(user_id: str, who: str, what: Look) -> Access:
    moment = now()
    return Access(id=new_id("acc"), user_id=user_id, who=who, what=what, at=moment, until=moment + KEEP)


def forget_noted() -> None:
    """Ask the database again which sessions have been noted; for tests, which change it under our feet."""
    _note_session.cache_clear()
