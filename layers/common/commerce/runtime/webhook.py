"""Function URLs that providers call: the raw body, its size checked first, and a plain answer."""

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from commerce.runtime import problems
from commerce.runtime.errors import BadRequest, ShopError, TooLarge
from commerce.runtime.observability import correlate, correlation_id, logger

MAX_BODY_BYTES = 262_144  # Providers' events are a few KB; whoever sends more is not a provider.

type Take = Callable[[bytes, Mapping[str, str]], str]
type Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


def endpoint(take: Take, *, max_bytes: int = MAX_BODY_BYTES) -> Handler:
    """The Lambda handler around a function that takes a raw body and headers (lower case) and says what became of it.

    A fault of ours answers 5xx, so that the provider delivers again. A body above `max_bytes` is never looked at.
    """

    def handle(event: dict[str, Any], _context: Any) -> dict[str, Any]:
        correlate(str((event.get("requestContext") or {}).get("requestId") or uuid4()))
        try:
            headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
            outcome = take(_raw_body(event, max_bytes), headers)
        except Exception as error:  # noqa: BLE001  (the one door out)
            fault = error if isinstance(error, ShopError) else problems.from_unexpected(error)
            logger.warning("Webhook refused", extra={"code": fault.code})
            body = problems.problem(fault if fault.status != 500 else ShopError()) | {
                "correlation_id": correlation_id()
            }
            return _answer(fault.status, problems.CONTENT_TYPE, body, fault.headers)
        logger.info(f"Webhook {outcome}")
        return _answer(200, "application/json", {"received": True, "outcome": outcome}, {})

    return handle


def _raw_body(event: Mapping[str, Any], max_bytes: int) -> bytes:
    body = str(event.get("body") or "")
    if len(body) > max_bytes * 4 // 3 + 4:
        raise TooLarge
    try:
        raw = base64.b64decode(body, validate=True) if event.get("isBase64Encoded") else body.encode()
    except ValueError as error:  # no base64, or half a surrogate pair
        raise BadRequest("The body can't be decoded.") from error
    if len(raw) > max_bytes:
        raise TooLarge
    return raw


def _answer(status: int, content_type: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> dict[str, Any]:
    shown = {"Content-Type": content_type, "Cache-Control": "no-store", **headers}
    return {"statusCode": status, "headers": shown, "body": json.dumps(body, default=str), "isBase64Encoded": False}
