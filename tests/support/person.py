"""Someone with an account, behind the gateway's authorizer."""

from dataclasses import dataclass, field
from typing import Any

from commerce.identity.model import Account
from commerce.runtime.changes import Changes
from commerce.runtime.clock import from_unix
from scripts.sandbox.testing import Sandbox
from tests.support.api import Answer
from tests.support.staff import Staff

ADDRESS = {
    "name": "Ada Lovelace",
    "line1": "12 St James's Square",
    "city": "London",
    "postal_code": "SW1Y 4JH",
    "country": "GB",
}


@dataclass
class Customer:
    """A signed-in person."""

    sandbox: Sandbox
    email: str = "ada@example.com"
    id: str = field(init=False)

    def __post_init__(self) -> None:
        self.id = str(self.sandbox.session(self.email, "customer")["user_id"])

    @property
    def token(self) -> str:
        """A fresh session token."""
        return self.sandbox.session_token(self.email, "customer")

    def ask(self, function: str, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """One request of a function of the users service, or of another where the name says so (`orders.get_order`)."""
        name = function if "." in function else f"users.{function}"
        return Staff(self.sandbox, self.email, "customer").ask(name, method, path, body, **headers)

    def add_address(self, **members: Any) -> Answer:
        """POST an address."""
        return self.ask("add_address", "POST", "/me/addresses", ADDRESS | members)


def account(user_id: str, *, at: int, **members: Any) -> Account:
    """What the sign-in service says of a person at a time (Unix milliseconds)."""
    given = {"email": "ada@example.com", "email_verified": True, "first_name": "Ada", "last_name": "Lovelace"}
    known = {"user_id": user_id, "updated_at_ms": at, "created_at": from_unix(1)}
    return Account.model_validate(given | members | known)


def tell(one: Account) -> None:
    """The sign-in service's word arrives."""
    from commerce import users

    changes = Changes()
    if users.take_account(changes, one):
        changes.commit()
