"""The API's description against the template's routes and against everything that was really answered."""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import jsonschema
import pytest
from openapi_spec_validator import validate

from commerce.runtime import mongo
from scripts.generate import FUNCTIONS, handlers
from tests.contract.conftest import Recorded
from tests.support.api import call
from tests.support.bus import routes
from tests.support.recording import Call
from tests.support.shop import Shop

# Routes about the description itself.
UNDESCRIBED = {("GET", "/openapi.json"), ("GET", "/docs")}


@lru_cache(maxsize=1)
def described() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FUNCTIONS / "system" / "openapi.json").read_text())
    return found


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in described()["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def functions() -> dict[tuple[str, str], str]:
    """The functions behind the template's routes."""
    return {(route.method, route.path): route.function for route in routes()}


def operation_of(asked: Call) -> dict[str, Any] | None:
    for method, path, operation in operations():
        if method == asked.event["httpMethod"] and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", path), asked.event["path"]):
            return operation
    return None


def check(value: Any, schema: dict[str, Any]) -> None:
    whole = {**schema, "components": described()["components"]}
    jsonschema.Draft202012Validator(whole, format_checker=jsonschema.FormatChecker()).validate(value)


def test_the_description_is_valid_openapi() -> None:
    validate(described())


def test_every_route_is_described_and_every_description_has_a_route() -> None:
    assert {(method, path) for method, path, _ in operations()} | UNDESCRIBED == set(functions())


def test_no_two_functions_mean_different_things_by_one_schema_name() -> None:
    """Merging would silently keep the last of them."""
    whole = described()["components"]["schemas"]
    for name, module in handlers():
        if hasattr(module, "app"):
            own = json.loads(module.app.get_openapi_json_schema(title="own", version="1"))
            for schema, content in own.get("components", {}).get("schemas", {}).items():
                assert whole.get(schema, content) == content, f"{schema} of {name}"


def test_an_unwell_shop_answers_as_described(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(seconds: float) -> None:
        raise TimeoutError

    monkeypatch.setattr(mongo, "ping", away)
    answer = call("system.health", "GET", "/health")
    (operation,) = [operation for _, path, operation in operations() if path == "/health"]

    assert answer.status == 503
    assert answer.headers["Retry-After"] == "5"
    assert answer.headers["Cache-Control"] == "no-store"
    check(answer.json, operation["responses"]["503"]["content"][answer.headers["Content-Type"]]["schema"])


def test_operations_are_named_after_their_functions() -> None:
    for method, path, operation in operations():
        assert functions()[method, path].split(".")[1] == operation["operationId"]
    for name, module in handlers():
        if hasattr(module, "app"):  # By this name the door looks for its permission.
            assert name.split(".")[1] == module.app.operation


def test_what_needs_a_person_says_so() -> None:
    """Routes with the gateway's authorizer, and no others, demand a session."""
    behind_authorizer = {(route.method, route.path) for route in routes() if route.authorized}
    assert behind_authorizer == {(m, p) for m, p, operation in operations() if {} not in operation["security"]}


def test_every_operation_was_called(tour: Recorded) -> None:
    called = {(operation_of(one) or {}).get("operationId") for one in tour.taken.calls if one.is_http}
    assert {operation["operationId"] for _, _, operation in operations()} <= called


@pytest.mark.parametrize("operation", sorted(operation["operationId"] for _, _, operation in operations()))
def test_answers_are_as_described(operation: str, tour: Recorded) -> None:
    calls = [one for one in tour.taken.calls if one.function.endswith(f".{operation}")]
    assert calls
    for one in calls:
        found = operation_of(one)
        assert found is not None
        status, headers = one.answer["statusCode"], one.answer["multiValueHeaders"]
        if status == 304:
            assert not one.answer["body"]
            continue
        if status in (204, 301):
            assert not one.answer["body"]
            assert "content" not in found["responses"][str(status)]
            continue
        response = found["responses"].get(str(status), found["responses"]["default"])
        (content_type,) = headers["Content-Type"]
        assert content_type in response["content"], f"{status} came as {content_type}"
        check(json.loads(one.answer["body"]), response["content"][content_type]["schema"])
        if status < 300 and one.event["body"]:
            check(json.loads(one.event["body"]), found["requestBody"]["content"]["application/json"]["schema"])


def test_every_refusal_is_a_problem(tour: Recorded) -> None:
    refused = [one for one in tour.taken.calls if one.is_http and one.answer["statusCode"] >= 400]
    assert {one.answer["statusCode"] for one in refused} >= {400, 401, 404, 409, 415, 422, 431}
    for one in refused:
        problem = json.loads(one.answer["body"])
        assert one.answer["multiValueHeaders"]["Content-Type"] == ["application/problem+json"]
        assert one.answer["multiValueHeaders"]["Cache-Control"] == ["no-store"]
        check(problem, {"$ref": "#/components/schemas/Problem"})
        assert problem["status"] == one.answer["statusCode"]
        assert problem["correlation_id"] == one.answer["multiValueHeaders"]["X-Correlation-Id"][0]


def test_a_header_is_described_where_it_counts() -> None:
    """Every POST that creates or moves something takes an Idempotency-Key, but for those that end alike when repeated:
    If-Match lets them through once, or asking twice is asking.
    """
    alike = {"/products/{product_id}/stock-subscriptions", "/admin/pricing-preview", "/gift-cards/balance"}
    for method, path, operation in operations():
        named = {p["name"].lower() for p in operation.get("parameters", ())}
        if method == "POST" and path not in alike:
            assert named & {"idempotency-key", "if-match"}, path
        if method in ("PATCH", "DELETE") and path.startswith("/admin/"):
            assert "if-match" in named, path
