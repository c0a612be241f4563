"""Session tokens, version 2: https://clerk.com/docs/guides/sessions/session-tokens. And tokens that are wrong."""

import secrets
import time
from typing import Any

from scripts.sandbox.clerk import keys
from scripts.sandbox.clerk.instance import ROLES, Instance
from scripts.sandbox.store import Document

LIFETIME = 60
"""Seconds."""
SKEW = 10
"""Seconds by which `nbf` lies before `iat`, Clerk's allowed clock skew."""

KINDS = (
    "valid", "expired", "not_yet_valid", "wrong_issuer", "wrong_azp", "no_azp", "alg_none", "hs256_public_key",
    "unknown_kid", "wrong_key", "pending", "impersonated",
)  # fmt: skip


def claims_for(instance: Instance, session: Document, azp: str, lifetime: int = LIFETIME) -> Document:
    """What the token of a session says. `role` is the shop's custom claim, `{{user.public_metadata.role}}`."""
    user = instance.user(session["user_id"])
    moment = int(time.time())
    verified = max(0, (moment * 1000 - session["created_at"]) // 60_000)
    claims: Document = {
        "azp": azp,
        "exp": moment + lifetime,
        "fea": "",
        "fva": [verified, -1],
        "iat": moment,
        "iss": instance.config.clerk.issuer,
        "jti": secrets.token_hex(10),
        "nbf": moment - SKEW,
        "pla": "u:free_user",
        "role": user["public_metadata"].get("role", "customer"),
        "sid": session["id"],
        "sts": session["status"],
        "sub": user["id"],
        "v": 2,
    }
    if session["actor"] is not None:
        claims["act"] = session["actor"]
    return claims


def mint(instance: Instance, session: Document, azp: str, *, kind: str = "valid", lifetime: int = LIFETIME) -> str:
    """A token of the session, good or with the fault that `kind` names. Raises ValueError for an unknown kind."""
    claims = claims_for(instance, session, azp, lifetime)
    key = instance.keys.current
    if kind == "alg_none":
        return keys.unsigned(claims, key.kid)
    if kind == "hs256_public_key":
        return keys.signed_with_public_key(claims, key)
    if kind == "unknown_kid":
        return keys.generate().sign(claims)
    if kind == "wrong_key":
        return keys.generate(key.kid).sign(claims)
    if kind == "no_azp":
        del claims["azp"]
        return key.sign(claims)
    moment = claims["iat"]
    changed: dict[str, dict[str, Any]] = {
        "valid": {},
        "expired": {"iat": moment - 3600, "nbf": moment - 3600 - SKEW, "exp": moment - 3600 + lifetime},
        "not_yet_valid": {"iat": moment + 3600, "nbf": moment + 3600 - SKEW, "exp": moment + 3600 + lifetime},
        "wrong_issuer": {"iss": "https://clerk.example.com"},
        "wrong_azp": {"azp": "https://elsewhere.example.com"},
        "pending": {"sts": "pending"},
        "impersonated": {
            "act": {"iss": "https://dashboard.clerk.com", "sid": "sess_sandbox_actor", "sub": "user_sandbox_actor"}
        },
    }
    if kind not in changed:
        raise ValueError(f"kind is one of {', '.join(KINDS)}")
    return key.sign(claims | changed[kind])


def session_for(instance: Instance, email: str, role: str | None, *, fresh: bool = False) -> Document:
    """A session of the person with this address, who is made if absent; `role` is set if it is given.

    One session is reused from call to call unless a `fresh` one is wanted. Raises ValueError for an unknown role.
    """
    if role is not None and role not in ROLES:
        raise ValueError(f"role is one of {', '.join(ROLES)}")
    user = instance.user_by_email(email)
    if user is None:
        name = email.split("@", maxsplit=1)[0].replace(".", " ").title()
        first, _, last = name.partition(" ")
        metadata = {"role": role} if role else {}
        user = instance.create_user(email, first_name=first, last_name=last or None, public_metadata=metadata)
    elif role is not None and user["public_metadata"].get("role", "customer") != role:
        user["public_metadata"] = {**user["public_metadata"], "role": role}
        instance.save_user(user)
    if not fresh:
        for session in instance.store.find("clerk.session", {"user_id": user["id"], "status": "active"}):
            if instance.session(session["id"])["status"] == "active":
                return session
    return instance.create_session(user, instance.create_client())
