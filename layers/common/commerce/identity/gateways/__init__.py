"""The sign-in service behind one Protocol. Only the modules here know whose it is."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict

from commerce.identity.model import Account, SignIn


class Notice(BaseModel):
    """What a webhook of the service tells. `data` is in the service's words, `at_ms` by its clock in Unix ms."""

    model_config = ConfigDict(frozen=True)

    id: str
    type: str
    at_ms: int
    data: dict[str, Any]


class SignInService(Protocol):
    """Holds the accounts. Every call may be made twice.

    Those that ask it raise SignInUnavailable when it does not answer.
    """

    def sign_ins(self, user_id: str) -> list[SignIn]:
        """Where the person is signed in now, at most 500."""

    def sign_in(self, session_id: str) -> SignIn | None:
        """A session, live or over; None where there is none."""

    def revoke(self, session_id: str) -> None:
        """Ends a session: no new tokens for it, and those there are end within a minute."""

    def look_up(self, user_ids: Sequence[str]) -> list[Account]:
        """The accounts of these people, at most a hundred, as they are now; those that are gone are missing."""

    def delete(self, user_id: str) -> None:
        """Deletes the account for good; nothing happens where there is none."""

    def read_notice(self, raw: bytes, headers: Mapping[str, str]) -> Notice:
        """What is in the body of a webhook, its signature checked.

        Raises:
            BadSignature: not signed by the service, or too long ago, or in the future.
        """

    def account(self, data: Mapping[str, Any]) -> Account:
        """The account in a notice about a person.

        Raises:
            pydantic.ValidationError: this is not how the service describes one.
        """


def gateway() -> SignInService:
    """The service's gateway."""
    from commerce.identity.gateways.clerk import Clerk

    return Clerk()
