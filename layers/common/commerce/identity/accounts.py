"""Accounts, asked for at the sign-in service."""

from collections.abc import Sequence

from commerce.identity.gateways import gateway
from commerce.identity.model import Account


def look_up(user_ids: Sequence[str]) -> list[Account]:
    """The accounts of these people, at most a hundred, as they are now; those that are gone are missing. One call.

    Raises:
        SignInUnavailable: it does not answer.
    """
    return gateway().look_up(user_ids)
