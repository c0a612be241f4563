"""The way in and the way out of a function behind the gateway."""

import base64
import json
from typing import Annotated, Any

import pytest
from pydantic import BaseModel

from commerce.runtime import http, incoming, permissions, ratelimit
from commerce.runtime.errors import BadRequest, Conflict, Misconfigured, PreconditionFailed, TooManyRequests
from commerce.runtime.ratelimit import Limit
from tests.support.api import LambdaContext, event
from tests.unit.conftest import Configure, Log

pytestmark = pytest.mark.usefixtures("configure")


class Note(BaseModel):
    text: str
    stars: int = 0


app = http.api()


@app.post("/notes")
def write(body: Note) -> http.Response[Note]:
    return http.created(body, "/notes/1")


@app.get("/notes/<note_id>")
def read(note_id: http.Id, limit: Annotated[int, http.Query(ge=1, le=100)] = 20) -> http.Response[Note]:
    note = Note(text=note_id, stars=limit)
    return http.cacheable(note, http.content_etag(note), seconds=30)


@app.get("/faults/<kind>")
def fail(kind: http.Id) -> Note:
    raise {
        "conflict": Conflict("Somebody was quicker.", order_id="ord_1"),
        "misconfigured": Misconfigured("STRIPE_SECRET_KEY is not set"),
        "limit": TooManyRequests(7),
        "unexpected": RuntimeError("password=hunter2"),
    }[kind]


@app.get("/limited")
def limited() -> Note:
    ratelimit.hold((Limit("notes", burst=10, per_seconds=60), "me"))
    return Note(text="fine")


@app.get("/whoami")
def whoami() -> Note:
    return Note(text=http.caller().address)


public = http.api()


@public.get("/anything")
def look_around() -> Note:
    return Note(text=http.caller().address)


handler = http.handler(app, permissions.GUEST)


def ask(method: str, path: str, **options: Any) -> tuple[int, dict[str, str], Any]:
    answer = handler(event(method, path, **options), LambdaContext())
    headers = {name: values[0] for name, values in answer["multiValueHeaders"].items()}
    body = answer["body"]
    return answer["statusCode"], headers, json.loads(body) if body else None


def test_a_model_goes_in_and_a_model_comes_out() -> None:
    status, headers, body = ask("POST", "/notes", body={"text": "hello"})
    assert (status, body) == (201, {"text": "hello", "stars": 0})
    assert headers["Location"] == "/notes/1"
    assert headers["Content-Type"] == "application/json"
    assert headers["Cache-Control"] == "no-store"


# The body


def test_a_base64_body_is_decoded() -> None:
    raw = base64.b64encode('{"text": "grüße"}'.encode()).decode()
    assert ask("POST", "/notes", raw=raw, base64=True)[2]["text"] == "grüße"


@pytest.mark.parametrize("raw", ["not base64!", base64.b64encode(b"\xff\xfe").decode()])
def test_a_body_that_does_not_decode_is_400(raw: str) -> None:
    status, _, body = ask("POST", "/notes", raw=raw, base64=True)
    assert (status, body["code"]) == (400, "malformed_json")


@pytest.mark.parametrize(
    "raw", ["{", "[1,", "nul", "{'text': 1}", '{"text": "\\ud800"}', "[" * 100_000, '{"a":' * 50_000]
)
def test_what_is_not_json_is_400(raw: str) -> None:
    status, headers, body = ask("POST", "/notes", raw=raw)
    assert (status, body["code"]) == (400, "malformed_json")
    assert headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("raw", ["", None, "null", "[]", '"text"', "7"])
def test_json_that_is_no_object_is_422(raw: str | None) -> None:
    status, _, body = ask("POST", "/notes", raw=raw, headers={"Content-Type": "application/json"})
    assert (status, body["code"]) == (422, "validation_failed")


