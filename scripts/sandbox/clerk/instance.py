"""The instance: people, clients (browsers) and sessions, and the webhooks that tell of them. Times are in ms."""

import hashlib
import hmac
import json
import re
import secrets
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from standardwebhooks import Webhook

from scripts.sandbox.clerk.errors import ClerkError, not_found
from scripts.sandbox.clerk.keys import KeyRing
from scripts.sandbox.config import SandboxConfig
from scripts.sandbox.delivery import Channel
from scripts.sandbox.store import Document, Store, new_id, public

ENABLED_EVENTS = [
    "user.created", "user.updated", "user.deleted",
    "session.created", "session.ended", "session.removed", "session.revoked",
]  # fmt: skip
ROLES = ("customer", "staff", "admin")
SESSION_MS = 7 * 24 * 3600 * 1000
ABANDON_MS = 30 * 24 * 3600 * 1000
METADATA = ("public_metadata", "private_metadata", "unsafe_metadata")


def now_ms() -> int:
    return int(time.time() * 1000)


def sign(message_id: str, body: bytes, timestamp: int, signing_secrets: Sequence[str]) -> dict[str, str]:
    """Svix's three headers: base64 HMAC-SHA256 of `{id}.{timestamp}.{body}`, once per secret."""
    moment = datetime.fromtimestamp(timestamp, UTC)
    marks = [Webhook(secret).sign(message_id, moment, body.decode()) for secret in signing_secrets]
    return {
        "svix-id": message_id,
        "svix-timestamp": str(timestamp),
        "svix-signature": " ".join(marks),
        "User-Agent": "Svix-Webhooks/1.0 (sandbox)",
    }


