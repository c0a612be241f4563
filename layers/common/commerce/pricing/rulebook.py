"""Writing the rules: what promotions, zones, shipping methods and tax rates have in common.

Rules are few, are read together and change seldom. So a change is decided on all of them as they are under one stamp,
and is written only if that is still theirs: two people cannot each do what only one of them may (two zones for one
country, the last place there is). They get a new stamp in the same transaction, so the next cart that is read is priced
by the new rules, wherever the old ones are kept.
"""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel

from commerce.pricing.store import STAMPS, touch
from commerce.runtime import audit
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.errors import Conflict, NotFound, PreconditionFailed, ShopError
from commerce.runtime.idempotency import Once
from commerce.runtime.mongo import Collection, Versioned
from commerce.runtime.paging import Page, next_cursor, position
from commerce.runtime.quotas import person

_PERSONAL = ("user_id", "email")


class TooMany(Conflict):
    """409: the shop has as many of these as its carts can look through."""

    code, title = "too_many", "There are as many as there may be"


def create[Rule: Versioned, View: BaseModel](
    into: Collection[Rule],
    make: Callable[[], Rule],
    show: Callable[[Rule], View],
    *,
    kind: str,
    who: str,
    once: Once,
    taken: ShopError | None = None,
    alone: bool = False,
) -> View:
    """Adds a rule.

    Args:
        into: its collection.
        make: checks what is wanted against the rules there are; is asked again when they change meanwhile.
        show: makes the answer.
        kind: what the audit trail calls it.
        who: the id of the person.
        once: the request under its key.
        taken: raised when a unique index refuses it.
        alone: whether the others do not matter for it, so that many may be made at the same moment.
    """

    def attempt() -> View:
        seen = None if alone else STAMPS.seen()
        made = make()
        changes = Changes()
        changes.insert(into, made, taken=taken)
        touch(changes, seen)
        audit.note(changes, who=who, action=f"{kind}.created", subject=made.id, after=_told(made))
        once.keep(changes, show(made))
        changes.commit()
        return show(made)

    return retry_stale(attempt)


def update[Rule: Versioned](
    into: Collection[Rule],
    rule_id: str,
    change: Callable[[Rule], Rule],
    *,
    kind: str,
    version: int | None,
    who: str,
    taken: ShopError | None = None,
) -> Rule:
    """Changes a rule.

    Args:
        into: its collection.
        rule_id: which one.
        change: the rule as it shall be, checked against the others; is asked again when they change meanwhile.
        kind: what the audit trail calls it.
        version: of the rule that the wish was made from, None for any.
        who: the id of the person.
        taken: raised when a unique index refuses it.

    Raises:
        NotFound: there is none.
        PreconditionFailed: it has another version now.
    """

    def attempt() -> Rule:
        seen = STAMPS.seen()
        known = _known(into, rule_id, version)
        changed = change(known)
        changes = Changes()
        changes.replace(into, changed, taken=taken)
        touch(changes, seen)
        before, after = _told(known), _told(changed)
        audit.note(changes, who=who, action=f"{kind}.updated", subject=known.id, before=before, after=after)
        changes.commit()
        return changed

    return retry_stale(attempt)


def delete[Rule: Versioned](
    into: Collection[Rule],
    rule_id: str,
    may_go: Callable[[Rule], None] = lambda _: None,
    *,
    kind: str,
    version: int | None,
    who: str,
) -> None:
    """Removes a rule, if `may_go` does not raise.

    Raises:
        NotFound: there is none.
        PreconditionFailed: it has another version now.
    """

    def attempt() -> None:
        seen = STAMPS.seen()
        known = _known(into, rule_id, version)
        may_go(known)
        changes = Changes()
        changes.delete(into, {"_id": known.id, "version": known.version}, otherwise=PreconditionFailed())
        touch(changes, seen)
        audit.note(changes, who=who, action=f"{kind}.deleted", subject=known.id, before=_told(known))
        changes.commit()

    retry_stale(attempt)


def listed[Rule: Versioned, View: BaseModel](
    of: Collection[Rule],
    where: Mapping[str, Any],
    show: Callable[[Rule], View],
    *,
    listing: str,
    limit: int,
    cursor: str | None,
) -> Page[View]:
    """A page of rules, the oldest first. One round trip.

    Raises:
        InvalidCursor: not ours, or of another list.
    """
    after = position(listing, cursor)
    wanted = {**where, "_id": {"$gt": after[0]}} if after else where
    rows = of.find(wanted, sort=[("_id", 1)], limit=limit + 1)
    more = next_cursor(listing, [rows[limit - 1].id]) if len(rows) > limit else None
    return Page(items=[show(row) for row in rows[:limit]], next_cursor=more)


def room_for_one_more(of: Collection[Any], most: int) -> None:
    """Sees that there are fewer than as many as there may be. One round trip.

    Raises:
        TooMany: there are not.
    """
    if of.handle.estimated_document_count() >= most:
        raise TooMany(f"A shop has at most {most} of them.")


def _told(rule: Versioned) -> dict[str, Any]:
    """The rule as the audit trail has it: whom it is for as a hash, since nobody can be taken out of the trail."""
    stored = rule.to_mongo()
    return stored | {name: person(name, stored[name]) for name in _PERSONAL if stored.get(name)}


def _known[Rule: Versioned](of: Collection[Rule], rule_id: str, version: int | None) -> Rule:
    known = of.get(rule_id)
    if known is None:
        raise NotFound
    if version not in (None, known.version):
        raise PreconditionFailed
    return known
