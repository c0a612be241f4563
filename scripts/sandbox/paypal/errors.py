"""PayPal's errors: https://developer.paypal.com/api/rest/responses/#link-errors."""

from typing import Any

from scripts.sandbox.store import Document

_MESSAGES = {
    "INVALID_REQUEST": "Request is not well-formed, syntactically incorrect, or violates schema.",
    "RESOURCE_NOT_FOUND": "The specified resource does not exist.",
    "RESOURCE_CONFLICT": "The server has detected a conflict while processing this request.",
    "UNPROCESSABLE_ENTITY": "The requested action could not be performed, semantically incorrect, or failed business "
    "validation.",
    "RATE_LIMIT_REACHED": "Too many requests. Blocked due to rate limiting.",
    "INTERNAL_SERVER_ERROR": "An internal server error has occurred.",
}
_DOCS = "https://developer.paypal.com/api/rest/reference/orders/v2/errors/"


class PayPalError(Exception):
    """An error answer.

    `commit`: whether the call took effect all the same, as a declined capture does.
    """

    def __init__(
        self,
        status: int,
        name: str,
        issue: str = "",
        description: str = "",
        *,
        links: list[Document] | None = None,
        commit: bool = False,
        **detail: Any,
    ) -> None:
        super().__init__(issue or name)
        self.status = status
        self.name = name
        self.commit = commit
        self.details = [{**detail, "issue": issue, "description": description}] if issue else []
        self.links = links or []

    def body(self, debug_id: str) -> Document:
        """The answer's JSON."""
        more = {"details": self.details} if self.details else {}
        document: Document = {"name": self.name, **more, "message": _MESSAGES[self.name], "debug_id": debug_id}
        document["links"] = [{"href": _DOCS, "rel": "information_link", "method": "GET"}, *self.links]
        return document


class OAuthError(PayPalError):
    """A caller who is not known; told in the words of RFC 6749 rather than PayPal's own."""

    def __init__(self, error: str, description: str, status: int = 401) -> None:
        super().__init__(status, "INVALID_REQUEST")
        self.error, self.description = error, description

    def body(self, _: str) -> Document:
        """The answer's JSON."""
        return {"error": self.error, "error_description": self.description}


def malformed(issue: str, description: str, field: str) -> PayPalError:
    """A body that violates the schema."""
    return PayPalError(400, "INVALID_REQUEST", issue, description, field=field, location="body")


def refused(issue: str, description: str, **more: Any) -> PayPalError:
    """A well-formed request that the state of things does not allow."""
    return PayPalError(422, "UNPROCESSABLE_ENTITY", issue, description, **more)


def missing() -> PayPalError:
    """There is no such object."""
    description = "Specified resource ID does not exist. Please check the resource ID and try again."
    return PayPalError(404, "RESOURCE_NOT_FOUND", "INVALID_RESOURCE_ID", description)
