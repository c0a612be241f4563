"""People in MongoDB."""

from collections.abc import Iterable

from commerce.runtime.mongo import Collection, Index
from commerce.users.model import Profile, UserStatus


class Profiles(Collection[Profile]):
    """The collection `users`."""

    name = "users"
    model = Profile
    indexes = (
        Index((("sort_key", 1),), unique=True),
        Index((("status", 1), ("sort_key", 1))),
    )

    def page(self, *, prefix: str, status: UserStatus | None, after: str, limit: int) -> list[Profile]:
        """People by their emails in order, those behind a sort key, whose email begins so. One round trip."""
        span = {"$gte": prefix} | ({"$lt": prefix + "\U0010ffff"} if prefix else {}) | ({"$gt": after} if after else {})
        where: dict[str, object] = {"status": status} if status else {}
        return self.find(where | {"sort_key": span}, sort=[("sort_key", 1)], limit=limit)

    def of(self, user_ids: Iterable[str]) -> dict[str, Profile]:
        """Those of these that are known, by id. One round trip."""
        return {profile.id: profile for profile in self.find({"_id": {"$in": sorted(set(user_ids))}})}


PROFILES = Profiles()
