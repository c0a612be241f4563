"""What the shop knows of a person with an account, and what of it they may say themselves."""

import hashlib
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from commerce.identity.model import Role
from commerce.money import Currency
from commerce.postal import one_line
from commerce.runtime.clock import Moment, from_unix
from commerce.runtime.errors import Conflict, Forbidden
from commerce.runtime.mongo import Versioned
from commerce.runtime.settings import settings

type UserStatus = Literal["active", "blocked", "closing"]

NEVER = from_unix(0)

BODY = ConfigDict(extra="forbid", str_strip_whitespace=True)

Name = Annotated[str, StringConstraints(max_length=120), AfterValidator(one_line)]


class AccountGone(Forbidden):
    """403: the account is being erased, or has been: the session is over in a moment."""

    code, title = "account_gone", "This account is closed for good"


class TooMany(Conflict):
    """409: the list is full; `limit` says how many it takes."""

    code, title = "too_many", "There is no room for more"


def known_locale(tag: str) -> str:
    """A language, maybe with script and country, that texts can be written in, as BCP 47 spells it (en-GB)."""
    from babel import Locale, UnknownLocaleError

    try:
        parsed = Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        raise ValueError("must be a language that is known, like en or en-GB") from None
    return str(parsed).replace("_", "-")


def known_currency(code: str) -> str:
    """One that the shop sells in."""
    if code not in settings().currencies:
        raise ValueError(f"must be one of {', '.join(settings().currencies)}")
    return code


def known_time_zone(name: str) -> str:
    """A zone of the IANA database, as CLDR knows it: the machine need not have the database itself."""
    from babel.core import get_global

    if name != "UTC" and name not in get_global("zone_territories") and name not in get_global("zone_aliases"):
        raise ValueError("must be a time zone of the IANA database, like Europe/London")
    return name


class UserBlock(BaseModel):
    """Why, by whom and since when a person may not sign in."""

    reason: str
    by: str
    at: Moment


class Profile(Versioned):
    """A person with an account; the id is the sign-in service's.

    `email`, `phone`, `name` and `role` stand as it said them last, at `told_at_ms` by its clock, in Unix milliseconds
    (0: it has not told us yet), and were compared with it at `checked_at`. `own_name`, `locale`, `currency` and
    `time_zone` are the person's own; empty where they have not said. `erase_at` is there from the wish to be erased
    until that is done or taken back.
    """

    email: str = ""
    email_verified: bool = False
    phone: str = ""
    phone_verified: bool = False
    name: str = ""
    role: Role = "customer"
    told_at_ms: int = 0
    checked_at: Moment = NEVER
    own_name: str = ""
    locale: str = ""
    currency: str = ""
    time_zone: str = ""
    status: UserStatus = "active"
    blocked: UserBlock | None = None
    erase_at: Moment | None = None
    sort_key: str = ""
    created_at: Moment
    updated_at: Moment

    def settle(self, at: Moment) -> None:
        """Brings what is derived in step with the rest, after a change at this time."""
        self.updated_at = at
        self.status = "blocked" if self.blocked else "closing" if self.erase_at else "active"
        self.sort_key = sort_key(self.email, self.id)


def sort_key(email: str, user_id: str) -> str:
    """What staff's list is ordered by and searched in: the email in small letters, made unique by the id."""
    return f"{email.casefold()}\n{user_id}"


class ProfileView(BaseModel):
    """A person as they see themselves. Email and phone are changed where one signs in, and come here from there.
    `currencies` are those of the shop, one of which `currency` may be.
    """

    id: str
    email: str
    email_verified: bool
    phone: str
    phone_verified: bool
    name: str
    locale: str
    currency: Currency
    currencies: list[Currency]
    time_zone: str
    status: UserStatus
    erase_at: Moment | None
    created_at: Moment
    updated_at: Moment
    version: int


class ProfilePatch(BaseModel):
    """The members that are given are changed; null takes one back to what it is without a word of the person's: the
    name to that of the sign-in, currency and language to the shop's.
    """

    model_config = BODY

    name: Name | None = Field(default=None, description="As the person wants to be called")
    locale: Annotated[str, StringConstraints(max_length=35), AfterValidator(known_locale)] | None = Field(
        default=None, description="BCP 47", examples=["en-GB"]
    )
    currency: Annotated[str, StringConstraints(max_length=3), AfterValidator(known_currency)] | None = Field(
        default=None, description="ISO 4217, one of the shop's"
    )
    time_zone: Annotated[str, StringConstraints(max_length=64), AfterValidator(known_time_zone)] | None = Field(
        default=None, description="IANA", examples=["Europe/London"]
    )

    def given(self) -> dict[str, Any]:
        """The members of a profile that it sets."""
        said = {name: getattr(self, name) or "" for name in self.model_fields_set}
        if "name" in said:
            said["own_name"] = said.pop("name")
        return said


def view(profile: Profile) -> ProfileView:
    """The profile as its owner sees it."""
    members = profile.model_dump(include=set(ProfileView.model_fields) - {"name", "locale", "currency", "currencies"})
    return ProfileView(
        **members,
        name=profile.own_name or profile.name,
        locale=profile.locale or settings().languages[0],
        currency=profile.currency or settings().default_currency,
        currencies=list(settings().currencies),
    )


def digest(user_id: str) -> str:
    """What stands for a person who is gone: it says of an id that comes late whether it was theirs, and nothing else.
    Clerk's ids are random and long, so none can be guessed back from it.
    """
    return "gone_" + hashlib.sha256(f"person|{user_id}".encode()).hexdigest()[:32]
