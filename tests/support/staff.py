"""Someone who works for the shop, behind the gateway's authorizer."""

from dataclasses import dataclass
from typing import Any

from scripts.sandbox.testing import Sandbox
from tests.support.api import Answer, call


@dataclass
class Staff:
    """A signed-in person; staff unless another role is given."""

    sandbox: Sandbox
    email: str = "staff@example.com"
    role: str = "staff"

    @property
    def admin(self) -> "Staff":
        """Whoever may look at what the others do."""
        return Staff(self.sandbox, "admin@example.com", "admin")

    def ask(self, function: str, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """One request, authorized as the gateway does. `If_Match="..."` becomes a header."""
        from tests.support.tour import bearer, signed_in

        token = self.sandbox.session_token(self.email, self.role)
        shown = bearer(token) | {name.replace("_", "-"): value for name, value in headers.items()}
        authorizer = signed_in(token, method, path.partition("?")[0])
        return call(function, method, path, body=body, headers=shown, authorizer=authorizer)