class Instance:
    """One Clerk application in development mode."""

    def __init__(self, config: SandboxConfig, store: Store, channel: Channel) -> None:
        self.config = config
        self.store = store
        self.channel = channel
        self.keys = KeyRing(store)

    def emit(self, event_type: str, data: Document) -> None:
        """Queue a webhook, in the caller's transaction."""
        payload: Document = {
            "data": data,
            "event_attributes": {"http_request": {"client_ip": "127.0.0.1", "user_agent": "sandbox"}},
            "instance_id": self.keys.current.kid,
            "object": "event",
            "timestamp": now_ms(),
            "type": event_type,
        }
        body = json.dumps(payload, separators=(",", ":"), ensure_ascii=False).encode()
        self.channel.enqueue(new_id("msg_", 27), event_type, body)

    # People

    def user(self, user_id: str) -> Document:
        """Raises ClerkError (404)."""
        user = self.store.get("clerk.user", user_id)
        if user is None:
            raise not_found("user", user_id)
        return user

    def user_by_email(self, email: str) -> Document | None:
        """Whoever has this address, in whatever case it is written."""
        return self.store.first("clerk.user", {"_email": email.strip().lower()})

    def create_user(self, email: str, *, verified_by: str = "admin", **given: Any) -> Document:
        """Raises ClerkError (422) for an address that is taken or none, or a password that is too short."""
        email = email.strip().lower()
        if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
            raise ClerkError(
                422, "form_param_format_invalid", "is invalid", "Email address must be valid.", "email_address"
            )
        if self.user_by_email(email) is not None:
            raise ClerkError(
                422,
                "form_identifier_exists",
                "That email address is taken. Please try another.",
                param="email_address",
            )
        moment = now_ms()
        address: Document = {
            "id": new_id("idn_", 27),
            "object": "email_address",
            "email_address": email,
            "reserved": False,
            "verification": {
                "object": "verification_admin" if verified_by == "admin" else "verification_otp",
                "status": "verified",
                "strategy": verified_by,
                "attempts": None,
                "expire_at": None,
            },
            "linked_to": [],
            "matches_sso_connection": False,
            "created_at": moment,
            "updated_at": moment,
        }
        user: Document = {
            "id": new_id("user_", 27),
            "object": "user",
            "external_id": given.get("external_id"),
            "primary_email_address_id": address["id"],
            "primary_phone_number_id": None,
            "primary_web3_wallet_id": None,
            "username": given.get("username"),
            "first_name": given.get("first_name"),
            "last_name": given.get("last_name"),
            "image_url": f"{self.config.clerk.public_url}/avatar.svg",
            "profile_image_url": f"{self.config.clerk.public_url}/avatar.svg",
            "has_image": False,
            "public_metadata": given.get("public_metadata") or {},
            "private_metadata": given.get("private_metadata") or {},
            "unsafe_metadata": given.get("unsafe_metadata") or {},
            "email_addresses": [address],
            **{
                name: []
                for name in (
                    "phone_numbers", "web3_wallets", "passkeys", "external_accounts", "saml_accounts",
                    "enterprise_accounts",
                )
            },
            "password_enabled": False,
            "two_factor_enabled": False,
            "totp_enabled": False,
            "backup_code_enabled": False,
            "mfa_enabled_at": None,
            "mfa_disabled_at": None,
            "last_sign_in_at": None,
            "banned": False,
            "locked": False,
            "lockout_expires_in_seconds": None,
            "verification_attempts_remaining": 100,
            "delete_self_enabled": True,
            "create_organization_enabled": False,
            "last_active_at": None,
            "legal_accepted_at": None,
            "locale": given.get("locale"),
            "created_at": moment,
            "updated_at": moment,
            "_email": email,
            "_password": None,
        }  # fmt: skip
        if given.get("password") is not None:
            self.set_password(user, given["password"])
        self.store.put("clerk.user", user)
        self.emit("user.created", public(user))
        return user

    def set_password(self, user: Document, password: str) -> None:
        """Raises ClerkError (422) for fewer than eight characters, Clerk's least."""
        if len(password) < 8:
            raise ClerkError(
                422,
                "form_password_length_too_short",
                "Passwords must be 8 characters or more.",
                param="password",
            )
        salt = secrets.token_bytes(16)
        user |= {"password_enabled": True, "_password": [salt.hex(), _hash(password, salt).hex()]}

    def password_fits(self, user: Document, password: str) -> bool:
        """Whether this is the password; never for people who have none."""
        if user["_password"] is None:
            return False
        salt, known = (bytes.fromhex(part) for part in user["_password"])
        return hmac.compare_digest(_hash(password, salt), known)

    def save_user(self, user: Document) -> Document:
        """Store a change and tell of it."""
        # Consumers order updates by this: two within one millisecond must still differ.
        user["updated_at"] = max(now_ms(), user["updated_at"] + 1)
        self.store.put("clerk.user", user)
        self.emit("user.updated", public(user))
        return user

    def delete_user(self, user: Document) -> Document:
        """Remove a person and their sessions."""
        deleted: Document = {"id": user["id"], "object": "user", "deleted": True}
        for session in list(self.store.find("clerk.session", {"user_id": user["id"]})):
            self.store.delete("clerk.session", session["id"])
            self.emit("session.removed", public({**session, "status": "removed"}))
        self.store.delete("clerk.user", user["id"])
        self.emit("user.deleted", deleted)
        return deleted

    # Clients and sessions

    def client_by_token(self, token: str) -> Document | None:
        """The browser that shows this token."""
        return self.store.first("clerk.client", {"_token": token})

    def create_client(self) -> Document:
        """A browser that has just been met. Its `_token` is what it shows from now on."""
        moment = now_ms()
        client: Document = {
            "id": new_id("client_", 27),
            "object": "client",
            "sign_in_id": None,
            "sign_up_id": None,
            "last_active_session_id": None,
            "created_at": moment,
            "updated_at": moment,
            "_token": f"dvb_{secrets.token_urlsafe(32)}",
        }
        return self.store.put("clerk.client", client)

    def create_session(
        self, user: Document, client: Document, *, status: str = "active", seen: Document | None = None
    ) -> Document:
        """Sign a person in on a browser; `seen` is what there is to tell of it (see `activity`)."""
        moment = now_ms()
        activity: Document = {"object": "session_activity", "id": new_id("sess_activity_", 27), "is_mobile": False}
        session: Document = {
            "id": new_id("sess_", 27),
            "object": "session",
            "user_id": user["id"],
            "client_id": client["id"],
            "status": status,
            "actor": None,
            "last_active_organization_id": None,
            "last_active_at": moment,
            "latest_activity": activity | (seen or {}),
            "expire_at": moment + SESSION_MS,
            "abandon_at": moment + ABANDON_MS,
            "created_at": moment,
            "updated_at": moment,
            "tasks": None,
        }
        self.store.put("clerk.session", session)
        self.store.put("clerk.client", {**client, "last_active_session_id": session["id"], "updated_at": moment})
        # Signing in changes the person's record too, though Clerk sends no user.updated for it.
        self.store.put("clerk.user", {**user, "last_sign_in_at": moment, "last_active_at": moment})
        self.emit("session.created", public(session))
        return session

    def session(self, session_id: str) -> Document:
        """Raises ClerkError (404). A session past its time shows as expired."""
        session = self.store.get("clerk.session", session_id)
        if session is None:
            raise not_found("session", session_id)
        if session["status"] in ("active", "pending") and session["expire_at"] <= now_ms():
            session["status"] = "expired"
        return session

    def close_session(self, session: Document, status: str) -> Document:
        """End (`ended`, `removed`) or revoke (`revoked`) a session; one that is over stays as it is."""
        if session["status"] not in ("active", "pending"):
            return session
        session |= {"status": status, "updated_at": now_ms()}
        self.store.put("clerk.session", session)
        self.emit(f"session.{status}", public(session))
        return session


def activity(user_agent: str, address: str) -> Document:
    """What a session's `latest_activity` tells of a browser, roughly. Where on earth it is, nobody asks here."""

    def first(*words: tuple[str, str]) -> str | None:
        return next((name for mark, name in words if mark in user_agent), None)

    return {
        "is_mobile": "Mobile" in user_agent,
        "device_type": first(
            ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
            ("Macintosh", "Macintosh"), ("Linux", "Linux"),
        ),
        "browser_name": first(("Edg", "Edge"), ("Chrome", "Chrome"), ("Firefox", "Firefox"), ("Safari", "Safari")),
        "ip_address": address,
    }  # fmt: skip


def _hash(password: str, salt: bytes) -> bytes:
    # Cheap on purpose: these passwords guard nothing.
    return hashlib.scrypt(password.encode(), salt=salt, n=2**10, r=8, p=1)
