"""What a browser asks of Clerk's Frontend API: who is signed in here, a fresh token, sign me out.

A browser shows its client token, which the sign-in page hands to the shop as `__clerk_db_jwt` in the address, just
as Clerk's development instances do: as `Authorization: Bearer`, or as `__clerk_db_jwt` in the query. The sandbox's own
cookie serves as well, where the shop is opened on the same host name.
"""

from typing import Any

from starlette.requests import Request

from scripts.sandbox.clerk.errors import ClerkError, not_found
from scripts.sandbox.clerk.instance import Instance
from scripts.sandbox.clerk.tokens import mint
from scripts.sandbox.store import Document, public

CLIENT_PARAMETER = "__clerk_db_jwt"


def cookie_name(instance: Instance) -> str:
    """One per port: cookies are shared between the ports of a host."""
    return f"__client_{instance.config.clerk.port}"


def client_of(instance: Instance, request: Request) -> Document | None:
    """The browser that asks, if it is known."""
    shown = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    token = shown or request.query_params.get(CLIENT_PARAMETER) or request.cookies.get(cookie_name(instance))
    return instance.client_by_token(token) if token else None


def sessions_of(instance: Instance, client: Document) -> list[Document]:
    """The live sessions of a browser, newest first."""
    rows = list(instance.store.find("clerk.session", {"client_id": client["id"]}))
    live = [instance.session(row["id"]) for row in rows]
    return [row for row in live if row["status"] in ("active", "pending")]


def show_client(instance: Instance, client: Document) -> Document:
    """A client with its sessions and their people, as clerk-js reads it."""
    sessions = []
    for session in sessions_of(instance, client):
        user = public(instance.user(session["user_id"]))
        user.pop("private_metadata")
        sessions.append({**public(session), "user": user})
    active = next((session["id"] for session in sessions if session["status"] == "active"), None)
    return {**public(client), "sessions": sessions, "last_active_session_id": active}


def check_origin(instance: Instance, request: Request) -> str:
    """The shop's origin that a page speaks from (the first one for programs). Raises ClerkError (400)."""
    origin = request.headers.get("origin")
    if origin is None:
        return instance.config.shop_origins[0]
    if origin not in (*instance.config.shop_origins, instance.config.clerk.public_url):
        raise ClerkError(
            400,
            "origin_invalid",
            "Invalid HTTP Origin header",
            "The Request HTTP Origin header must be equal to or a subdomain of the requesting URL.",
        )
    return origin


def _known_client(instance: Instance, request: Request) -> Document:
    client = client_of(instance, request)
    if client is None:
        raise ClerkError(401, "authentication_invalid", "Invalid authentication", "Unable to authenticate the request.")
    return client


def _own_session(instance: Instance, request: Request) -> Document:
    client = _known_client(instance, request)
    session = instance.session(request.path_params["id"])
    if session["client_id"] != client["id"]:
        raise not_found("session", session["id"])
    return session


def get_client(instance: Instance, request: Request) -> Any:
    client = client_of(instance, request)
    return {"response": None if client is None else show_client(instance, client), "client": None}


def create_token(instance: Instance, request: Request) -> Any:
    """A fresh token of 60 seconds, for the page that asks."""
    origin = check_origin(instance, request)
    session = _own_session(instance, request)
    if session["status"] != "active":
        raise ClerkError(401, "signed_out", "Signed out", "This session is over. Sign in again.")
    return {"object": "token", "jwt": mint(instance, session, origin)}


def end_session(instance: Instance, request: Request) -> Any:
    session = instance.close_session(_own_session(instance, request), "ended")
    return {"response": public(session), "client": show_client(instance, _known_client(instance, request))}


def sign_out(instance: Instance, request: Request) -> Any:
    """End every session of this browser."""
    client = _known_client(instance, request)
    for session in sessions_of(instance, client):
        instance.close_session(session, "ended")
    return {"response": show_client(instance, client), "client": None}


ROUTES = [
    ("GET", "/v1/client", get_client),
    ("POST", "/v1/client/sessions/{id}/tokens", create_token),
    ("POST", "/v1/client/sessions/{id}/end", end_session),
    ("POST", "/v1/client/sessions/{id}/remove", end_session),
    ("DELETE", "/v1/client/sessions", sign_out),
]
