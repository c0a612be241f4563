"""Identifiers: prefixed and time-ordered for machines, short and check-digited for people."""

import secrets
from datetime import UTC, datetime

from stdnum.iso7064 import mod_37_36
from typeid import TypeID
from uuid_utils import UUID

# Crockford's alphabet without vowels' look-alikes: no I, L, O, U, so that a number survives the telephone.
_SPOKEN = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id(prefix: str) -> str:
    """A new id in the TypeID format: `ord_01k...`, a UUIDv7 in base32, so that ids sort by time of birth."""
    return str(TypeID(prefix=prefix))


def earliest_id(prefix: str, moment: datetime) -> str:
    """The smallest id that could have been born at this moment: a bound for ids in order of time."""
    return str(TypeID.from_uuid(UUID(int=int(_utc(moment).timestamp() * 1000) << 80), prefix=prefix))


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def new_order_number() -> str:
    """A random order number for people, like `7KQ2M-9XD4T-R`: 50 bits, unguessable, the last sign a check digit.

    The check character (ISO 7064, MOD 37,36) catches every single wrong character and every swap of neighbours.
    """
    body = "".join(secrets.choice(_SPOKEN) for _ in range(10))
    return f"{body[:5]}-{body[5:]}-{mod_37_36.calc_check_digit(body)}"


def is_order_number(text: str) -> bool:
    """Whether a person typed an order number without a slip (hyphens, spaces and case do not matter)."""
    compact = text.replace("-", "").replace(" ", "").upper()
    return len(compact) == 11 and bool(mod_37_36.is_valid(compact))


def spelt_number(text: str) -> str:
    """An order number, or its beginning, as `new_order_number` would have written it."""
    compact = "".join(sign for sign in text.upper() if sign.isalnum())
    return "-".join(part for part in (compact[:5], compact[5:10], compact[10:]) if part)
