"""The sign-in service's webhook: verified over the raw body, each message taken once and told on as a fact."""

from collections.abc import Mapping
from datetime import timedelta

from commerce.identity.events import SessionEnded, SessionStarted, UserDeleted, UserRegistered, UserUpdated
from commerce.identity.gateways import Notice, SignInService, gateway
from commerce.identity.store import NOTICES, NoticeEntry
from commerce.runtime.changes import Changes
from commerce.runtime.clock import from_unix_ms, now
from commerce.runtime.errors import Conflict
from commerce.runtime.events import Fact

# Svix gives up after some 28 hours; by hand a message can be sent again for longer, which does no harm either:
# whoever hears the fact goes by the account's own clock.
KEEP = timedelta(days=30)


class _Known(Conflict):
    """This message has been taken already."""


def take_notice(raw: bytes, headers: Mapping[str, str]) -> str:
    """Takes a webhook of the sign-in service: notes that it came and publishes the fact that it tells, at once or not
    at all.

    Args:
        raw: the body as it came.
        headers: by their names in small letters.

    Returns:
        What became of it: `applied`, `duplicate`, or `ignored` (a type that means nothing to us, noted all the same).

    Raises:
        BadSignature: see there.
        pydantic.ValidationError: it is signed, but nothing that we can read; answered 5xx, so that it is not lost.
    """
    service = gateway()
    notice = service.read_notice(raw, headers)
    fact = _fact(notice, service)
    moment = now()
    entry = NoticeEntry(
        id=notice.id,
        type=notice.type,
        object_ref=str(notice.data.get("id") or ""),
        received_at=moment,
        until=moment + KEEP,
    )
    changes = Changes()
    changes.insert(NOTICES, entry, taken=_Known())
    if fact:
        changes.emit(fact)
    try:
        changes.commit()
    except _Known:
        return "duplicate"
    return "applied" if fact else "ignored"


def _fact(notice: Notice, service: SignInService) -> Fact | None:
    """What the message means to the shop. Names of types: https://clerk.com/docs/guides/development/webhooks/overview."""
    data = notice.data
    match notice.type:
        case "user.created":
            return UserRegistered(**service.account(data).model_dump())
        case "user.updated":
            return UserUpdated(**service.account(data).model_dump())
        case "user.deleted":
            return UserDeleted(user_id=data["id"], deleted_at_ms=notice.at_ms)
        case "session.created":
            at = from_unix_ms(data["created_at"])
            return SessionStarted(user_id=data["user_id"], session_id=data["id"], at=at)
        case "session.ended" | "session.removed" | "session.revoked":
            at, how = from_unix_ms(data["updated_at"]), notice.type.partition(".")[2]
            return SessionEnded(user_id=data["user_id"], session_id=data["id"], at=at, how=how)
        case _:
            return None
