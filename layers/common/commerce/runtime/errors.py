"""The faults a caller can be told of. Each has a stable `code`; `problems` turns them into RFC 9457 answers.

Contexts derive their own (`class QuoteStale(Conflict)`); clients tell faults apart by code, never by words.
"""

from typing import Any, ClassVar

from pydantic import BaseModel


class FieldError(BaseModel):
    """What is wrong with one part of the input."""

    field: str
    code: str
    message: str


class ShopError(Exception):
    """A fault with an HTTP status, a stable code and a text that may be shown.

    `extra` becomes extension members of the problem, `headers` headers of the answer.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    title: ClassVar[str] = "Something went wrong on our side"

    def __init__(
        self,
        detail: str = "",
        *,
        errors: list[FieldError] | None = None,
        headers: dict[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.errors = errors or []
        self.headers = headers or {}
        self.extra = extra


class BadRequest(ShopError):
    """400: the request makes no sense as it stands."""

    status, code, title = 400, "bad_request", "The request is not valid"


class Invalid(ShopError):
    """422: well-formed, but a value is not acceptable; `errors` names the fields."""

    status, code, title = 422, "validation_failed", "Some values are not acceptable"

    @classmethod
    def field(cls, field: str, code: str, message: str) -> "Invalid":
        """One field, one reason."""
        return cls(message, errors=[FieldError(field=field, code=code, message=message)])


class Unauthorized(ShopError):
    """401: no valid sign-in, where one is needed or was shown."""

    status, code, title = 401, "unauthorized", "Sign in first"

    def __init__(self, detail: str = "", **extra: Any) -> None:
        super().__init__(detail, headers={"WWW-Authenticate": "Bearer"}, **extra)


class Forbidden(ShopError):
    """403: signed in, but the role does not reach."""

    status, code, title = 403, "forbidden", "Your role does not allow this"


class NotFound(ShopError):
    """404: not there, or not yours: the same to the letter, so carts, orders and payments give no detail."""

    status, code, title = 404, "not_found", "There is no such thing here"


class Conflict(ShopError):
    """409: the thing's state does not allow it."""

    status, code, title = 409, "conflict", "The current state does not allow this"


class Stale(Conflict):
    """409: someone else changed it between our read and our write. Services retry it before a caller ever sees it."""

    code, title = "changed_meanwhile", "It was changed by someone else at the same moment"


class PreconditionFailed(ShopError):
    """412: If-Match names another version."""

    status, code, title = 412, "precondition_failed", "The version you know is not the current one"


class PreconditionRequired(ShopError):
    """428 (RFC 6585): the change must say by If-Match which version it was made from."""

    status, code, title = 428, "precondition_required", "Say by If-Match which version you know"


class TooLarge(ShopError):
    """413: the body passes the limit."""

    status, code, title = 413, "body_too_large", "The request body is too large"


class UnsupportedMediaType(ShopError):
    """415: the body is not JSON."""

    status, code, title = 415, "unsupported_media_type", "Send application/json"


class HeadersTooLarge(ShopError):
    """431: the headers pass the limit."""

    status, code, title = 431, "headers_too_large", "The request headers are too large"


class TooManyRequests(ShopError):
    """429: the rate limit is used up; Retry-After says when to come back."""

    status, code, title = 429, "too_many_requests", "Too many requests"

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Try again in {retry_after} s.", headers={"Retry-After": str(retry_after)})


class Unavailable(ShopError):
    """503: a part that we depend on is away for the moment; trying again is safe."""

    status, code, title = 503, "unavailable", "The shop is not available for the moment"

    def __init__(self, detail: str = "", *, retry_after: int = 5) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after)})


class ProviderUnavailable(Unavailable):
    """503: the payment provider did not answer; nothing was charged that we do not know of."""

    code, title = "provider_unavailable", "The payment provider does not answer for the moment"


class Misconfigured(ShopError):
    """500: a setting that this function needs is missing; the log says which."""

    code = "misconfigured"
