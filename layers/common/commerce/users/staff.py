"""What the shop's people see of its customers, and do about them. Whoever looks is noted first (`access`)."""

from typing import Annotated

from pydantic import BaseModel, StringConstraints

from commerce.identity.model import Role
from commerce.runtime import access, audit, blocklist
from commerce.runtime.caller import Caller
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.clock import Moment, now
from commerce.runtime.errors import Conflict, Forbidden, NotFound
from commerce.runtime.idempotency import Once
from commerce.runtime.ids import new_id
from commerce.runtime.mongo import Collection, Document, Index
from commerce.runtime.paging import Page, next_cursor, position
from commerce.users.model import BODY, Profile, UserBlock, UserStatus, view
from commerce.users.model import ProfileView as _ProfileView
from commerce.users.store import PROFILES

NOTES_SHOWN = 50


class NotYourself(Conflict):
    """409: nobody shuts themselves out."""

    code, title = "not_yourself", "You can't block yourself"


class OfTheHouse(Forbidden):
    """403: it is one of the shop's own people, whom admins alone shut out and let in."""

    code, title = "of_the_house", "Only an admin may do this to one of the shop's people"


class AddUserNote(BaseModel):
    """Something for the shop's people to know. The customer can read it in the export of their data."""

    model_config = BODY

    text: Annotated[str, StringConstraints(min_length=1, max_length=2_000)]


class BlockUser(BaseModel):
    """Why; for the shop's people alone, and for the customer in the export of their data."""

    model_config = BODY

    reason: Annotated[str, StringConstraints(min_length=1, max_length=500)]


class UserNote(Document):
    """A note as stored."""

    user_id: str
    text: str
    by: str
    at: Moment


class UserNoteView(BaseModel):
    """A note as staff sees it."""

    id: str
    text: str
    by: str
    at: Moment


class UserSummary(BaseModel):
    """A customer in a list."""

    id: str
    email: str
    name: str
    status: UserStatus
    created_at: Moment


class UserView(_ProfileView):
    """A customer, or one of the shop's people, and what was noted about them; the newest fifty notes."""

    role: Role
    blocked: UserBlock | None
    notes: list[UserNoteView]


class UserNotes(Collection[UserNote]):
    """The collection `user_notes`."""

    name = "user_notes"
    model = UserNote
    indexes = (Index((("user_id", 1), ("_id", -1))),)

    def newest(self, user_id: str, limit: int) -> list[UserNote]:
        """The newest notes about someone. One round trip."""
        return self.find({"user_id": user_id}, sort=[("_id", -1)], limit=limit)


NOTES = UserNotes()


def list_users(*, q: str, status: UserStatus | None, limit: int, cursor: str | None, who: str) -> Page[UserSummary]:
    """A page of customers by their emails, those whose email begins with `q`. Three round trips at most.

    Raises:
        InvalidCursor: not ours, or of another list.
    """
    prefix = q.strip().casefold()
    listing = f"users|{prefix}|{status or ''}"
    after = position(listing, cursor)
    found = PROFILES.page(prefix=prefix, status=status, after=after[0] if after else "", limit=limit + 1)
    shown = found[:limit]
    access.note(who, [profile.id for profile in shown], "listed")
    more = next_cursor(listing, [shown[-1].sort_key]) if len(found) > limit else None
    return Page[UserSummary](items=[_summary(profile) for profile in shown], next_cursor=more)


def get_user(user_id: str, *, who: str) -> UserView:
    """A customer with what was noted about them. Three round trips.

    Raises:
        NotFound: there is no such person.
    """
    profile = _known(user_id)
    access.note(who, [user_id], "opened")
    return _view(profile)


def add_note(user_id: str, wanted: AddUserNote, *, who: str, once: Once) -> UserNoteView:
    """Notes something about a customer. It is not changed later.

    Raises:
        NotFound: there is no such person.
    """
    _known(user_id)
    note = UserNote(id=new_id("note"), user_id=user_id, text=wanted.text, by=who, at=now())
    shown = UserNoteView.model_validate(note.model_dump())
    changes = Changes()
    changes.insert(NOTES, note)
    # The note may say anything, so the trail holds that there was one, not what it said.
    audit.note(changes, who=who, action="user.noted", subject=user_id)
    once.keep(changes, shown)
    changes.commit()
    return shown


def block(user_id: str, wanted: BlockUser, *, who: Caller, once: Once) -> UserView:
    """Shuts a person out: within a minute their session tokens are refused. One who is blocked stays so, with the first
    reason.

    Raises:
        NotFound: there is no such person.
        NotYourself: it is the one who asks.
        OfTheHouse: see there.
    """
    if user_id == who.user_id:
        raise NotYourself
    return _set_block(user_id, UserBlock(reason=wanted.reason, by=who.user_id, at=now()), who=who, once=once)


def unblock(user_id: str, *, who: Caller, once: Once) -> UserView:
    """Lets a person in again.

    Raises:
        NotFound: there is no such person.
        OfTheHouse: see there.
    """
    return _set_block(user_id, None, who=who, once=once)


def _set_block(user_id: str, wanted: UserBlock | None, *, who: Caller, once: Once) -> UserView:
    def attempt() -> UserView:
        profile = _known(user_id)
        if profile.role != "customer" and who.role != "admin":
            raise OfTheHouse
        if bool(profile.blocked) == bool(wanted):
            return _view(profile)
        before = profile.to_mongo()
        profile.blocked = wanted
        profile.settle(now())
        changes = Changes()
        changes.replace(PROFILES, profile)
        (blocklist.block if wanted else blocklist.unblock)(changes, user_id)
        action = "user.blocked" if wanted else "user.unblocked"
        said = {"before": {"status": before["status"]}, "after": {"status": profile.status}}
        audit.note(changes, who=who.user_id, action=action, subject=user_id, **said)
        shown = _view(profile)
        once.keep(changes, shown)
        changes.commit()
        return shown

    _known(user_id)
    access.note(who.user_id, [user_id], "opened")
    return retry_stale(attempt)


def _known(user_id: str) -> Profile:
    profile = PROFILES.get(user_id)
    if profile is None:
        raise NotFound("There is no such person.")
    return profile


def _view(profile: Profile) -> UserView:
    notes = [UserNoteView.model_validate(note.model_dump()) for note in NOTES.newest(profile.id, NOTES_SHOWN)]
    return UserView(**view(profile).model_dump(), role=profile.role, blocked=profile.blocked, notes=notes)


def _summary(profile: Profile) -> UserSummary:
    return UserSummary.model_validate(view(profile).model_dump(include=set(UserSummary.model_fields)))
