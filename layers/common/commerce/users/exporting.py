"""Everything that the shop keeps of a person, gathered from every service into one archive.

    asked ──▶ each service writes its part to S3 and notes it ──▶ the last note has them put together ──▶ ready

Parts are written before they are noted, each by a consumer that is given its event until it has: killed at any line, it
writes the same part again. What stays away is asked for again by the schedule.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

from pydantic import BaseModel

from commerce.runtime import files
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.clock import Moment, now
from commerce.runtime.errors import NotFound, Stale
from commerce.runtime.idempotency import Once
from commerce.runtime.ids import new_id
from commerce.runtime.mongo import Collection, Index, Versioned
from commerce.runtime.observability import logger
from commerce.runtime.people import Person, Tables
from commerce.runtime.settings import settings
from commerce.users import archive
from commerce.users.events import PersonalDataGathered, PersonalDataReady, PersonalDataRequested
from commerce.users.profiles import known_or_new

type Service = Literal["auth", "carts", "notifications", "orders", "payments", "products", "users"]

SERVICES: tuple[Service, ...] = get_args(Service.__value__)
KEEP = timedelta(days=7)  # As long as the bucket keeps files.
FRESH = timedelta(hours=1)
"""Whoever asks again within this time is given what there is."""
ASK_AGAIN = timedelta(minutes=15)
GIVE_UP = timedelta(days=1)
LINK_SECONDS = 300
AT_ONCE = 20


class PersonalExport(Versioned):
    """A person's wish to have everything. `live` stands while its parts are being gathered: a unique index over it
    allows one at a time. Gone after `until`, as its files are.
    """

    user_id: str
    emails: list[str] = []
    order_ids: list[str] = []
    cart_ids: list[str] = []
    status: Literal["gathering", "ready", "failed"] = "gathering"
    live: bool | None = None
    parts: list[Service] = []
    size: int = 0
    asked_at: Moment
    ready_at: Moment | None = None
    next_at: Moment | None = None
    until: Moment

    @property
    def person(self) -> Person:
        """Whose data it is."""
        return Person.model_validate(self.model_dump(include=set(Person.model_fields)))

    @property
    def key(self) -> str:
        """The archive's name in the bucket."""
        return f"personal/{self.id}/archive.zip"


def part_key(export_id: str, service: Service) -> str:
    """The name of a service's part in the bucket."""
    return f"personal/{export_id}/parts/{service}.json"


class PersonalExportView(BaseModel):
    """An export. `url` fetches the archive for five minutes; it is deleted at `until`. `size` in bytes."""

    id: str
    status: Literal["gathering", "ready", "failed"]
    asked_at: Moment
    ready_at: Moment | None
    until: Moment
    size: int
    url: str | None
    url_expires_in: int | None


class PersonalExports(Collection[PersonalExport]):
    """The collection `personal_exports`."""

    name = "personal_exports"
    model = PersonalExport
    indexes = (
        Index((("user_id", 1),), unique=True, partial={"live": True}),
        Index((("user_id", 1), ("_id", -1))),
        Index((("next_at", 1),)),
        Index((("until", 1),), expire_after_seconds=0),
    )

    def newest(self, user_id: str) -> PersonalExport | None:
        """What the person asked for last. One round trip."""
        return next(iter(self.find({"user_id": user_id}, sort=[("_id", -1)], limit=1)), None)

    def of(self, user_id: str) -> list[PersonalExport]:
        """All that the person asked for and is still there. One round trip."""
        return self.find({"user_id": user_id}, sort=[("_id", -1)])

    def due(self, before: datetime, limit: int) -> list[PersonalExport]:
        """Those that wait for parts too long. One round trip."""
        return self.find({"next_at": {"$lte": before}}, sort=[("next_at", 1)], limit=limit)


EXPORTS = PersonalExports()


def ask(user_id: str, references: Callable[[Person], Person], once: Once) -> PersonalExportView:
    """Has everything gathered. Asked again before it is there, or within the hour, it is the same one.

    Args:
        user_id: whose.
        references: adds to a person the ids of what they ordered.
        once: the request under its key.

    Raises:
        AccountGone: there is nothing to gather any more.
    """

    def attempt() -> PersonalExportView:
        profile = known_or_new(user_id)
        last = EXPORTS.newest(user_id)
        moment = now()
        if last and (last.status == "gathering" or (last.status == "ready" and last.asked_at > moment - FRESH)):
            return _view(last)
        emails = (profile.email,) if profile.email and profile.email_verified else ()
        person = references(Person(user_id=user_id, emails=emails))
        export = PersonalExport(
            id=new_id("pex"),
            **person.model_dump(mode="json"),
            live=True,
            asked_at=moment,
            next_at=moment + ASK_AGAIN,
            until=moment + KEEP,
        )
        shown = _view(export)
        changes = Changes()
        once.keep(changes, shown)
        changes.insert(EXPORTS, export)
        changes.emit(PersonalDataRequested(user_id=user_id, export_id=export.id))
        changes.commit()
        return shown

    return retry_stale(attempt)


