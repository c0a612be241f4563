"""Who is calling: a signed-in person, or a guest with the secret tokens of a cart or an order."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from commerce.runtime import addresses, signing
from commerce.runtime.clock import now
from commerce.runtime.errors import Forbidden, NotFound, Unauthorized

LEEWAY_SECONDS = 5  # What clocks may differ by.

_RANK = {"customer": 0, "staff": 1, "admin": 2}


@dataclass(frozen=True)
class Caller:
    """The one who asks. `user_id` is empty for a guest; `address` is the IP address they come from (see
    `addresses`); `impersonated_by` is the person of the house who is signed in as this one, empty as a rule.
    """

    user_id: str = ""
    role: str = "customer"
    session_id: str = ""
    expires_at: int = 0
    address: str = ""
    cart_token: str = ""
    order_token: str = ""
    impersonated_by: str = ""

    @property
    def counted_as(self) -> str:
        """Whose requests these are, for the limits: a person's, or those of whoever holds this secret token, which
        nobody can read out of it. Empty for a guest who holds none.
        """
        secret = self.cart_token or self.order_token
        return self.user_id or (hashlib.sha256(secret.encode()).hexdigest()[:32] if secret else "")

    def scope(self, kind: str, thing: str) -> str:
        """Whose Idempotency-Key it is: of this person, or of whoever holds the thing's secret token (and of no other
        thing). A caller who may not open the thing thus never meets the record of one who may.
        """
        return f"{self.user_id or self._token(kind)}|{thing}"

    def may_open(self, kind: str, subject: str, owner: str) -> None:
        """Lets the owner through, and whoever shows the thing's secret token; staff has routes of its own.

        Raises:
            NotFound: for everyone else, exactly as if the thing did not exist.
        """
        if owner and owner == self.user_id:
            return
        if not (kind == "cart" and owner) and signing.granted(kind, subject, self._token(kind)):
            return
        raise NotFound

    def _token(self, kind: str) -> str:
        return self.cart_token if kind == "cart" else self.order_token

    def require(self, role: str) -> None:
        """Lets a person of at least this role through.

        Raises:
            Unauthorized: nobody is signed in.
            Forbidden: the role is lower.
        """
        if not self.user_id:
            raise Unauthorized
        if _RANK[self.role] < _RANK[role]:
            raise Forbidden


def from_event(event: Mapping[str, Any], headers: Mapping[str, str]) -> Caller:
    """The caller of a gateway event, by the authorizer's context where the route has one, else by the same code here.

    The authorizer's decision is cached for 30 s, so `exp` is checked again.

    Raises:
        Unauthorized: a token is shown and is not valid. (No token at all is a guest.)
    """
    context = event.get("requestContext") or {}
    guest = Caller(
        address=addresses.client(event, headers),
        cart_token=headers.get("x-cart-token", ""),
        order_token=headers.get("x-order-token", ""),
    )
    decided = context.get("authorizer") or {}
    if decided.get("user_id"):
        if int(decided["exp"]) + LEEWAY_SECONDS < now().timestamp():
            raise Unauthorized("The session token has expired.")
        return replace(
            guest,
            user_id=str(decided["user_id"]),
            role=str(decided["role"]),
            session_id=str(decided["session_id"]),
            expires_at=int(decided["exp"]),
            impersonated_by=str(decided.get("impersonated_by") or ""),
        )
    token = bearer(headers.get("authorization", ""))
    if not token:
        return guest
    from commerce.runtime import tokens  # pyjwt and cryptography: 95 ms that a guest need not wait for

    claims = tokens.verify(token)
    return replace(
        guest,
        user_id=claims.user_id,
        role=claims.role,
        session_id=claims.session_id,
        expires_at=claims.expires_at,
        impersonated_by=claims.impersonated_by,
    )


def bearer(header: str) -> str:
    """The token of an `Authorization: Bearer` header, empty when there is no header.

    Raises:
        Unauthorized: another scheme.
    """
    if not header.strip():
        return ""
    scheme, _, token = header.strip().partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthorized("Send the session token as Authorization: Bearer.")
    return token.strip()
