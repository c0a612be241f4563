"""People in MongoDB."""

from collections.abc import Iterable
from datetime import datetime

from commerce.runtime.clock import now
from commerce.runtime.mongo import Collection, Index
from commerce.users.model import Profile, UserStatus


class Profiles(Collection[Profile]):
    """The collection `users`."""

    name = "users"
    model = Profile
    indexes = (
        Index((("sort_key", 1),), unique=True),
        Index((("status", 1), ("sort_key", 1))),
        Index((("checked_at", 1),)),
    )

    def page(self, *, prefix: str, status: UserStatus | None, after: str, limit: int) -> list[Profile]:
        """People by their emails in order, those behind a sort key, whose email begins so. One round trip."""
        span = {"$gte": prefix} | ({"$lt": prefix + "\U0010ffff"} if prefix else {}) | ({"$gt": after} if after else {})
        where: dict[str, object] = {"status": status} if status else {}
        return self.find(where | {"sort_key": span}, sort=[("sort_key", 1)], limit=limit)

    def unchecked(self, since: datetime, limit: int) -> list[Profile]:
        """Those that were not compared with the sign-in service since then, the longest ago first. One round trip."""
        return self.find({"checked_at": {"$lte": since}}, sort=[("checked_at", 1)], limit=limit)

    def mark_checked(self, user_ids: Iterable[str]) -> None:
        """They have been now. One round trip."""
        self.handle.update_many({"_id": {"$in": sorted(set(user_ids))}}, {"$set": {"checked_at": now()}})


PROFILES = Profiles()