def get(user_id: str) -> PersonalExportView:
    """What the person asked for last, with a fresh link when it is there. One round trip.

    Raises:
        NotFound: they have not asked, or it has been deleted again.
    """
    export = EXPORTS.newest(user_id)
    if export is None:
        raise NotFound("There is no export of your data.")
    return _view(export)


def person_of(export_id: str) -> Person | None:
    """Whose data is wanted; nobody's where it is not wanted any more. One round trip."""
    export = EXPORTS.get(export_id)
    return export.person if export and export.status == "gathering" else None


def write_part(export_id: str, service: Service, tables: Tables) -> None:
    """Puts a service's part in its place, over what was there before."""
    key = part_key(export_id, service)
    content = archive.encode(tables).encode()
    files.write(settings().need("uploads_bucket"), key, content, content_type="application/json")


def note_part(changes: Changes, export_id: str, service: Service) -> None:
    """Adds to the change that a part is there. The last one lets them be put together."""
    export = EXPORTS.get(export_id)
    if export is None or export.status != "gathering":
        return
    export.parts = sorted({*export.parts, service})
    changes.replace(EXPORTS, export)
    if set(SERVICES) <= set(export.parts):
        changes.emit(PersonalDataGathered(user_id=export.user_id, export_id=export_id))


def put_together(changes: Changes, export_id: str) -> None:
    """Makes the archive of its parts, and adds to the change that it is there; commits it. Done twice, the same archive
    takes the place of itself.
    """
    export = EXPORTS.get(export_id)
    if export is None or export.status != "gathering":
        changes.commit()
        return
    bucket, moment = settings().need("uploads_bucket"), now()
    parts: dict[str, Any] = {}
    for service in SERVICES:
        parts[service] = json.loads(files.read(bucket, part_key(export.id, service)))
    content = archive.pack(parts, shop=settings().shop_name, at=moment)
    files.write(bucket, export.key, content, content_type="application/zip")
    export.status, export.live, export.next_at = "ready", None, None
    export.ready_at, export.until, export.size = moment, moment + KEEP, len(content)
    changes.replace(EXPORTS, export)
    changes.emit(PersonalDataReady(user_id=export.user_id, export_id=export_id, until=export.until))
    changes.commit()
    for service in SERVICES:
        files.remove(bucket, part_key(export.id, service))


def remind() -> int:
    """Asks again for parts that stay away, and gives up after a day; says how many exports that were."""
    late = EXPORTS.due(now(), AT_ONCE)
    for export in late:
        changes = Changes()
        if export.asked_at < now() - GIVE_UP:
            logger.error("An export of someone's data failed", extra={"export": export.id, "parts": export.parts})
            export.status, export.live, export.next_at = "failed", None, None
        else:
            export.next_at = now() + ASK_AGAIN
            changes.emit(PersonalDataRequested(user_id=export.user_id, export_id=export.id))
        changes.replace(EXPORTS, export)
        try:
            changes.commit()
        except Stale:  # A part came at this moment.
            continue
    return len(late)


def remove_all(user_id: str) -> None:
    """Deletes every export of a person, files first."""
    bucket = settings().need("uploads_bucket")
    for export in EXPORTS.of(user_id):
        for key in (export.key, *(part_key(export.id, service) for service in SERVICES)):
            files.remove(bucket, key)
    EXPORTS.handle.delete_many({"user_id": user_id})


def _view(export: PersonalExport) -> PersonalExportView:
    url = None
    if export.status == "ready":
        name = f"my-data-{export.asked_at:%Y-%m-%d}.zip"
        url = files.link(settings().need("uploads_bucket"), export.key, seconds=LINK_SECONDS, file_name=name)
    members = export.model_dump(include=set(PersonalExportView.model_fields))
    return PersonalExportView(**members, url=url, url_expires_in=LINK_SECONDS if url else None)
