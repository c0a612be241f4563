"""Clerk: its Backend API (https://clerk.com/docs/reference/backend-api), by plain HTTP, and what its webhooks send.

To import Clerk's SDK takes 590 ms of CPU, httpx 260, Python's own client 5.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from pydantic import BaseModel, ConfigDict, Field

from commerce.identity.gateways import Notice
from commerce.identity.model import Account, Role, SignIn
from commerce.runtime.clock import from_unix_ms
from commerce.runtime.errors import BadRequest, Misconfigured, Unavailable
from commerce.runtime.observability import logger
from commerce.runtime.settings import settings

API = "https://api.clerk.com"
TIMEOUT_SECONDS = 5
USERS_AT_ONCE = 100
SESSIONS_AT_ONCE = 500  # The most that Clerk gives.


class SignInUnavailable(Unavailable):
    """503: the sign-in service does not answer; nothing was changed that can't be done again."""

    code, title = "sign_in_unavailable", "The sign-in service does not answer for the moment"


class BadSignature(BadRequest):
    """400: not signed by the sign-in service, or too long ago, or in the future."""

    code, title = "bad_signature", "The webhook signature is not valid"


class Clerk:
    """One Clerk application."""

    def sign_ins(self, user_id: str) -> list[SignIn]:
        """Where the person is signed in now, at most 500."""
        query = urlencode({"user_id": user_id, "status": "active", "limit": SESSIONS_AT_ONCE})
        return [_sign_in(session) for session in ask("GET", f"/v1/sessions?{query}") or []]

    def sign_in(self, session_id: str) -> SignIn | None:
        """A session, live or over; None where there is none."""
        found = ask("GET", f"/v1/sessions/{quote(session_id, safe='')}")
        return None if found is None else _sign_in(found)

    def revoke(self, session_id: str) -> None:
        """Ends a session."""
        ask("POST", f"/v1/sessions/{quote(session_id, safe='')}/revoke")

    def look_up(self, user_ids: Sequence[str]) -> list[Account]:
        """The accounts of these people as they are now."""
        query = urlencode({"user_id": list(user_ids), "limit": USERS_AT_ONCE}, doseq=True)
        return [self.account(found) for found in ask("GET", f"/v1/users?{query}") or []]

    def delete(self, user_id: str) -> None:
        """Deletes the account; Clerk ends its sessions with it."""
        ask("DELETE", f"/v1/users/{quote(user_id, safe='')}")

    def read_notice(self, raw: bytes, headers: Mapping[str, str]) -> Notice:
        """Clerk sends by Svix (https://docs.svix.com/receiving/verifying-payloads/how-manual)."""
        from standardwebhooks import Webhook, WebhookVerificationError

        # Svix's headers are those of Standard Webhooks under older names.
        signed = {f"webhook-{name}": headers.get(f"svix-{name}", "") for name in ("id", "timestamp", "signature")}
        for secret in settings().secret("clerk_webhook_secrets").split(","):
            try:
                Webhook(secret.strip()).verify(raw, signed, json_parse=False)
            except (WebhookVerificationError, ValueError):  # ValueError: signs that no signature has
                continue
            return _notice(raw, signed["webhook-id"])
        raise BadSignature

    def account(self, data: Mapping[str, Any]) -> Account:
        """The account in Clerk's description of a user."""
        user = _User.model_validate(data)
        email = next((one for one in user.email_addresses if one.id == user.primary_email_address_id), None)
        phone = next((one for one in user.phone_numbers if one.id == user.primary_phone_number_id), None)
        return Account(
            user_id=user.id,
            updated_at_ms=user.updated_at,
            created_at=from_unix_ms(user.created_at),
            first_name=user.first_name or "",
            last_name=user.last_name or "",
            email=email.email_address if email else "",
            email_verified=email.verified if email else False,
            phone=phone.phone_number if phone else "",
            phone_verified=phone.verified if phone else False,
            image_url=user.image_url or "",
            role=_role(user.public_metadata),
        )


def ask(method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
    """Clerk's answer as JSON; None where it knows no such thing.

    Raises:
        SignInUnavailable: no answer, or one that says that it can't.
        Misconfigured: it does not accept our key.
    """
    import http.client

    base = urlsplit(settings().clerk_api_base or API)
    make = http.client.HTTPSConnection if base.scheme == "https" else http.client.HTTPConnection
    connection = make(base.netloc, timeout=TIMEOUT_SECONDS)
    headers = {"Authorization": f"Bearer {settings().secret('clerk_secret_key')}", "Content-Type": "application/json"}
    try:
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        content = answer.read()
        if answer.status == 404:
            return None
        if answer.status in {401, 403}:
            raise Misconfigured("Clerk does not accept CLERK_SECRET_KEY")
        if answer.status >= 300:
            logger.warning(
                "Clerk refused", extra={"status": answer.status, "trace": answer.getheader("x-clerk-trace-id")}
            )
            raise SignInUnavailable
        return json.loads(content)
    except (OSError, http.client.HTTPException, ValueError) as error:
        logger.warning("Clerk does not answer", extra={"reason": type(error).__name__})
        raise SignInUnavailable from error
    finally:
        connection.close()


class _Read(BaseModel):
    """What we read of Clerk's objects; there is more in them."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class _Verification(_Read):
    status: str = ""


class _Identification(_Read):
    id: str
    verification: _Verification | None = None

    @property
    def verified(self) -> bool:
        """Whether Clerk has made sure that it is theirs."""
        return self.verification is not None and self.verification.status == "verified"


class _EmailAddress(_Identification):
    email_address: str


class _PhoneNumber(_Identification):
    phone_number: str


class _User(_Read):
    id: str
    created_at: int
    updated_at: int
    first_name: str | None = None
    last_name: str | None = None
    image_url: str | None = None
    primary_email_address_id: str | None = None
    primary_phone_number_id: str | None = None
    email_addresses: list[_EmailAddress] = Field(default_factory=list)
    phone_numbers: list[_PhoneNumber] = Field(default_factory=list)
    public_metadata: dict[str, Any] = Field(default_factory=dict)


class _Activity(_Read):
    device_type: str | None = None
    is_mobile: bool = False
    browser_name: str | None = None
    ip_address: str | None = None
    city: str | None = None
    country: str | None = None


class _Session(_Read):
    id: str
    user_id: str
    status: str
    created_at: int
    last_active_at: int
    expire_at: int
    actor: dict[str, Any] | None = None
    latest_activity: _Activity | None = None


def _sign_in(data: Any) -> SignIn:
    session = _Session.model_validate(data)
    seen = session.latest_activity or _Activity()
    return SignIn(
        session_id=session.id,
        user_id=session.user_id,
        live=session.status in {"active", "pending"},
        signed_in_at=from_unix_ms(session.created_at),
        last_active_at=from_unix_ms(session.last_active_at),
        expires_at=from_unix_ms(session.expire_at),
        device=seen.device_type or "",
        browser=seen.browser_name or "",
        mobile=seen.is_mobile,
        address=seen.ip_address or "",
        city=seen.city or "",
        country=seen.country or "",
        impersonated=session.actor is not None,
    )


def _role(metadata: Mapping[str, Any]) -> Role:
    """The role in public metadata: the one that the shop's session tokens carry too. Never from unsafe metadata."""
    match metadata.get("role"):
        case "staff":
            return "staff"
        case "admin":
            return "admin"
        case _:
            return "customer"


def _notice(raw: bytes, id_: str) -> Notice:
    event = json.loads(raw)
    return Notice(id=id_, type=event["type"], at_ms=event["timestamp"], data=event["data"])
