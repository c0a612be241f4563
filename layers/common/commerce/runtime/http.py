"""HTTP for functions behind API Gateway: one resolver, one way in, one way out.

    app = http.api()

    @app.get("/orders/<order_id>")
    def get_order(order_id: str, order_token: http.OrderToken = None) -> OrderView: ...

    handler = http.handler(app)

Powertools validates the parameters by their annotations and describes them in OpenAPI; `problems` answers the faults.
"""

import hashlib
import json
from collections.abc import Callable
from contextvars import ContextVar
from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import (
    RequestUnsupportedContentType,
    RequestValidationError,
)
from aws_lambda_powertools.event_handler.openapi.params import Header, Path, Query
from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse
from pydantic import BaseModel

from commerce.runtime import limits, permissions, problems, ratelimit, switches
from commerce.runtime.caller import Caller
from commerce.runtime.clock import now
from commerce.runtime.door import admit
from commerce.runtime.errors import (
    BadRequest,
    FieldError,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
    ShopError,
    UnsupportedMediaType,
)
from commerce.runtime.incoming import correlation_id_of, headers_of, take_in
from commerce.runtime.observability import correlate, correlation_id, logger
from commerce.runtime.permissions import Permission
from commerce.runtime.settings import settings

__all__ = [
    "Api",
    "CartToken",
    "Elsewhere",
    "Handler",
    "Header",
    "Id",
    "IdempotencyKey",
    "IfMatch",
    "OrderToken",
    "Path",
    "Query",
    "Response",
    "accepted",
    "answers",
    "api",
    "cacheable",
    "caller",
    "content_etag",
    "created",
    "currency",
    "empty",
    "etag",
    "fingerprint",
    "gone",
    "handler",
    "language",
    "required_key",
    "required_version",
    "version_in",
    "versioned",
]

type Handler = Callable[[dict[str, Any], Any], dict[str, Any]]

IdempotencyKey = Annotated[
    str | None,
    Header(alias="Idempotency-Key", min_length=1, max_length=255, description="Same key and body: the first answer"),
]
CartToken = Annotated[str | None, Header(alias="X-Cart-Token", description="The secret token of a guest's cart")]
IfMatch = Annotated[str | None, Header(alias="If-Match", max_length=64, description="The version you know")]
Id = Annotated[str, Path(min_length=1, max_length=64)]
OrderToken = Annotated[str | None, Header(alias="X-Order-Token", description="The secret token of an order")]

_event: ContextVar[dict[str, Any]] = ContextVar("event")
_who: ContextVar[Caller | None] = ContextVar("who")


class Api(APIGatewayRestResolver):
    """A resolver that knows its operation, by the name of the function behind its route, and that route."""

    operation = ""
    method = ""
    path = ""

    def route(self, rule: str, method: Any, *args: Any, **options: Any) -> Callable[[Any], Any]:
        """Registers a route, as all of `get`, `post` and so on do."""
        register = super().route(rule, method, *args, **options)

        def named(function: Any) -> Any:
            self.operation, self.method = function.__name__, method
            self.path = rule.replace("<", "{").replace(">", "}")
            return register(function)

        return named


def api() -> Api:
    """A resolver that validates what comes in and answers every fault as problem+json."""
    app = Api(enable_validation=True, response_validation_error_http_code=500)
    app.exception_handler(RequestValidationError)(lambda error: answer(problems.from_validation(error.errors())))
    app.exception_handler(RequestUnsupportedContentType)(lambda _: answer(UnsupportedMediaType()))
    app.exception_handler(NotFoundError)(lambda _: answer(NotFound()))
    app.exception_handler(ShopError)(answer)
    app.exception_handler(Exception)(lambda error: answer(problems.from_unexpected(error)))
    return app


def answer(error: ShopError) -> Response[str]:
    """The answer for a fault. Faults are never cached; each carries the request's correlation id."""
    if error.status < 400:
        # Empty, not absent: API Gateway takes a null body, the emulator answers 500 for it.
        return Response(error.status, body="", headers=error.headers)
    if error.status >= 500:
        logger.error("Answered with a fault of ours", extra={"code": error.code, "reason": error.detail})
        if error.status == 500:
            error = ShopError()  # The detail is for the log alone.
    body = problems.problem(error) | {"correlation_id": correlation_id()}
    headers = {"Cache-Control": "no-store", **error.headers}
    return Response(error.status, problems.CONTENT_TYPE, json.dumps(body, default=_json), headers)


