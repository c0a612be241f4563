"""The HTTP face of the Stripe sandbox: keys, versions, idempotency, faults; then one handler per call."""

import asyncio
import base64
import binascii
import json
import re
import time
from typing import Literal

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from scripts.sandbox.config import SandboxConfig
from scripts.sandbox.control import Control
from scripts.sandbox.delivery import Channel, Endpoint
from scripts.sandbox.faults import BrokenConnection, Faults
from scripts.sandbox.store import Document, Store, new_id
from scripts.sandbox.stripe import confirmation, events, refunds, routes
from scripts.sandbox.stripe.account import Account, Call
from scripts.sandbox.stripe.control import StripeControl
from scripts.sandbox.stripe.errors import StripeError, invalid, unauthorized
from scripts.sandbox.stripe.idempotency import IdempotencyKeys, KeyUse, Replay
from scripts.sandbox.stripe.lists import expand
from scripts.sandbox.stripe.pages import ThreeDSecure
from scripts.sandbox.stripe.params import Params, parse_form
from scripts.sandbox.web import cors_headers, preflight

_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(\.[a-z_]+)?")
_FORM = "application/x-www-form-urlencoded"
_MAX_BODY = 1_000_000


class StripeSandbox:
    """One Stripe account behind one port."""

    def __init__(self, config: SandboxConfig, store: Store) -> None:
        self.config = config
        self.store = store
        self.channel = Channel(
            "stripe",
            store,
            events.sign,
            endpoint=Endpoint(
                config.stripe.webhook_url, list(config.stripe.webhook_secrets), list(events.ENABLED_EVENTS)
            ),
            retry_delays=config.retry_delays,
            limit=config.webhook_concurrency,
        )
        self.account = Account(config, store, self.channel)
        self.keys = IdempotencyKeys(store)
        self.faults = Faults()
        self.app = Starlette(
            routes=[
                *Control("stripe", config.stripe.public_url, self.channel, self.faults, self.reset).routes(),
                *StripeControl(self.account, self.keys).routes(),
                *ThreeDSecure(self.account).routes(),
                Route("/{path:path}", self.dispatch, methods=["GET", "POST", "DELETE", "OPTIONS"]),
            ],
            middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(config.allowed_hosts))],
        )

    def reset(self) -> None:
        """Forget every object and every idempotency key."""
        with self.store.transaction():
            self.store.clear("stripe.")
            self.keys.forget(-1)
            self.store.set_setting(confirmation.SETTLEMENT, None)

    async def run_timers(self) -> None:
        """Carry out what was to happen later: slow settlements and refunds."""
        while True:
            with self.store.transaction():
                for kind, body in self.store.take_timers("stripe.", time.time()):
                    self._timer(kind, body)
            await asyncio.sleep(0.1)

    def _timer(self, kind: str, body: Document) -> None:
        if kind == "stripe.settle":
            intent = self.account.find("payment_intent", body["intent"])
            if intent is not None and intent["status"] == "processing":
                confirmation.settle(self.account, intent, success=body["outcome"] == "succeeded")
        elif kind == "stripe.refund":
            refund = self.account.find("refund", body["refund"])
            if refund is not None and refund["status"] in ("pending", "succeeded"):
                refunds.finish(self.account, refund, "succeeded" if body["success"] else "failed")

    async def dispatch(self, request: Request) -> Response:
        """Answer one API call."""
        if request.method == "OPTIONS":
            return preflight(request, (), any_origin=True)
        request_id = new_id("req_", 14)
        headers = {"Request-Id": request_id, **cors_headers(request, (), any_origin=True)}
        headers["Access-Control-Expose-Headers"] = "Request-Id, Idempotent-Replayed"
        headers["Stripe-Version"] = request.headers.get("stripe-version", self.config.stripe.api_version)
        try:
            call, body = await self._read(request, request_id)
            if call.idempotency_key is None:
                return await self._answer(call, None, headers)
            headers["Idempotency-Key"] = call.idempotency_key
            use = self.keys.begin(call.idempotency_key, f"{call.method} {call.path}", body)
            if isinstance(use, Replay):
                return _response(use, headers | {"Idempotent-Replayed": "true", "Original-Request": use.request_id})
            try:
                return await self._answer(call, use, headers | {"Original-Request": request_id})
            finally:
                self.keys.end(use)
        except StripeError as error:
            return _response(_replay(error, request_id), headers)

    async def _read(self, request: Request, request_id: str) -> tuple[Call, bytes]:
        """The call behind a request. Raises StripeError: 400, 401."""
        body = await request.body()
        if len(body) > _MAX_BODY:
            raise invalid("Request body is too large.")
        if request.method == "POST" and body and not request.headers.get("content-type", "").startswith(_FORM):
            raise invalid(f"Invalid request (check that your POST content type is {_FORM}).")
        values = parse_form(request.url.query)
        if request.method == "POST":
            try:
                values |= parse_form(body.decode())
            except UnicodeDecodeError:
                raise invalid("The request body is not UTF-8.") from None
        version = request.headers.get("stripe-version")
        if version is not None and not _VERSION.fullmatch(version):
            raise invalid(f"Invalid Stripe API version: {version}")
        call = Call(
            account=self.account,
            params=Params(values),
            key=self._key(request, values),
            method=request.method,
            path=request.url.path,
            request_id=request_id,
            idempotency_key=request.headers.get("idempotency-key") if request.method == "POST" else None,
        )
        return call, request.url.query.encode() + b"?" + body

    def _key(self, request: Request, values: Document) -> Literal["secret", "publishable"]:
        """Which key the caller shows: as a bearer token, as the user of Basic, or (publishable) as `key`."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic":
            try:
                token = base64.b64decode(token).decode().partition(":")[0]
            except (binascii.Error, UnicodeDecodeError):
                token = ""
        token = token.strip() or (values["key"] if isinstance(values.get("key"), str) else "")
        if not token:
            raise unauthorized(
                "You did not provide an API key. You need to provide your API key in the Authorization header, using "
                "Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See "
                "https://stripe.com/docs/api#authentication for details."
            )
        if token == self.config.stripe.secret_key:
            return "secret"
        if token != self.config.stripe.publishable_key:
            raise unauthorized(f"Invalid API Key provided: {token[:8]}{'*' * max(0, len(token) - 12)}{token[-4:]}")
        handler, _ = routes.find(request.method, request.url.path)
        if handler not in routes.PUBLISHABLE:
            raise unauthorized(
                "This API call cannot be made with a publishable API key. Please use a secret API key. You can find a "
                "list of your API keys at https://dashboard.stripe.com/account/apikeys.",
                code="secret_key_required",
            )
        return "publishable"

    async def _answer(self, call: Call, use: KeyUse | None, headers: dict[str, str]) -> Response:
        """Carry out the call, with the fault that was ordered for it, if any. Replays meet no faults."""
        fault = self.faults.take(call.method, call.path)
        mishap = None
        if fault is not None and fault.action == "error":
            mishap = _replay(_fault_error(fault.status), call.request_id)
        if fault is not None and (fault.action == "late" or not fault.after_effect):
            await asyncio.sleep(fault.seconds)
            if fault.action == "drop":
                return BrokenConnection()
            if mishap is not None:
                # Stripe keeps results once a call is under way, its own failures included; a 429 came before that.
                if use is not None and fault.status >= 500:
                    self.keys.save(use, mishap)
                return _response(mishap, headers)
        answer = self._execute(call, use, mishap if fault is not None and fault.status >= 500 else None)
        if fault is not None and fault.after_effect and fault.action != "late":
            await asyncio.sleep(fault.seconds)
            if fault.action == "drop":
                return BrokenConnection()
        return _response(mishap or answer, headers)

    def _execute(self, call: Call, use: KeyUse | None, mishap: Replay | None) -> Replay:
        """The call's effect and what its key remembers, in one transaction."""
        try:
            with self.store.transaction():
                try:
                    handler, ids = routes.find(call.method, call.path)
                    document = routes.run(handler, call, ids)
                    document = expand(self.account, document, call.params.strings("expand"))
                    answer = Replay(200, _json(document), call.request_id)
                except StripeError as error:
                    if not error.commit:
                        raise
                    answer = _replay(error, call.request_id)
                if use is not None:
                    self.keys.save(use, mishap or answer)
                return answer
        except StripeError as error:
            answer = _replay(error, call.request_id)
            if use is not None and error.stored:
                self.keys.save(use, answer)
            return answer


def _json(document: Document) -> bytes:
    return json.dumps(document, indent=2, ensure_ascii=False).encode()


def _replay(error: StripeError, request_id: str) -> Replay:
    return Replay(error.status, _json(error.body(request_id)), request_id)


def _response(answer: Replay, headers: dict[str, str]) -> Response:
    return Response(answer.body, answer.status, headers, media_type="application/json")


def _fault_error(status: int) -> StripeError:
    if status == 429:
        return StripeError(
            429,
            "invalid_request_error",
            "Request rate limit exceeded. You can learn more about rate limits here "
            "https://stripe.com/docs/rate-limits.",
            code="rate_limit",
        )
    return StripeError(
        status, "api_error", "An unknown error occurred. If the problem persists, let us know at support@stripe.com."
    )
