"""Profiles: what the sign-in service reports, in whatever order that comes, and what people say themselves."""

from commerce.identity.model import Account
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.clock import now
from commerce.runtime.errors import Invalid, PreconditionFailed, Stale
from commerce.users.erasing import is_gone
from commerce.users.model import AccountGone, Profile, ProfilePatch, ProfileView, view
from commerce.users.store import PROFILES


def take_account(changes: Changes, account: Account) -> bool:
    """Adds the sign-in service's word about a person to the change; says whether it was news.

    An older word than the one we have changes nothing, nor does any word about somebody who is gone: so the reports may
    come late, twice and in any order, and the profile ends as the newest one says. One or two round trips.
    """
    known = PROFILES.get(account.user_id)
    if known and account.updated_at_ms <= known.told_at_ms:
        return False
    if known is None and is_gone(account.user_id):
        return False
    profile = known or _new(account.user_id)
    told = account.model_dump(include={"email", "email_verified", "phone", "phone_verified", "role"})
    for member, value in told.items():
        setattr(profile, member, value)
    profile.name = " ".join(part for part in (account.first_name, account.last_name) if part)
    profile.told_at_ms, profile.checked_at = account.updated_at_ms, now()
    profile.settle(now())
    if known:
        changes.replace(PROFILES, profile)
    else:
        changes.insert(PROFILES, profile)
    return True


def get(user_id: str) -> ProfileView:
    """The caller's profile; a bare one is made if the sign-in service has not told us of them yet. One round trip,
    three the first time.

    Raises:
        AccountGone: it has been erased; only the session's last token is still good.
    """
    return view(retry_stale(lambda: known_or_new(user_id)))


def contact(user_id: str) -> str:
    """The email that a person is written to; empty where none is proved to be theirs, and once they are gone. One round
    trip.
    """
    profile = PROFILES.get(user_id)
    return profile.email if profile and profile.email_verified else ""


def require(user_id: str, field: str) -> None:
    """Sees that somebody has an account with this id, as far as the shop has heard. One round trip; none for no id.

    Args:
        user_id: whose; empty for nobody's.
        field: the member of a request that it came in.

    Raises:
        Invalid: nobody has.
    """
    if user_id and PROFILES.get(user_id) is None:
        raise Invalid.field(field, "unknown_user", "Nobody has an account with this id.")


def known_or_new(user_id: str) -> Profile:
    """The profile of somebody who is signed in, made on the way if it is not there.

    Raises:
        AccountGone: they are gone.
        Stale: it was made by someone else at the same moment.
    """
    known = PROFILES.get(user_id)
    if known:
        return known
    if is_gone(user_id):
        raise AccountGone
    profile = _new(user_id)
    changes = Changes()
    changes.insert(PROFILES, profile)
    changes.commit()
    return profile


def update(user_id: str, patch: ProfilePatch, *, version: int | None) -> ProfileView:
    """Changes what the person may say themselves.

    Raises:
        PreconditionFailed: `version` is given and is not the profile's.
        AccountGone: they are gone.
    """

    def attempt() -> ProfileView:
        profile = known_or_new(user_id)
        if version not in (None, profile.version):
            raise PreconditionFailed(f"The profile's version is {profile.version}.")
        for name, value in patch.given().items():
            setattr(profile, name, value)
        profile.settle(now())
        changes = Changes()
        changes.replace(PROFILES, profile)
        changes.commit()
        return view(profile)

    try:
        return retry_stale(attempt)
    except Stale:
        if version is not None:
            raise PreconditionFailed from None
        raise


def _new(user_id: str) -> Profile:
    moment = now()
    profile = Profile(id=user_id, created_at=moment, updated_at=moment)
    profile.settle(moment)
    return profile