def _json(value: object) -> object:
    dump = getattr(value, "model_dump", None)
    return dump(mode="json") if dump else str(value)


def handler(app: Api, permission: Permission | None = None) -> Handler:
    """The Lambda handler around a resolver: the door, limits, correlation and one log line per request.

    Args:
        app: with one operation.
        permission: what it wants of its caller, where that does not stand in the permissions.

    Raises:
        LookupError: nobody has said who may call this operation.
    """
    wanted, allowance = permission or permissions.of(app.operation), limits.of(app.operation)

    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        headers = headers_of(event)
        correlate(correlation_id_of(event, headers))
        token, whose = _event.set(event), _who.set(None)
        ratelimit.begin()
        switches.ask(headers.get("x-souk-test", ""))
        began = now()
        try:
            take_in(event, headers)
            _who.set(admit(wanted, allowance, event, headers))
            result = app.resolve(event, context)
        except Exception as error:  # noqa: BLE001  (what the resolver has no part in; it answers for itself)
            fault = answer(error if isinstance(error, ShopError) else problems.from_unexpected(error))
            result = {"statusCode": fault.status_code, "body": fault.body, "isBase64Encoded": False}
            result["multiValueHeaders"] = {name: [str(value)] for name, value in fault.headers.items()}
        finally:
            _event.reset(token)
            _who.reset(whose)
        result["multiValueHeaders"] = dict(result.get("multiValueHeaders") or {})
        result["multiValueHeaders"].setdefault("Cache-Control", ["no-store"])
        result["multiValueHeaders"]["X-Correlation-Id"] = [correlation_id()]
        result["multiValueHeaders"] |= {name: [value] for name, value in ratelimit.fields().items()}
        milliseconds = round((now() - began).total_seconds() * 1000)
        method, route = event.get("httpMethod"), event.get("resource")
        logger.info(f"{method} {route} {result['statusCode']}", extra={"duration_ms": milliseconds})
        return result

    return handle


def caller(*, cart_token: str | None = None, order_token: str | None = None) -> Caller:
    """Who sends the current request, as the door has let them in. The token arguments stand in the signature of a
    function only so that OpenAPI describes them; the headers themselves are read there.

    Raises:
        LookupError: the operation is anyone's, so nobody was asked.
    """
    del cart_token, order_token
    who = _who.get()
    if who is None:
        raise LookupError("an operation for anyone has no caller")
    return who


def fingerprint() -> str:
    """What little tells one guest from another who has nothing to show yet. Not for limits: all of it can be forged."""
    event = _event.get()
    address = ((event.get("requestContext") or {}).get("identity") or {}).get("sourceIp")
    return f"guest|{address}|{request_header('X-Forwarded-For')}|{request_header('User-Agent')}"


def request_header(name: str) -> str:
    """A header of the current request, empty when it is absent."""
    return headers_of(_event.get()).get(name.lower(), "")


def answers(body: type[BaseModel], *statuses: int) -> dict[int, OpenAPIResponse]:
    """For OpenAPI: the statuses that come with this body, where there is more than one."""
    return {
        status: {"description": HTTPStatus(status).phrase, "content": {"application/json": {"model": body}}}
        for status in statuses
    }


def empty(*statuses: int) -> dict[int, OpenAPIResponse]:
    """For OpenAPI: the statuses that come without a body."""
    return {status: {"description": HTTPStatus(status).phrase} for status in statuses}


def created[Body](body: Body, location: str) -> Response[Body]:
    """201 with the address of what was made."""
    return Response(201, "application/json", body, {"Location": location, "Cache-Control": "no-store"})


def existing[Body](body: Body) -> Response[Body]:
    """200 instead of 201: it was there already."""
    return Response(200, "application/json", body, {"Cache-Control": "no-store"})


def etag(version: object) -> str:
    """A weak entity tag (RFC 9110) for a version."""
    return f'W/"{version}"'


