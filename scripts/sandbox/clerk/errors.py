"""Errors in Clerk's shape: https://clerk.com/docs/errors/overview."""

from scripts.sandbox.store import Document


class ClerkError(Exception):
    """An error answer of the Backend or Frontend API."""

    def __init__(self, status: int, code: str, message: str, long_message: str = "", param: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.entry: Document = {"message": message, "long_message": long_message or message, "code": code}
        if param is not None:
            self.entry["meta"] = {"param_name": param}

    def body(self, trace_id: str) -> Document:
        """The answer's JSON."""
        return {"errors": [self.entry], "clerk_trace_id": trace_id}


def not_found(kind: str, object_id: str) -> ClerkError:
    return ClerkError(404, "resource_not_found", "not found", f"No {kind} was found with id {object_id}.")
