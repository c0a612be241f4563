"""Exceptions to answers, in this one place: RFC 9457 problem+json with a stable code, and nothing internal."""

from collections.abc import Iterable, Mapping
from typing import Any

from commerce.runtime.errors import BadRequest, FieldError, Invalid, ShopError, Unavailable
from commerce.runtime.observability import logger

CONTENT_TYPE = "application/problem+json"


class MalformedJson(BadRequest):
    """400: the body is not JSON at all."""

    code, title = "malformed_json", "The request body is not valid JSON"


class InvalidParameter(BadRequest):
    """400: a parameter of path, query or header is not acceptable."""

    code, title = "invalid_parameter", "A parameter is not valid"


def problem(error: ShopError) -> dict[str, Any]:
    """The body of the answer."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": error.title,
        "status": error.status,
        "detail": error.detail or error.title,
        "code": error.code,
    }
    if error.errors:
        body["errors"] = [reason.model_dump() for reason in error.errors]
    return body | error.extra


def from_validation(errors: Iterable[Mapping[str, Any]]) -> ShopError:
    """What Powertools' and pydantic's findings mean for the caller. Values that were sent are never repeated."""
    findings = list(errors)
    if any(finding["type"] == "json_invalid" for finding in findings):
        return MalformedJson()
    reasons = [_reason(finding) for finding in findings]
    where = findings[0]["loc"][0] if findings else "body"
    kind: type[ShopError] = Invalid if where == "body" else InvalidParameter
    return kind("; ".join(f"{reason.field}: {reason.message}" for reason in reasons[:3]), errors=reasons)


def _reason(finding: Mapping[str, Any]) -> FieldError:
    path = [str(part) for part in finding["loc"][1:]]
    code = str(finding["type"])
    message = str(finding["msg"]).removeprefix("Value error, ")
    return FieldError(field=".".join(path) or str(finding["loc"][0]), code=code, message=message)


def from_unexpected(error: Exception) -> ShopError:
    """What may be told of a fault that no code of ours foresaw: the database away (503), or no more than 500."""
    if is_database_away(error):
        logger.warning("MongoDB is away", extra={"reason": type(error).__name__})
        return Unavailable("The database does not answer for the moment.")
    # Without exc_info's message: a driver's text may quote values. The stack alone says where to look.
    logger.error("Unexpected fault", extra={"fault": type(error).__name__, "stack": _stack(error)})
    return ShopError()


def is_database_away(error: Exception) -> bool:
    """Whether MongoDB did not answer, rather than answered with a fault."""
    # By name and module, so that functions which never touched the database need not import its driver to fail.
    away = {
        "ServerSelectionTimeoutError",
        "AutoReconnect",
        "NetworkTimeout",
        "NotPrimaryError",
        "WaitQueueTimeoutError",
    }
    return any(base.__name__ in away and base.__module__ == "pymongo.errors" for base in type(error).__mro__)


def _stack(error: Exception) -> list[str]:
    import traceback

    return [f"{f.filename.rsplit('/', 2)[-1]}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)]
