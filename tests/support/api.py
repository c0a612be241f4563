"""Requests as API Gateway hands them to a function, and the answers read back."""

import importlib
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4


@dataclass
class LambdaContext:
    """What Lambda tells a function about itself."""

    function_name: str = "test"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:000000000000:function:test"
    aws_request_id: str = field(default_factory=lambda: str(uuid4()))

    def get_remaining_time_in_millis(self) -> int:
        return 15_000


@dataclass
class Answer:
    """What a function answered."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


def event(
    method: str,
    path: str,
    *,
    body: Any = None,
    raw: str | None = None,
    headers: dict[str, str] | None = None,
    path_parameters: dict[str, str] | None = None,
    authorizer: dict[str, str] | None = None,
    base64: bool = False,
    address: str = "203.0.113.7",
) -> dict[str, Any]:
    """A REST proxy event."""
    bare, _, query = path.partition("?")
    pairs = parse_qsl(query, keep_blank_values=True)
    sent = {"Content-Type": "application/json"} if (body is not None or raw is not None) else {}
    sent |= headers or {}
    context: dict[str, Any] = {"requestId": str(uuid4()), "stage": "api", "identity": {"sourceIp": address}}
    if authorizer:
        context["authorizer"] = authorizer
    return {
        "resource": bare,
        "path": bare,
        "httpMethod": method,
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": dict(pairs) or None,
        "multiValueQueryStringParameters": {k: [v for n, v in pairs if n == k] for k, _ in pairs} or None,
        "pathParameters": path_parameters,
        "requestContext": context,
        "body": raw if raw is not None else (None if body is None else json.dumps(body)),
        "isBase64Encoded": base64,
    }


def call(function: str, method: str, path: str, **options: Any) -> Answer:
    """Calls a function (`carts.add_line`) with a request."""
    result = importlib.import_module(function).handler(event(method, path, **options), LambdaContext())
    headers = {name: values[0] for name, values in (result.get("multiValueHeaders") or {}).items()}
    return Answer(result["statusCode"], headers, result.get("body") or "")