def content_etag(body: BaseModel) -> str:
    """A weak entity tag for what is answered."""
    return etag(hashlib.sha256(body.model_dump_json().encode()).hexdigest()[:16])


def cacheable[Body](body: Body, tag: str, *, seconds: int) -> Response[Body]:
    """200 that browsers and CDNs may keep, or 304 when the caller holds this very version.

    Args:
        body: the answer.
        tag: its entity tag.
        seconds: how long shared caches may keep it; browsers revalidate each time.
    """
    headers = {"ETag": tag, "Cache-Control": f"public, max-age=0, s-maxage={seconds}, must-revalidate"}
    known = [part.strip().removeprefix("W/") for part in request_header("If-None-Match").split(",")]
    if tag.removeprefix("W/") in known or "*" in known:
        # Validation would miss the body; a 304 has none (RFC 9110, 15.4.5).
        raise NotModified(headers)
    return Response(200, "application/json", body, headers)


class NotModified(ShopError):
    """304 is no fault, but it leaves by the same door: it ends the handler early and has no body."""

    status, code, title = 304, "not_modified", "Not modified"

    def __init__(self, headers: dict[str, str]) -> None:
        super().__init__(headers=headers)


class Elsewhere(ShopError):
    """301 is no fault either. `location` is relative to the address that was asked for (RFC 9110, 10.2.2)."""

    status, code, title = 301, "moved", "It has another address now"

    def __init__(self, location: str) -> None:
        super().__init__(headers={"Location": location, "Cache-Control": "public, max-age=0, must-revalidate"})


def version_in(if_match: str | None) -> int | None:
    """The version that If-Match names, None when the header is absent or `*`.

    Raises:
        PreconditionFailed: it is not an entity tag of ours, so it matches nothing.
    """
    shown = (if_match or "").strip()
    if shown in {"", "*"}:
        return None
    text = shown.removeprefix("W/").strip('"')
    if not text.isdecimal() or not text.isascii() or len(text) > 18:
        raise PreconditionFailed
    return int(text)


def required_version(if_match: str | None) -> int | None:
    """The version that If-Match names, None for `*`: any version will do.

    Raises:
        PreconditionRequired: the header is absent.
        PreconditionFailed: it is not an entity tag of ours, so it matches nothing.
    """
    if not (if_match or "").strip():
        raise PreconditionRequired
    return version_in(if_match)


def versioned[Body](body: Body, version: int, *, status: int = 200, location: str = "") -> Response[Body]:
    """An answer for those who may change it: its entity tag is what If-Match wants. Never cached."""
    headers = {"ETag": etag(version), "Cache-Control": "no-store"}
    return Response(status, "application/json", body, headers | ({"Location": location} if location else {}))


def accepted[Body](body: Body) -> Response[Body]:
    """202: it will be seen to."""
    return Response(202, "application/json", body, {"Cache-Control": "no-store"})


def required_key(key: str | None) -> str:
    """The Idempotency-Key of a request that must not be done twice.

    Raises:
        BadRequest: the header is absent.
    """
    if key is None:
        message = "Send an Idempotency-Key: done twice, this would count twice."
        error = FieldError(field="Idempotency-Key", code="missing", message=message)
        raise BadRequest(message, errors=[error])
    return key


def gone() -> Response[str]:
    """204: it was there, and is not any more."""
    return Response(204, body="", headers={"Cache-Control": "no-store"})


def language(wanted: str) -> str:
    """The language to show texts in: the wanted one where the shop has it, or its default.

    Raises:
        BadRequest: the shop does not speak it; the answer lists those it does.
    """
    chosen = wanted or settings().languages[0]
    if chosen not in settings().languages:
        message = f"Known values: {', '.join(settings().languages)}."
        raise BadRequest(message, errors=[FieldError(field="language", code="unknown_language", message=message)])
    return chosen


def currency(wanted: str) -> str:
    """The currency to show prices in: the wanted one, or the shop's default.

    Raises:
        BadRequest: the shop does not sell in it; the answer lists those it does.
    """
    chosen = wanted or settings().default_currency
    if chosen not in settings().currencies:
        message = f"Known values: {', '.join(settings().currencies)}."
        raise BadRequest(message, errors=[FieldError(field="currency", code="unknown_currency", message=message)])
    return chosen
