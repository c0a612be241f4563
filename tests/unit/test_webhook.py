"""Function URLs: the raw body, its size, and one door out."""

import base64
import json
from collections.abc import Mapping
from typing import Any

import pytest

from commerce.runtime import webhook
from commerce.runtime.errors import BadRequest, Misconfigured, Unavailable
from tests.unit.conftest import Log


def ask(body: str | None, *, encoded: bool = False, headers: dict[str, str] | None = None) -> tuple[Any, list[Any]]:
    taken: list[Any] = []

    def take(raw: bytes, shown: Mapping[str, str]) -> str:
        taken.append((raw, dict(shown)))
        return "applied"

    event = {"headers": headers, "body": body, "isBase64Encoded": encoded, "requestContext": {"requestId": "req-1"}}
    return webhook.endpoint(take)(event, None), taken


def test_the_body_arrives_byte_for_byte() -> None:
    answer, taken = ask('{"a":  1}\n', headers={"Stripe-Signature": "t=1"})
    assert taken == [(b'{"a":  1}\n', {"stripe-signature": "t=1"})]
    assert answer["statusCode"] == 200
    assert json.loads(answer["body"]) == {"received": True, "outcome": "applied"}


def test_a_base64_body_is_decoded_first() -> None:
    raw = bytes(range(256))
    assert ask(base64.b64encode(raw).decode(), encoded=True)[1] == [(raw, {})]


@pytest.mark.parametrize("body", [None, ""])
def test_no_body_is_an_empty_one(body: str | None) -> None:
    assert ask(body)[1] == [(b"", {})]


@pytest.mark.parametrize("body", ["not base64!", "AA", "é"])
def test_what_does_not_decode_is_400(body: str) -> None:
    answer, taken = ask(body, encoded=True)
    assert (answer["statusCode"], taken) == (400, [])


def test_the_size_is_checked_to_the_byte_before_anything_else() -> None:
    limit = webhook.MAX_BODY_BYTES
    assert ask("x" * limit)[0]["statusCode"] == 200
    for body, encoded in (
        ("x" * (limit + 1), False),
        ("é" * (limit // 2 + 1), False),
        (base64.b64encode(b"x" * (limit + 1)).decode(), True),
        ("!" * (limit * 2), True),
    ):
        answer, taken = ask(body, encoded=encoded)
        assert (answer["statusCode"], taken) == (413, [])


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (BadRequest("not signed"), 400, "bad_request"),
        (Unavailable(), 503, "unavailable"),
        (Misconfigured("STRIPE_WEBHOOK_SECRETS is not set"), 500, "internal_error"),
        (RuntimeError("whsec_secret"), 500, "internal_error"),
    ],
)
def test_a_fault_is_a_problem_and_ours_bring_the_event_again(
    fault: Exception, status: int, code: str, log: Log
) -> None:
    def take(raw: bytes, shown: Mapping[str, str]) -> str:
        raise fault

    answer = webhook.endpoint(take)({"body": "{}", "headers": {}}, None)
    assert answer["statusCode"] == status
    assert answer["headers"]["Content-Type"] == "application/problem+json"
    assert answer["headers"]["Cache-Control"] == "no-store"
    assert json.loads(answer["body"])["code"] == code
    assert "whsec" not in answer["body"] + json.dumps(log())
    assert "STRIPE" not in answer["body"]


def test_the_log_holds_neither_body_nor_signature(log: Log) -> None:
    ask('{"card": "4242"}', headers={"Stripe-Signature": "t=1,v1=abc"})
    assert "4242" not in json.dumps(log())
    assert "v1=abc" not in json.dumps(log())
