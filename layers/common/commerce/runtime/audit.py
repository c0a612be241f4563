"""Who changed what, and when: an entry per administrative change, written in its transaction and never altered."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from commerce.runtime.changes import Changes
from commerce.runtime.clock import Moment, now
from commerce.runtime.ids import new_id
from commerce.runtime.mongo import Collection, Document, Index
from commerce.runtime.paging import Page, next_cursor, position


class Alteration(BaseModel):
    """A member that has another value now; None stands for absent."""

    member: str
    before: Any = None
    after: Any = None


class Entry(Document):
    """One change by a person of the shop. `action` is like `product.updated`, `subject` the id of the thing."""

    subject: str
    action: str
    who: str
    at: Moment
    changes: list[Alteration] = []


class EntryView(BaseModel):
    """An entry as staff sees it."""

    id: str
    subject: str
    action: str
    who: str
    at: Moment
    changes: list[Alteration]


class Entries(Collection[Entry]):
    """The collection `audit`, append-only."""

    name = "audit"
    model = Entry
    indexes = (
        Index((("subject", 1), ("_id", -1))),
        Index((("who", 1), ("_id", -1))),
        Index((("subject", 1), ("who", 1), ("_id", -1))),
    )

    def forget(self, subject: str, stand_in: str) -> None:
        """Puts another name in the place of a person who is gone, or leaves that of a thing of theirs, and nothing in
        that of what was changed. That someone of the shop did it stays. One round trip.
        """
        self.handle.update_many({"subject": subject}, {"$set": {"subject": stand_in, "changes": []}})


ENTRIES = Entries()

_UNSAID = {"_id", "id", "version", "updated_at"}


def note(
    changes: Changes,
    *,
    who: str,
    action: str,
    subject: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Adds the entry to the change.

    Args:
        changes: what it is about.
        who: the id of the person.
        action: what was done.
        subject: the id of the thing it was done to.
        before: its members as they were, as stored; absent for something new.
        after: as they are now; absent for something that is gone.
    """
    was, is_ = before or {}, after or {}
    members = [name for name in {**was, **is_} if name not in _UNSAID and was.get(name) != is_.get(name)]
    altered = [Alteration(member=name, before=was.get(name), after=is_.get(name)) for name in members]
    entry = Entry(id=new_id("aud"), subject=subject, action=action, who=who, at=now(), changes=altered)
    changes.insert(ENTRIES, entry)


def list_entries(*, subject: str, who: str, limit: int, cursor: str | None) -> Page[EntryView]:
    """A page of entries, the newest first; of one thing, of one person, or all. One round trip.

    Raises:
        InvalidCursor: not ours, or of another list.
    """
    listing = f"audit|{subject}|{who}"
    after = position(listing, cursor)
    where: dict[str, Any] = {name: value for name, value in (("subject", subject), ("who", who)) if value}
    if after:
        where["_id"] = {"$lt": after[0]}
    rows = ENTRIES.find(where, sort=[("_id", -1)], limit=limit + 1)
    items = [EntryView.model_validate(row.model_dump()) for row in rows[:limit]]
    more = next_cursor(listing, [items[-1].id]) if len(rows) > limit else None
    return Page[EntryView](items=items, next_cursor=more)
