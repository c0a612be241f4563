"""Stripe's errors, with the codes and words of https://docs.stripe.com/error-codes."""

from typing import Any

from scripts.sandbox.store import Document


class StripeError(Exception):
    """An error answer.

    `stored`: whether an idempotency key remembers it. Stripe saves results only once execution has begun, so
    refused parameters are not remembered (https://docs.stripe.com/api/idempotent_requests).
    `commit`: whether the call took effect all the same, as a declined payment does.
    """

    def __init__(
        self,
        status: int,
        error_type: str,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        stored: bool = True,
        commit: bool = False,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.stored = stored
        self.commit = commit
        self.error: Document = {}
        if code is not None:
            self.error |= {"code": code, "doc_url": f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}"}
        self.error["message"] = message
        if param is not None:
            self.error["param"] = param
        self.error["type"] = error_type
        self.error |= more

    def body(self, request_id: str) -> Document:
        """The answer's JSON."""
        return {"error": {**self.error, "request_log_url": f"https://dashboard.stripe.com/test/logs/{request_id}"}}


def invalid(message: str, *, code: str | None = None, param: str | None = None) -> StripeError:
    """A parameter that is refused before anything is done."""
    return StripeError(400, "invalid_request_error", message, code=code, param=param, stored=False)


def refused(message: str, *, code: str | None = None, param: str | None = None, **more: Any) -> StripeError:
    """A well-formed request that the state of things does not allow."""
    return StripeError(400, "invalid_request_error", message, code=code, param=param, **more)


def missing_parameter(name: str) -> StripeError:
    return invalid(f"Missing required param: {name}.", code="parameter_missing", param=name)


def missing(kind: str, object_id: str, param: str) -> StripeError:
    """There is no such object."""
    return StripeError(
        404, "invalid_request_error", f"No such {kind}: '{object_id}'", code="resource_missing", param=param
    )


def unknown_url(method: str, path: str) -> StripeError:
    return StripeError(
        404,
        "invalid_request_error",
        f"Unrecognized request URL ({method}: {path}). If you are trying to list objects, remove the trailing slash. "
        "If you are trying to retrieve an object, make sure you passed a valid (non-empty) identifier in your code. "
        "Please see https://stripe.com/docs.",
        stored=False,
    )


def unauthorized(message: str, code: str | None = None) -> StripeError:
    return StripeError(401, "invalid_request_error", message, code=code, stored=False)
