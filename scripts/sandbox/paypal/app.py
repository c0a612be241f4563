"""The HTTP face of the PayPal sandbox: tokens, request ids, faults; then one handler per call."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from scripts.sandbox.config import SandboxConfig
from scripts.sandbox.control import Control
from scripts.sandbox.delivery import Channel, Endpoint
from scripts.sandbox.faults import BrokenConnection, Fault, Faults
from scripts.sandbox.paypal import captures, events, routes
from scripts.sandbox.paypal.account import Account, Call
from scripts.sandbox.paypal.certificates import Certificates
from scripts.sandbox.paypal.control import PayPalControl
from scripts.sandbox.paypal.errors import PayPalError, malformed, missing
from scripts.sandbox.paypal.idempotency import RequestIds
from scripts.sandbox.paypal.pages import Approval
from scripts.sandbox.paypal.tokens import Tokens
from scripts.sandbox.store import Document, Store, new_id, public

_MAX_BODY = 1_000_000
_LONGEST_REQUEST_ID = 108
_TOKEN_PATH = "/v1/oauth2/token"  # noqa: S105  (a path)


@dataclass(frozen=True)
class Answer:
    """What a call is answered."""

    status: int
    document: Document
    headers: dict[str, str] = field(default_factory=dict)

    def response(self, debug_id: str) -> Response:
        """As it goes over the wire."""
        body = json.dumps(public(self.document), ensure_ascii=False).encode()
        headers = {"Paypal-Debug-Id": debug_id, **self.headers}
        return Response(body, self.status, headers, media_type="application/json")


class PayPalSandbox:
    """One merchant's account behind one port."""

    def __init__(self, config: SandboxConfig, store: Store) -> None:
        self.config = config
        self.store = store
        certificates = Certificates(store)
        self.channel = Channel(
            "paypal",
            store,
            events.signer(certificates, lambda: events.cert_url(self.account)),
            endpoint=Endpoint(config.paypal.webhook_url, [config.paypal.webhook_id], list(events.ENABLED_EVENTS)),
            retry_delays=config.retry_delays,
            limit=config.webhook_concurrency,
        )
        self.account = Account(config, store, self.channel, certificates)
        self.tokens = Tokens(config.paypal, store)
        self.request_ids = RequestIds(self.account)
        self.faults = Faults()
        self.app = Starlette(
            routes=[
                *Control("paypal", config.paypal.public_url, self.channel, self.faults, self.reset).routes(),
                *PayPalControl(self.account, self.request_ids, self.tokens).routes(),
                *Approval(self.account).routes(),
                Route("/v1/notifications/certs/{name}", self.certificate, methods=["GET"]),
                Route("/{path:path}", self.dispatch, methods=["GET", "POST", "PATCH", "DELETE"]),
            ],
            middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(config.allowed_hosts))],
        )

    def reset(self) -> None:
        """Forget every object and every request id."""
        with self.store.transaction():
            self.store.clear("paypal.")
            self.store.set_setting(captures.SLOW_REFUNDS, None)

    async def certificate(self, request: Request) -> Response:
        """The chain that webhooks are signed with. Anyone may have it."""
        if request.path_params["name"] != self.account.certificates.name:
            return Answer(404, missing().body("")).response("")
        return PlainTextResponse(self.account.certificates.chain)

    async def dispatch(self, request: Request) -> Response:
        """Answer one API call, with the fault that was ordered for it, if any."""
        debug_id = new_id("f", 12).lower()
        method, path = request.method, request.url.path
        fault = self.faults.take(method, path)
        if fault is None or fault.action == "late":
            answer = await self._answer(request, debug_id, pause=fault.seconds if fault else 0)
            return answer.response(debug_id)
        if fault.after_effect:
            await self._answer(request, debug_id)
        await asyncio.sleep(fault.seconds)
        return _mishap(fault, debug_id)

    async def _answer(self, request: Request, debug_id: str, *, pause: float = 0) -> Answer:
        """The call's effect, and what is to be said of it, after so many seconds under way."""
        try:
            body = await request.body()
            authorization = request.headers.get("authorization", "")
            if request.method == "POST" and request.url.path == _TOKEN_PATH:
                return Answer(200, self.tokens.grant(authorization, body))
            self.tokens.check(authorization)
            call = _read(self.account, request, body, debug_id)
            handler, ids = routes.find(call.method, call.path)
            if handler in routes.REPEATABLE and call.request_id:
                return await self._once(handler, call, ids, pause)
            await asyncio.sleep(pause)
            return self._execute(handler, call, ids, "")
        except PayPalError as error:
            return Answer(error.status, error.body(debug_id))

    async def _once(self, handler: routes.Handler, call: Call, ids: tuple[str, ...], pause: float) -> Answer:
        """A call under its PayPal-Request-Id."""
        key = f"{call.path}|{call.request_id}"
        known = self.request_ids.begin(key, call)
        if known is not None and known["error"] is not None:
            return Answer(known["status"], known["error"])
        if known is not None:
            return Answer(200, routes.REPEATABLE[handler](call, known["made"]))
        try:
            await asyncio.sleep(pause)
            return self._execute(handler, call, ids, key)
        finally:
            self.request_ids.end(key)

    def _execute(self, handler: routes.Handler, call: Call, ids: tuple[str, ...], key: str) -> Answer:
        """The call's effect and what its request id remembers, in one transaction."""
        with self.store.transaction():
            try:
                document = handler(call, *ids)
            except PayPalError as error:
                if not error.commit:
                    raise
                told = error.body(call.debug_id)
                if key:
                    self.request_ids.save(key, call, error=told, status=error.status)
                return Answer(error.status, told)
            if key:
                self.request_ids.save(key, call, made=document["id"])
        return Answer(routes.status_of(handler, document), document)


def _read(account: Account, request: Request, body: bytes, debug_id: str) -> Call:
    """The call behind a request. Raises PayPalError: 400, 415."""
    if len(body) > _MAX_BODY:
        raise malformed("INVALID_STRING_LENGTH", "The request body is too large.", "/")
    document: Any = {}
    if request.method == "POST" and body:
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise PayPalError(415, "INVALID_REQUEST", "UNSUPPORTED_MEDIA_TYPE", "Send application/json.")
        try:
            document = json.loads(body)
        except ValueError:
            document = None
        if not isinstance(document, dict):
            raise malformed("MALFORMED_REQUEST_JSON", "The request JSON is not well formed.", "/")
    request_id = request.headers.get("paypal-request-id", "")
    if len(request_id) > _LONGEST_REQUEST_ID:
        raise malformed("INVALID_STRING_LENGTH", "The PayPal-Request-Id is too long.", "PayPal-Request-Id")
    return Call(
        account=account,
        method=request.method,
        path=request.url.path,
        body=document,
        query=dict(request.query_params),
        raw=body,
        debug_id=debug_id,
        prefer=request.headers.get("prefer", ""),
        request_id=request_id,
    )


def _mishap(fault: Fault, debug_id: str) -> Response:
    if fault.action == "drop":
        return BrokenConnection()
    limited = fault.status == 429
    error = PayPalError(fault.status, "RATE_LIMIT_REACHED" if limited else "INTERNAL_SERVER_ERROR")
    return Answer(error.status, error.body(debug_id)).response(debug_id)
