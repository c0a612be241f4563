"""What was looked for and not found: the words alone, counted, so that the shop's people can mend it."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pydantic import BaseModel

from commerce.catalog.search import analysis
from commerce.runtime.clock import Moment, now
from commerce.runtime.mongo import Collection, Document, Index
from commerce.runtime.paging import Page, next_cursor, position

KEEP = timedelta(days=30)
MAX_LENGTH = 80
_LISTING = "searches"
# People paste addresses, order and phone numbers into search fields: those are nobody's business.
_PERSONAL = re.compile(r"@|\d[\d\s()./-]{5,}\d")


class Missed(Document):
    """Words that found nothing; the id is the words folded, in the order typed."""

    count: int
    first_at: Moment
    last_at: Moment
    until: Moment


class MissedView(BaseModel):
    """Words that found nothing, and how often, of late."""

    query: str
    count: int
    first_at: Moment
    last_at: Moment


class Searches(Collection[Missed]):
    """The collection `searches`: what nobody asked for in 30 days is gone."""

    name = "searches"
    model = Missed
    indexes = (Index((("until", 1),), expire_after_seconds=0), Index((("count", -1), ("_id", 1))))

    def missed(self, text: str) -> None:
        """Counts one. A single write, which nothing depends on. One round trip."""
        words = " ".join(analysis.words(text))[:MAX_LENGTH]
        if not words or _PERSONAL.search(text):
            return
        moment = now()
        change: Mapping[str, Any] = {
            "$inc": {"count": 1},
            "$set": {"last_at": moment, "until": moment + KEEP},
            "$setOnInsert": {"first_at": moment},
        }
        self.handle.update_one({"_id": words}, change, upsert=True)

    def most(self, after: list[Any] | None, limit: int) -> list[Missed]:
        """Those asked for most. One round trip."""
        where: dict[str, Any] = {"count": {"$gte": 1}}
        if after:
            count, id_ = after
            where = {"count": {"$lte": count}, "$or": [{"count": {"$lt": count}}, {"_id": {"$gt": id_}}]}
        return self.find(where, sort=[("count", -1), ("_id", 1)], limit=limit)


SEARCHES = Searches()


def list_searches(*, limit: int, cursor: str | None) -> Page[MissedView]:
    """What found nothing of late, the most frequent first.

    Raises:
        InvalidCursor: not ours, or of another list.
    """
    rows = SEARCHES.most(position(_LISTING, cursor), limit + 1)
    shown = rows[:limit]
    items = [MissedView(query=r.id, count=r.count, first_at=r.first_at, last_at=r.last_at) for r in shown]
    more = next_cursor(_LISTING, [shown[-1].count, shown[-1].id]) if len(rows) > limit else None
    return Page[MissedView](items=items, next_cursor=more)
