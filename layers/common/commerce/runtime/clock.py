"""The time, in one place."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import PlainSerializer


def now() -> datetime:
    """The present in UTC, to the millisecond: what MongoDB keeps, so that a stored time reads back equal."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def from_unix(seconds: int) -> datetime:
    """A Unix time in seconds as a time in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def from_unix_ms(milliseconds: int) -> datetime:
    """A Unix time in milliseconds as a time in UTC, to the millisecond."""
    seconds, rest = divmod(milliseconds, 1000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest * 1000)


def rfc3339(moment: datetime) -> str:
    """A time as RFC 3339 in UTC, with milliseconds and Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


# A time that stays a datetime inside and is RFC 3339 wherever it leaves as JSON.
Moment = Annotated[datetime, PlainSerializer(rfc3339, when_used="json")]
