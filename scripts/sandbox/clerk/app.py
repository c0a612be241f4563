"""The HTTP face of the Clerk sandbox."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from scripts.sandbox.clerk import backend, frontend
from scripts.sandbox.clerk.backend import BackendCall
from scripts.sandbox.clerk.errors import ClerkError
from scripts.sandbox.clerk.instance import ENABLED_EVENTS, Instance, sign
from scripts.sandbox.clerk.pages import add_developers, page_routes
from scripts.sandbox.clerk.tokens import LIFETIME, mint, session_for
from scripts.sandbox.config import SandboxConfig
from scripts.sandbox.control import Control, control_routes, read_json
from scripts.sandbox.delivery import Channel, Endpoint
from scripts.sandbox.faults import BrokenConnection, Faults
from scripts.sandbox.store import Document, Store, new_id
from scripts.sandbox.web import cors_headers, preflight

Work = Callable[[], Awaitable[Any]]


class ClerkSandbox:
    """One Clerk instance behind one port: Backend API, Frontend API and pages."""

    def __init__(self, config: SandboxConfig, store: Store) -> None:
        self.config = config
        self.store = store
        self.channel = Channel(
            "clerk",
            store,
            sign,
            endpoint=Endpoint(config.clerk.webhook_url, list(config.clerk.webhook_secrets), list(ENABLED_EVENTS)),
            retry_delays=config.retry_delays,
            limit=config.webhook_concurrency,
        )
        self.instance = Instance(config, store, self.channel)
        self.faults = Faults()
        with store.transaction():
            add_developers(self.instance)
        own = config.clerk.public_url
        self.app = Starlette(
            routes=[
                *Control("clerk", own, self.channel, self.faults, self.reset).routes(),
                *control_routes(
                    [("POST", "/tokens", self.mint_token), ("POST", "/keys/rotate", self.rotate_keys)], own
                ),
                Route("/.well-known/jwks.json", self.jwks, methods=["GET"]),
                *page_routes(self.instance),
                Route("/v1/{path:path}", self.options, methods=["OPTIONS"]),
                *[Route(path, self.frontend(handler), methods=[method]) for method, path, handler in frontend.ROUTES],
                *[Route(path, self.backend(handler), methods=[method]) for method, path, handler in backend.ROUTES],
                Route("/v1/{path:path}", self.unknown, methods=["GET", "POST", "PATCH", "PUT", "DELETE"]),
            ],
            middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(config.allowed_hosts))],
        )

    def reset(self) -> None:
        """Forget everybody but the one-click people; the keys stay."""
        with self.store.transaction():
            self.store.clear("clerk.")
            add_developers(self.instance)

    async def jwks(self, _: Request) -> Response:
        """The public keys, for anybody."""
        return JSONResponse(self.instance.keys.jwks(), headers={"Access-Control-Allow-Origin": "*"})

    async def options(self, request: Request) -> Response:
        """Answer a browser that asks whether the shop's pages may call."""
        return preflight(request, self.config.shop_origins)

    async def unknown(self, request: Request) -> Response:
        """There is no such call."""

        async def work() -> Any:
            what = f"{request.method} {request.url.path} is unknown."
            raise ClerkError(404, "resource_not_found", "not found", what)

        return await self._answer(request, work)

    def frontend(self, handler: Callable[[Instance, Request], Any]) -> Callable[[Request], Awaitable[Response]]:
        """An endpoint of the Frontend API: for the shop's pages, which show their client token."""

        async def endpoint(request: Request) -> Response:
            async def work() -> Any:
                frontend.check_origin(self.instance, request)
                return handler(self.instance, request)

            return await self._answer(request, work)

        return endpoint

    def backend(self, handler: Callable[[BackendCall], Any]) -> Callable[[Request], Awaitable[Response]]:
        """An endpoint of the Backend API: for those who have the secret key."""

        async def endpoint(request: Request) -> Response:
            async def work() -> Any:
                return handler(await self._backend_call(request))

            return await self._answer(request, work)

        return endpoint

    async def _backend_call(self, request: Request) -> BackendCall:
        """Raises ClerkError: 400, 401."""
        if request.headers.get("authorization", "") != f"Bearer {self.config.clerk.secret_key}":
            raise ClerkError(
                401,
                "clerk_key_invalid",
                "The provided Clerk Secret Key is invalid. Make sure that your Clerk Secret Key is correct.",
            )
        text = await request.body()
        try:
            body = json.loads(text) if text else {}
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise ClerkError(400, "request_body_invalid", "Request body invalid", "The request body is invalid.")
        query: dict[str, list[str]] = {}
        for name, value in request.query_params.multi_items():
            query.setdefault(name, []).append(value)
        return BackendCall(self.instance, query, body, request.path_params.get("id", ""))

    async def _answer(self, request: Request, work: Work) -> Response:
        """Do the work in a transaction, with the fault that was ordered for it."""
        headers = cors_headers(request, self.config.shop_origins)
        fault = self.faults.take(request.method, request.url.path)
        broken = (
            ClerkError(fault.status, "internal_clerk_error", "Oops, an unexpected error occurred") if fault else None
        )
        if fault is not None and (fault.action == "late" or not fault.after_effect):
            await asyncio.sleep(fault.seconds)
            if fault.action == "drop":
                return BrokenConnection()
        try:
            if fault is not None and broken is not None and fault.action == "error" and not fault.after_effect:
                raise broken
            # Read before the transaction begins: nothing else may run in its midst.
            await request.body()
            with self.store.transaction():
                answer = await work()
            if fault is not None and broken is not None and fault.after_effect:
                await asyncio.sleep(fault.seconds)
                if fault.action == "drop":
                    return BrokenConnection()
                if fault.action == "error":
                    raise broken
        except ClerkError as error:
            return JSONResponse(error.body(new_id("", 32)), error.status, headers)
        return JSONResponse(answer, headers=headers)

    async def mint_token(self, request: Request) -> Response:
        """A session token for `email` and `role`, good or of a wrong `kind`; the person is made if absent."""
        given = await read_json(request)
        if unknown := set(given) - {"email", "role", "kind", "seconds", "fresh", "azp"}:
            raise ValueError(f"unknown: {sorted(unknown)}")
        azp = str(given.get("azp") or self.config.shop_origins[0])
        lifetime = int(given.get("seconds") or LIFETIME)
        try:
            with self.store.transaction():
                session = session_for(
                    self.instance, str(given["email"]), given.get("role"), fresh=bool(given.get("fresh"))
                )
                token = mint(self.instance, session, azp, kind=given.get("kind") or "valid", lifetime=lifetime)
        except ClerkError as error:
            raise ValueError(error.entry["long_message"]) from None
        answer: Document = {"token": token, "user_id": session["user_id"], "session_id": session["id"]}
        return JSONResponse({**answer, "expires_in": lifetime})

    async def rotate_keys(self, request: Request) -> Response:
        """Sign with a new key; with `keep_old: false` the old ones are no longer published."""
        given = await read_json(request)
        self.instance.keys.rotate(keep_old=bool(given.get("keep_old", True)))
        return JSONResponse(self.instance.keys.jwks())