def test_every_field_that_is_wrong_is_named() -> None:
    status, _, body = ask("POST", "/notes", body={"stars": "many"})
    assert status == 422
    assert {reason["field"] for reason in body["errors"]} == {"text", "stars"}


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "json"])
def test_another_content_type_is_415(content_type: str) -> None:
    status, _, body = ask("POST", "/notes", raw='{"text": "x"}', headers={"Content-Type": content_type})
    assert (status, body["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "Application/JSON"])
def test_spellings_of_json_are_fine(content_type: str) -> None:
    assert ask("POST", "/notes", raw='{"text": "x"}', headers={"Content-Type": content_type})[0] == 201


def test_the_body_has_a_limit_to_the_byte() -> None:
    frame = len(json.dumps({"text": ""}))
    assert ask("POST", "/notes", body={"text": "x" * (incoming.MAX_BODY_BYTES - frame)})[0] == 201
    status, _, body = ask("POST", "/notes", body={"text": "x" * (incoming.MAX_BODY_BYTES - frame + 1)})
    assert (status, body["code"]) == (413, "body_too_large")


@pytest.mark.parametrize("large", ["é" * 600_000, "x" * 3_000_000])
def test_the_limit_counts_bytes(large: str) -> None:
    assert ask("POST", "/notes", raw=json.dumps({"text": large}, ensure_ascii=False))[0] == 413


def test_a_large_base64_body_is_refused_before_it_is_decoded() -> None:
    assert ask("POST", "/notes", raw="!" * 3_000_000, base64=True)[0] == 413


def test_headers_have_a_limit() -> None:
    status, _, body = ask("GET", "/notes/1", headers={"X-Padding": "x" * incoming.MAX_HEADER_BYTES})
    assert (status, body["code"]) == (431, "headers_too_large")


def test_an_event_without_headers_is_fine() -> None:
    bare = event("GET", "/notes/1") | {"headers": None, "multiValueHeaders": None}
    assert handler(bare, LambdaContext())["statusCode"] == 200


# Parameters and routes


@pytest.mark.parametrize("limit", ["0", "101", "many", ""])
def test_a_bad_parameter_is_400_and_named(limit: str) -> None:
    status, _, body = ask("GET", f"/notes/1?limit={limit}")
    assert (status, body["code"], body["errors"][0]["field"]) == (400, "invalid_parameter", "limit")


@pytest.mark.parametrize(("method", "path"), [("GET", "/nothing"), ("DELETE", "/notes/1"), ("GET", "/")])
def test_an_unknown_route_is_404(method: str, path: str) -> None:
    status, headers, body = ask(method, path)
    assert (status, body["code"]) == (404, "not_found")
    assert headers["Content-Type"] == "application/problem+json"


# Entity tags


def test_the_same_content_has_the_same_tag_and_is_not_sent_twice() -> None:
    status, headers, _ = ask("GET", "/notes/1")
    assert status == 200
    assert headers["Cache-Control"] == "public, max-age=0, s-maxage=30, must-revalidate"
    again, known, body = ask("GET", "/notes/1", headers={"If-None-Match": headers["ETag"]})
    assert (again, body) == (304, None)
    assert known["ETag"] == headers["ETag"]
    assert known["Cache-Control"] == headers["Cache-Control"]


@pytest.mark.parametrize("shown", ['"other"', 'W/"other"', "", "nonsense"])
def test_another_tag_gets_the_content(shown: str) -> None:
    assert ask("GET", "/notes/1", headers={"If-None-Match": shown})[0] == 200


def test_lists_of_tags_strong_tags_and_the_star() -> None:
    tag = ask("GET", "/notes/1")[1]["ETag"]
    for shown in (f'"x", {tag}', tag.removeprefix("W/"), "*"):
        assert ask("GET", "/notes/1", headers={"If-None-Match": shown})[0] == 304


@pytest.mark.parametrize(
    ("shown", "version"), [(None, None), ("*", None), ("", None), ('W/"7"', 7), ('"7"', 7), ("7", 7)]
)
def test_if_match_names_a_version(shown: str | None, version: int | None) -> None:
    assert http.version_in(shown) == version


@pytest.mark.parametrize("shown", ['"seven"', '"-1"', '"1.5"', '"٣"', '"' + "9" * 30 + '"', 'W/""'])
def test_an_if_match_that_is_not_ours_matches_nothing(shown: str) -> None:
    with pytest.raises(PreconditionFailed):
        http.version_in(shown)


# Faults


def test_a_fault_is_a_problem_and_never_cached() -> None:
    status, headers, body = ask("GET", "/faults/conflict")
    assert (status, body["code"], body["order_id"]) == (409, "conflict", "ord_1")
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("kind", ["misconfigured", "unexpected"])
def test_a_fault_of_ours_tells_nothing(kind: str, log: Log) -> None:
    status, headers, body = ask("GET", f"/faults/{kind}")
    assert (status, body["code"]) == (500, "internal_error")
    assert "STRIPE" not in json.dumps(body)
    assert "hunter2" not in json.dumps(body) + json.dumps(log())
    assert headers["Cache-Control"] == "no-store"


def test_the_log_says_which_setting_is_missing(log: Log) -> None:
    ask("GET", "/faults/misconfigured")
    assert any("STRIPE_SECRET_KEY" in json.dumps(line) for line in log())


# Correlation


def test_the_correlation_id_of_the_caller_goes_all_the_way(log: Log) -> None:
    _, headers, body = ask("GET", "/faults/conflict", headers={"X-Correlation-Id": "abc-12345"})
    assert headers["X-Correlation-Id"] == body["correlation_id"] == "abc-12345"
    assert {line["correlation_id"] for line in log()} == {"abc-12345"}


@pytest.mark.parametrize("shown", ["short", "x" * 65, "with space 1", "inject\nion-12", "<script>12", "ünïcödé-1"])
def test_a_correlation_id_that_could_do_harm_is_replaced(shown: str) -> None:
    asked = event("GET", "/notes/1", headers={"X-Correlation-Id": shown})
    answer = handler(asked, LambdaContext())
    assert answer["multiValueHeaders"]["X-Correlation-Id"] == [asked["requestContext"]["requestId"]]


def test_one_line_per_request_with_neither_token_nor_query(log: Log) -> None:
    ask("GET", "/notes/1?limit=7", headers={"X-Cart-Token": "0.secret"})
    (line,) = log()
    assert line["message"].startswith("GET ")
    assert line["message"].endswith(" 200")
    assert "secret" not in json.dumps(line)
    assert "duration_ms" in line


# Limits


@pytest.mark.usefixtures("valkey")
def test_an_answer_says_what_is_left() -> None:
    _, headers, _ = ask("GET", "/limited")
    assert headers["RateLimit-Policy"] == '"notes";q=10;w=60'
    assert headers["RateLimit"] == '"notes";r=9;t=6'
    assert "RateLimit" not in ask("GET", "/notes/1")[1], "only where a limit was held"


@pytest.mark.usefixtures("valkey")
def test_past_the_limit_it_is_429_and_says_when_to_come_back() -> None:
    for _ in range(10):
        assert ask("GET", "/limited")[0] == 200
    status, headers, body = ask("GET", "/limited")
    assert (status, body["code"]) == (429, "too_many_requests")
    assert 1 <= int(headers["Retry-After"]) <= 6
    assert headers["RateLimit"].startswith('"notes";r=0;t=')


def test_requests_do_not_mix_up_their_callers(configure: Configure) -> None:
    assert ask("GET", "/whoami", address="203.0.113.1")[2]["text"] == "203.0.113.1"
    assert ask("GET", "/whoami", address="203.0.113.2")[2]["text"] == "203.0.113.2"


def test_an_operation_for_anyone_has_no_caller_to_ask_for(log: Log) -> None:
    """It would look like a guest whoever asks."""
    answer = http.handler(public, permissions.ANYONE)(event("GET", "/anything"), LambdaContext())
    assert answer["statusCode"] == 500
    assert any(line.get("fault") == "LookupError" for line in log())


def test_an_operation_that_nobody_has_a_permission_for_does_not_start() -> None:
    assert public.operation == "look_around"
    with pytest.raises(LookupError, match="look_around"):
        http.handler(public)


@pytest.mark.parametrize("wanted", ["", "EUR"])
def test_a_currency_that_the_shop_sells_in(wanted: str, configure: Configure) -> None:
    configure(currencies="USD,EUR", default_currency="USD")
    assert http.currency(wanted) == (wanted or "USD")


def test_another_currency_is_refused_with_those_there_are(configure: Configure) -> None:
    configure(currencies="USD,EUR")
    with pytest.raises(BadRequest) as refused:
        http.currency("GBP")
    assert refused.value.errors[0].field == "currency"
    assert "USD, EUR" in refused.value.detail
