"""Clerk session tokens, verified without the network.

Rules by Clerk's documentation (manual JWT verification, session token version 2): RS256 by the instance's key, `iss`,
`exp`, `nbf`, `azp` among our origins, and `sts` not pending. The public keys are configuration; only a key id they do
not hold makes us ask the JWKS address, at most once a minute.
"""

import json
import time
from typing import Any

import jwt
from pydantic import BaseModel, ConfigDict

from commerce.runtime.caller import LEEWAY_SECONDS
from commerce.runtime.errors import Unauthorized
from commerce.runtime.observability import logger
from commerce.runtime.settings import settings

REFETCH_SECONDS = 60
ROLES = ("customer", "staff", "admin")


class Claims(BaseModel):
    """What we take from a session token. `role` comes from public metadata through Clerk's custom claim,
    `impersonated_by` is the `sub` of the actor, where someone of the house is signed in as this person.
    """

    model_config = ConfigDict(frozen=True)

    user_id: str
    session_id: str
    role: str
    expires_at: int
    impersonated_by: str = ""


class _Keys:
    """The instance's public keys, by key id."""

    def __init__(self) -> None:
        self._configured = ""
        self._by_id: dict[str, jwt.PyJWK] = {}
        self._asked_at = -float("inf")

    def find(self, key_id: str) -> jwt.PyJWK | None:
        if self._configured != settings().clerk_public_keys:
            self._configured = settings().clerk_public_keys
            self._by_id = _parse(self._configured)
            self._asked_at = -float("inf")
        if key_id not in self._by_id and settings().clerk_jwks_url:
            self._refetch()
        return self._by_id.get(key_id)

    def _refetch(self) -> None:
        if time.monotonic() - self._asked_at < REFETCH_SECONDS:
            return
        self._asked_at = time.monotonic()
        from urllib.request import urlopen

        try:
            with urlopen(settings().clerk_jwks_url, timeout=3) as answer:  # noqa: S310  (https held by settings)
                self._by_id |= _parse(answer.read(65_536).decode())
        except (OSError, ValueError, KeyError, AttributeError, jwt.PyJWTError) as error:  # away, or not a JWKS
            logger.warning("Clerk's keys could not be fetched", extra={"reason": type(error).__name__})


def _parse(jwks: str) -> dict[str, jwt.PyJWK]:
    keys: list[dict[str, Any]] = json.loads(jwks).get("keys", []) if jwks else []
    return {key["kid"]: jwt.PyJWK(key, algorithm="RS256") for key in keys if key.get("kty") == "RSA"}


_keys = _Keys()


def verify(token: str) -> Claims:
    """The claims of a session token that is good at this moment.

    Raises:
        Unauthorized: it is not; the answer says no more than that, the log names the reason.
    """
    try:
        return _verify(token)
    except (jwt.PyJWTError, KeyError, TypeError, ValueError) as error:
        logger.info("Session token refused", extra={"reason": f"{type(error).__name__}: {error}"[:200]})
        raise Unauthorized("The session token is not valid.") from None


def _verify(token: str) -> Claims:
    key_id = jwt.get_unverified_header(token).get("kid", "")
    key = _keys.find(str(key_id))
    if key is None:
        raise ValueError("unknown key id")
    claims = jwt.decode(
        token,
        key.key,
        algorithms=["RS256"],
        issuer=settings().need("clerk_issuer"),
        leeway=LEEWAY_SECONDS,
        options={"require": ["exp", "nbf", "iat", "iss", "sub", "sid"], "verify_aud": False},
    )
    parties = settings().clerk_authorized_parties
    if parties and "azp" in claims and claims["azp"] not in parties:
        raise ValueError("azp is not one of our origins")
    if claims.get("sts") == "pending":
        raise ValueError("the session is pending")
    actor = claims.get("act")
    if actor is not None and not actor["sub"]:
        raise ValueError("an actor without a name")
    role = claims.get("role", "customer")
    return Claims(
        user_id=claims["sub"],
        session_id=claims["sid"],
        role=role if role in ROLES else "customer",
        expires_at=int(claims["exp"]),
        impersonated_by=str(actor["sub"]) if actor is not None else "",
    )
