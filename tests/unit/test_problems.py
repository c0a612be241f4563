"""Faults as answers: stable codes, named fields, nothing from inside."""

import json
from typing import Any

import pymongo.errors
import pytest
from pydantic import BaseModel, Field, ValidationError

from commerce.runtime import errors, problems
from commerce.runtime.errors import FieldError, Invalid, ShopError, TooManyRequests, Unauthorized, Unavailable
from tests.unit.conftest import Log


def every(kind: type[ShopError]) -> list[type[ShopError]]:
    return [kind, *(deeper for derived in kind.__subclasses__() for deeper in every(derived))]


def test_a_problem_is_one_by_rfc_9457() -> None:
    body = problems.problem(Invalid.field("sku", "unknown_sku", "There is no such variant."))
    assert body == {
        "type": "about:blank",
        "title": "Some values are not acceptable",
        "status": 422,
        "detail": "There is no such variant.",
        "code": "validation_failed",
        "errors": [{"field": "sku", "code": "unknown_sku", "message": "There is no such variant."}],
    }


def test_extra_members_and_no_empty_ones() -> None:
    body = problems.problem(errors.Conflict(order_id="ord_1"))
    assert body["order_id"] == "ord_1"
    assert "errors" not in body
    assert body["detail"] == body["title"]


def test_every_fault_has_a_code_of_its_own_and_a_status_of_http() -> None:
    import scripts.indexes

    scripts.indexes.import_stores()
    public = [kind for kind in every(ShopError) if not kind.__name__.startswith("_")]
    assert len(public) > 20
    for kind in public:
        assert 300 <= kind.status < 600
        assert kind.code == kind.code.lower()
        assert " " not in kind.code
    by_code: dict[str, set[int]] = {}
    for kind in public:
        by_code.setdefault(kind.code, set()).add(kind.status)
    assert all(len(statuses) == 1 for statuses in by_code.values()), by_code


def test_headers_that_belong_to_a_status() -> None:
    assert Unauthorized().headers == {"WWW-Authenticate": "Bearer"}
    assert TooManyRequests(7).headers == {"Retry-After": "7"}
    assert Unavailable(retry_after=9).headers == {"Retry-After": "9"}


class _Line(BaseModel):
    quantity: int = Field(strict=True, ge=1)


class _Body(BaseModel):
    lines: list[_Line]


def findings(value: Any, where: str) -> list[dict[str, Any]]:
    try:
        _Body.model_validate(value)
    except ValidationError as error:
        return [dict(found) | {"loc": (where, *found["loc"])} for found in error.errors()]
    raise AssertionError


def test_a_finding_in_the_body_names_its_field_and_repeats_no_value() -> None:
    fault = problems.from_validation(findings({"lines": [{"quantity": "4111 1111 1111 1111"}]}, "body"))
    assert (fault.status, fault.code) == (422, "validation_failed")
    assert fault.errors == [
        FieldError(field="lines.0.quantity", code="int_type", message="Input should be a valid integer")
    ]
    assert "4111" not in json.dumps(problems.problem(fault))


def test_a_finding_elsewhere_is_about_a_parameter() -> None:
    fault = problems.from_validation(findings({}, "query"))
    assert (fault.status, fault.code) == (400, "invalid_parameter")
    assert fault.errors[0].field == "lines"


def test_what_is_not_json_is_told_as_that() -> None:
    fault = problems.from_validation([{"type": "json_invalid", "loc": ("body", 0), "msg": "x"}])
    assert (fault.status, fault.code) == (400, "malformed_json")


def test_many_findings_are_all_listed() -> None:
    fault = problems.from_validation(findings({"lines": [{"quantity": 0}] * 5}, "body"))
    assert len(fault.errors) == 5


@pytest.mark.parametrize(
    "error",
    [
        pymongo.errors.ServerSelectionTimeoutError("mongodb://user:password@host"),
        pymongo.errors.AutoReconnect("host"),
        pymongo.errors.NetworkTimeout("host"),
        pymongo.errors.NotPrimaryError("host"),
        pymongo.errors.WaitQueueTimeoutError("host"),
    ],
)
def test_a_database_that_is_away_is_503(error: Exception) -> None:
    fault = problems.from_unexpected(error)
    assert fault.status == 503
    assert fault.headers["Retry-After"] == "5"
    assert "password" not in json.dumps(problems.problem(fault))


def test_anything_else_is_500_and_says_no_more(log: Log) -> None:
    secret = "sk_live_very_secret"
    with pytest.raises(RuntimeError) as raised:
        raise RuntimeError(f"could not use {secret}")
    fault = problems.from_unexpected(raised.value)
    body = json.dumps(problems.problem(fault))
    assert fault.status == 500
    assert "RuntimeError" not in body
    assert secret not in body
    logged = json.dumps(log())
    assert secret not in logged, "the driver's words may quote what we sent"
    assert "RuntimeError" in logged
    assert "test_anything_else_is_500" in logged, "the stack says where to look"


def test_a_fault_of_the_same_name_elsewhere_is_not_the_databases() -> None:
    class AutoReconnect(Exception):
        pass

    assert problems.from_unexpected(AutoReconnect()).status == 500
