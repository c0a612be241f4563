"""How often an operation may be asked for: by one caller, and from one address. The door holds it.

A caller is a person, or a guest by the secret token of their cart or order; those who show nothing are counted by
address alone. Many people may share an address, so it may ask more often than each of them.

With the cache away the database counts. Where neither can, a request is let in uncounted: limits protect the shop, they
must not close it. (With the database away altogether there is no shop to protect: 503, as everywhere.)
"""

from collections.abc import Mapping
from dataclasses import dataclass

from commerce.runtime.ratelimit import Limit

MINUTE, HOUR = 60, 3600


@dataclass(frozen=True)
class Allowance:
    """The limits of one operation."""

    per_caller: Limit
    per_address: Limit


def _allow(operation: str, *, caller: tuple[int, int], address: tuple[int, int]) -> tuple[str, Allowance]:
    """So many requests at once of a caller and of an address, refilled evenly over so many seconds."""
    return operation, Allowance(Limit(operation, *caller), Limit(f"{operation}_address", *address))


LIMITS: Mapping[str, Allowance] = dict(
    [
        # What a browser asks when someone comes back from signing in, and what asks the sign-in service.
        _allow("get_session", caller=(60, MINUTE), address=(600, MINUTE)),
        _allow("list_sessions", caller=(30, MINUTE), address=(150, MINUTE)),
        _allow("revoke_session", caller=(30, MINUTE), address=(150, MINUTE)),
        # Codes and order numbers must not be guessed.
        _allow("apply_coupon", caller=(10, MINUTE), address=(300, 10 * MINUTE)),
        _allow("track_order", caller=(10, MINUTE), address=(30, 10 * MINUTE)),
        _allow("get_gift_card_balance", caller=(10, MINUTE), address=(30, 10 * MINUTE)),
        _allow("pay_by_gift_card", caller=(10, MINUTE), address=(60, 10 * MINUTE)),
        # Stolen cards must not be tried out here.
        _allow("add_payment_method", caller=(10, HOUR), address=(60, HOUR)),
        # What staff has to read, and what sends mail.
        _allow("create_review", caller=(20, HOUR), address=(100, HOUR)),
        _allow("subscribe_stock", caller=(10, MINUTE), address=(30, MINUTE)),
        # What sets stock aside. A whole office may order at once; a flood from one place may not.
        _allow("place_order", caller=(20, MINUTE), address=(1200, MINUTE)),
        # What takes a worker and makes a file.
        _allow("export_products", caller=(30, HOUR), address=(60, HOUR)),
        _allow("export_transactions", caller=(30, HOUR), address=(60, HOUR)),
        _allow("export_data", caller=(10, HOUR), address=(60, HOUR)),
    ]
)


def of(operation: str) -> Allowance | None:
    """An operation's limits, if it has any."""
    return LIMITS.get(operation)
