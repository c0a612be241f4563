"""The door of an operation: who is there, whether they may come in, and not too often.

What it asks stands in the permissions and in the limits.
"""

from collections.abc import Mapping
from typing import Any

from commerce.runtime import addresses, ratelimit
from commerce.runtime.caller import Caller, from_event
from commerce.runtime.errors import Forbidden
from commerce.runtime.limits import Allowance
from commerce.runtime.observability import logger
from commerce.runtime.permissions import Permission


class NotInPerson(Forbidden):
    """403: someone of the house is signed in as this person, and may look but not do this."""

    code, title = "not_in_person", "Not while you are signed in as somebody else"


def admit(
    permission: Permission, allowance: Allowance | None, event: Mapping[str, Any], headers: Mapping[str, str]
) -> Caller | None:
    """Who comes in; None where anyone may, and nobody is asked.

    The gateway remembers what its authorizer said for 30 s, so all that may have changed is asked again here: whether
    the session token has ended meanwhile, the role for this operation, and whether the person is shut out.

    Raises:
        Unauthorized: a session token is shown and is not valid, or there is none and a person is wanted.
        AccountBlocked: the person is shut out.
        Forbidden: the role does not reach.
        NotInPerson: see there.
        TooManyRequests: this caller, or this address, has asked too often.
    """
    who = None if permission.who == "anyone" else _identified(permission, event, headers)
    if allowance:
        _count(allowance, who, addresses.client(event, headers))
    return who


def _identified(permission: Permission, event: Mapping[str, Any], headers: Mapping[str, str]) -> Caller:
    who = from_event(event, headers)
    if who.user_id:
        from commerce.runtime.blocklist import refuse_blocked  # the database, which a guest's read may do without

        refuse_blocked(who.user_id)
    if permission.signed_in:
        who.require("customer" if permission.who == "user" else permission.who)
    if who.impersonated_by:
        logger.info("Impersonated", extra={"user_id": who.user_id, "impersonated_by": who.impersonated_by})
        if permission.in_person:
            raise NotInPerson
        from commerce.runtime.access import note_signed_in_as

        note_signed_in_as(who)
    return who


def _count(allowance: Allowance, who: Caller | None, address: str) -> None:
    wanted = []
    if who and who.counted_as:
        wanted.append((allowance.per_caller, who.counted_as))
    if address:
        wanted.append((allowance.per_address, addresses.bucket(address)))
    ratelimit.hold(*wanted)
