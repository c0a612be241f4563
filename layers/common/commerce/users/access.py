"""Which of the shop's people looked at whom. An entry is written before anything is shown: what can't be noted is not
shown either. The customer finds them in the export of their data.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Literal

from commerce.runtime.changes import Changes
from commerce.runtime.clock import Moment, now
from commerce.runtime.ids import new_id
from commerce.runtime.mongo import Collection, Document, Index

KEEP = timedelta(days=365)

type Look = Literal["listed", "opened"]


class Access(Document):
    """Someone of the shop saw a customer's data: in a list, or all of it. Gone after `until`."""

    user_id: str
    who: str
    what: Look
    at: Moment
    until: Moment


class AccessLog(Collection[Access]):
    """The collection `access_log`."""

    name = "access_log"
    model = Access
    indexes = (Index((("user_id", 1), ("_id", -1))), Index((("until", 1),), expire_after_seconds=0))

    def of(self, user_id: str) -> list[Access]:
        """Every look at someone, the newest first. One round trip."""
        return self.find({"user_id": user_id}, sort=[("_id", -1)])


ACCESS_LOG = AccessLog()


def note(who: str, user_ids: Iterable[str], what: Look) -> None:
    """Notes that someone of the shop is about to see these people's data. Two round trips at most."""
    moment = now()
    changes = Changes()
    for user_id in user_ids:
        entry = Access(id=new_id("acc"), user_id=user_id, who=who, what=what, at=moment, until=moment + KEEP)
        changes.insert(ACCESS_LOG, entry)
    changes.commit()
