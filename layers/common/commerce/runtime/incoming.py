"""What comes in from the gateway: headers, their limits, and a body that can be read."""

import base64
import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from commerce.runtime.errors import HeadersTooLarge, TooLarge, UnsupportedMediaType
from commerce.runtime.problems import MalformedJson

MAX_BODY_BYTES = 1_048_576
MAX_HEADER_BYTES = 8_192


def headers_of(event: Mapping[str, Any]) -> dict[str, str]:
    """The headers by their names in small letters."""
    return {name.lower(): value for name, value in (event.get("headers") or {}).items() if value is not None}


def correlation_id_of(event: Mapping[str, Any], headers: Mapping[str, str]) -> str:
    """The caller's own correlation id where it can be one, else the request's."""
    shown = headers.get("x-correlation-id", "")
    if 8 <= len(shown) <= 64 and shown.replace("-", "").isalnum() and shown.isascii():
        return shown
    return str((event.get("requestContext") or {}).get("requestId") or uuid4())


def take_in(event: dict[str, Any], headers: Mapping[str, str]) -> None:
    """Holds the limits and decodes the body in place: the local emulator holds none, and the cloud's are larger.

    Raises:
        HeadersTooLarge, TooLarge, UnsupportedMediaType, BadRequest.
    """
    if sum(len(name) + len(value) for name, value in headers.items()) > MAX_HEADER_BYTES:
        raise HeadersTooLarge
    body = event.get("body")
    if not body:
        return
    if len(body) > MAX_BODY_BYTES * 4 // 3 + 4:
        raise TooLarge
    content_type = headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if content_type != "application/json":
        raise UnsupportedMediaType
    event["headers"] = {**headers, "content-type": content_type}  # Powertools knows media types in small letters only.
    if event.get("isBase64Encoded"):
        try:
            body = base64.b64decode(body, validate=True).decode()
        except ValueError as error:  # no base64, or no UTF-8 in it
            raise MalformedJson("The request body is not UTF-8.") from error
        event["body"], event["isBase64Encoded"] = body, False
    if len(body.encode("utf-8", "replace")) > MAX_BODY_BYTES:
        raise TooLarge
    _refuse_what_json_cannot_keep(body)


def _refuse_what_json_cannot_keep(body: str) -> None:
    """Half a surrogate pair is legal in JSON's grammar and in no database; bottomless nesting is an attack."""
    try:
        value = json.loads(body)
        if "\\u" in body or not body.isascii():
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise MalformedJson("The request body holds half a surrogate pair.") from error
    except (ValueError, RecursionError) as error:
        raise MalformedJson from error
