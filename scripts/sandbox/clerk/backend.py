"""The Backend API for users and sessions: https://clerk.com/docs/reference/backend-api."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from scripts.sandbox.clerk.errors import ClerkError
from scripts.sandbox.clerk.instance import METADATA, Instance
from scripts.sandbox.clerk.tokens import LIFETIME, mint
from scripts.sandbox.store import Document, public

_UPDATABLE = ("first_name", "last_name", "username", "external_id", "locale", *METADATA)


@dataclass(frozen=True)
class BackendCall:
    """One authenticated call: query parameters as lists, the JSON body, and the id in the path."""

    instance: Instance
    query: dict[str, list[str]]
    body: Document
    id: str = ""

    def one(self, name: str, default: str = "") -> str:
        """The first value of a query parameter."""
        return self.query.get(name, [default])[0]

    def page(self, rows: list[Any]) -> list[Any]:
        """Raises ClerkError (422) for a limit outside 1 to 500."""
        try:
            limit, offset = int(self.one("limit", "10")), int(self.one("offset", "0"))
        except ValueError:
            limit, offset = 0, 0
        if not 1 <= limit <= 500 or offset < 0:
            raise ClerkError(422, "form_param_format_invalid", "limit must be between 1 and 500", param="limit")
        return rows[offset : offset + limit]


def _matching(call: BackendCall) -> list[Document]:
    emails = [word.lower() for word in call.query.get("email_address", []) + call.query.get("email_address[]", [])]
    ids = call.query.get("user_id", []) + call.query.get("user_id[]", [])
    externals = call.query.get("external_id", [])
    text = call.one("query").lower()

    def wanted(user: Document) -> bool:
        names = f"{user['_email']} {user['first_name'] or ''} {user['last_name'] or ''} {user['id']}".lower()
        return (
            (not emails or user["_email"] in emails)
            and (not ids or user["id"] in ids)
            and (not externals or user["external_id"] in externals)
            and text in names
        )

    users = [user for user in call.instance.store.find("clerk.user") if wanted(user)]
    order = call.one("order_by", "-created_at")
    field = order.lstrip("+-")
    if field not in ("created_at", "updated_at", "last_sign_in_at", "last_active_at", "first_name", "last_name"):
        raise ClerkError(422, "form_param_value_invalid", f"{order} is not an order", param="order_by")
    if field != "created_at":
        users.sort(key=lambda user: (user[field] is not None, user[field] or 0), reverse=order.startswith("-"))
    elif not order.startswith("-"):
        users.reverse()
    return users


def list_users(call: BackendCall) -> Any:
    return [public(user) for user in call.page(_matching(call))]


def count_users(call: BackendCall) -> Any:
    return {"object": "total_count", "total_count": len(_matching(call))}


def create_user(call: BackendCall) -> Any:
    addresses = call.body.get("email_address") or []
    if not addresses:
        raise ClerkError(422, "form_data_missing", "missing data", "email_address is required.", "email_address")
    given: dict[str, Any] = {name: call.body.get(name) for name in (*_UPDATABLE, "password")}
    return public(call.instance.create_user(addresses[0], **given))


def get_user(call: BackendCall) -> Any:
    return public(call.instance.user(call.id))


def update_user(call: BackendCall) -> Any:
    """Metadata given here replaces what was there."""
    user = call.instance.user(call.id)
    for name in _UPDATABLE:
        if name in call.body:
            user[name] = call.body[name] if name not in METADATA else call.body[name] or {}
    if call.body.get("password") is not None:
        call.instance.set_password(user, call.body["password"])
    return public(call.instance.save_user(user))


def update_metadata(call: BackendCall) -> Any:
    """Metadata given here is merged, at every level; null removes a key."""
    user = call.instance.user(call.id)
    for name in METADATA:
        if call.body.get(name) is not None:
            user[name] = _merge(user[name], call.body[name])
    return public(call.instance.save_user(user))


def _merge(before: Any, given: Any) -> Any:
    if not isinstance(given, dict):
        return given
    merged = dict(before) if isinstance(before, dict) else {}
    for name, value in given.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = _merge(merged.get(name), value)
    return merged


def delete_user(call: BackendCall) -> Any:
    return call.instance.delete_user(call.instance.user(call.id))


def verify_password(call: BackendCall) -> Any:
    if not call.instance.password_fits(call.instance.user(call.id), str(call.body.get("password", ""))):
        raise ClerkError(422, "incorrect_password", "Incorrect password")
    return {"verified": True}


def list_sessions(call: BackendCall) -> Any:
    equal = {name: call.one(name) for name in ("user_id", "client_id") if call.one(name)}
    if not equal:
        raise ClerkError(422, "form_data_missing", "missing data", "user_id or client_id is required.", "user_id")
    rows = [call.instance.session(row["id"]) for row in list(call.instance.store.find("clerk.session", equal))]
    status = call.one("status")
    return [public(row) for row in call.page([row for row in rows if status in ("", row["status"])])]


def create_session(call: BackendCall) -> Any:
    user = call.instance.user(str(call.body.get("user_id")))
    return public(call.instance.create_session(user, call.instance.create_client()))


def get_session(call: BackendCall) -> Any:
    return public(call.instance.session(call.id))


def revoke_session(call: BackendCall) -> Any:
    return public(call.instance.close_session(call.instance.session(call.id), "revoked"))


def create_session_token(call: BackendCall) -> Any:
    session = call.instance.session(call.id)
    if session["status"] != "active":
        raise ClerkError(401, "session_not_active", "The session is not active")
    lifetime = int(call.body.get("expires_in_seconds") or LIFETIME)
    azp = call.instance.config.shop_origins[0]
    return {"object": "token", "jwt": mint(call.instance, session, azp, lifetime=lifetime)}


def get_jwks(call: BackendCall) -> Any:
    return call.instance.keys.jwks()


ROUTES: list[tuple[str, str, Callable[[BackendCall], Any]]] = [
    ("GET", "/v1/users", list_users),
    ("POST", "/v1/users", create_user),
    ("GET", "/v1/users/count", count_users),
    ("GET", "/v1/users/{id}", get_user),
    ("PATCH", "/v1/users/{id}", update_user),
    ("DELETE", "/v1/users/{id}", delete_user),
    ("PATCH", "/v1/users/{id}/metadata", update_metadata),
    ("POST", "/v1/users/{id}/verify_password", verify_password),
    ("GET", "/v1/sessions", list_sessions),
    ("POST", "/v1/sessions", create_session),
    ("GET", "/v1/sessions/{id}", get_session),
    ("POST", "/v1/sessions/{id}/revoke", revoke_session),
    ("POST", "/v1/sessions/{id}/tokens", create_session_token),
    ("GET", "/v1/jwks", get_jwks),
]
