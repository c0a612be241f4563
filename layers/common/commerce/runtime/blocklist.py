"""People who are shut out: their session tokens are refused, whatever the sign-in service still says of them.

    changes = Changes()
    changes.update(USERS, ...)
    blocklist.block(changes, user_id)  # or unblock
    changes.commit()

The list is read whole, at most every 20 s by each execution environment that meets a session token: so a block counts
everywhere within 20 s, and no request of a guest asks for it. Where it has grown too long to be read whole, each person
is looked up.
"""

import time

from commerce.runtime.changes import Changes
from commerce.runtime.clock import Moment, now
from commerce.runtime.errors import Unauthorized
from commerce.runtime.mongo import Collection, Document, Index

SECONDS = 20
READ_WHOLE = 1_000


class AccountBlocked(Unauthorized):
    """401: the token is good, but its person is shut out."""

    code, title = "account_blocked", "This account is blocked"


class Block(Document):
    """Someone who is shut out; the id is theirs."""

    at: Moment


class Blocks(Collection[Block]):
    """The collection `blocked`."""

    name = "blocked"
    model = Block
    indexes = (Index((("at", -1),)),)

    def latest(self, limit: int) -> list[Block]:
        """The newest blocks. One round trip."""
        return self.find({}, sort=[("at", -1)], limit=limit)


BLOCKED = Blocks()


def block(changes: Changes, user_id: str) -> None:
    """Adds to the change that this person is shut out. Done twice, it is done once."""
    changes.put(BLOCKED, Block(id=user_id, at=now()))


def unblock(changes: Changes, user_id: str) -> None:
    """Adds to the change that this person may come in again, if they were shut out."""
    changes.delete(BLOCKED, {"_id": user_id})


class Known:
    """The list as this execution environment knows it."""

    def __init__(self) -> None:
        self._ids: frozenset[str] | None = frozenset()
        self._read_at = -float("inf")

    def holds(self, user_id: str) -> bool:
        """Whether this person is shut out. No round trip within 20 s of the last one, unless the list is too long."""
        if time.monotonic() - self._read_at >= SECONDS:
            latest = BLOCKED.latest(READ_WHOLE + 1)
            self._ids = frozenset(block.id for block in latest) if len(latest) <= READ_WHOLE else None
            self._read_at = time.monotonic()
        return user_id in self._ids if self._ids is not None else BLOCKED.get(user_id) is not None


known = Known()


def refuse_blocked(user_id: str) -> None:
    """Lets everyone through who is not shut out.

    Raises:
        AccountBlocked: this person is.
    """
    if known.holds(user_id):
        raise AccountBlocked("Write to the shop if you think that this is a mistake.")
