"""The edge forwards what came, as it came, and says clearly when it cannot."""

import asyncio
from pathlib import Path

import pytest

from scripts.edge import proxy
from scripts.edge.gate import Gate
from scripts.edge.proxy import BODY_LIMIT
from tests.stack.edge import OK, Answer, Gateway, Seen, call, run, running


def once(tmp_path: Path, gateway: Gateway | None, *request: object, **options: object) -> Answer:
    """One request through an edge."""

    async def scene() -> Answer:
        async with running(tmp_path, gateway) as edge:
            return await call(edge, *request, **options)  # type: ignore[arg-type]

    return run(scene())


@pytest.mark.parametrize(
    "target",
    [
        "/api/products",
        "/api/products?limit=2&limit=3&attr.color=a%26b&q=%E2%82%AC+x&empty=",
        "/api/products/a%2Fb%20c;v=1",
        "/api//double//slashes/",
        "/api/%2e%2e/admin",
    ],
)
def test_method_path_and_query_arrive_as_they_were_sent(tmp_path: Path, target: str) -> None:
    gateway = Gateway()

    assert once(tmp_path, gateway, "GET", target).body == b"ok"

    assert gateway.seen[0].line == f"GET /_aws/execute-api/abc{target} HTTP/1.1".encode()


def test_headers_of_the_connection_stay_behind(tmp_path: Path) -> None:
    gateway = Gateway()
    sent = [
        ("Connection", "keep-alive, X-Secret-Hop"),
        ("X-Secret-Hop", "1"),
        ("Keep-Alive", "timeout=5"),
        ("TE", "trailers"),
        ("Upgrade", "h2c"),
        ("Proxy-Authorization", "Basic x"),
        ("Accept", "application/json"),
        ("Cookie", "a=1"),
        ("Cookie", "b=2"),
        ("Idempotency-Key", "k"),
    ]

    once(tmp_path, gateway, "GET", "/api/x", sent)

    seen = gateway.seen[0]
    for name in ("x-secret-hop", "keep-alive", "te", "upgrade", "proxy-authorization", "connection"):
        assert seen.header(name) == []
    assert seen.header("cookie") == ["a=1", "b=2"]
    assert seen.header("idempotency-key") == ["k"]


def test_tells_where_the_request_came_from(tmp_path: Path) -> None:
    gateway = Gateway()
    sent = {"Host": "localhost:8080", "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}

    once(tmp_path, gateway, "GET", "/api/x", sent)

    seen = gateway.seen[0]
    assert seen.header("x-forwarded-for") == ["203.0.113.9, 127.0.0.1"]
    assert seen.header("x-forwarded-host") == ["localhost:8080"]
    assert seen.header("x-forwarded-proto") == ["http"]
    assert seen.header("x-forwarded-port") == ["8080"]
    assert seen.header("host")[0].startswith("127.0.0.1:")


def test_bodies_pass_byte_by_byte_in_both_directions(tmp_path: Path) -> None:
    binary = bytes(range(256)) * 300
    head = b"HTTP/1.1 201 Created\r\nContent-Length: %d\r\nContent-Type: image/png\r\n\r\n" % len(binary)
    gateway = Gateway(lambda _: head + binary)

    answer = once(tmp_path, gateway, "POST", "/api/x", body=[binary[:1000], binary[1000:]])

    assert gateway.seen[0].body == binary
    assert gateway.seen[0].header("content-length") == [str(len(binary))]
    assert (answer.status, answer.body) == (201, binary)


def test_status_and_headers_come_back(tmp_path: Path) -> None:
    gateway = Gateway(
        lambda _: (
            b"HTTP/1.1 422 Unprocessable\r\nContent-Type: application/problem+json\r\nSet-Cookie: a=1\r\n"
            b'Set-Cookie: b=2\r\nETag: "x"\r\nKeep-Alive: timeout=5\r\nContent-Length: 2\r\n\r\n{}'
        )
    )

    answer = once(tmp_path, gateway, "POST", "/api/x")

    assert answer.status == 422
    assert [value for name, value in answer.headers if name == "set-cookie"] == ["a=1", "b=2"]
    assert answer.header("etag") == '"x"'
    assert answer.header("keep-alive") is None


def test_a_chunked_answer_is_put_together(tmp_path: Path) -> None:
    gateway = Gateway(
        lambda _: b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    )

    answer = once(tmp_path, gateway, "GET", "/api/x")

    assert (answer.body, answer.header("content-length"), answer.header("transfer-encoding")) == (b"abcde", "5", None)


def test_head_has_no_body_but_its_length(tmp_path: Path) -> None:
    gateway = Gateway(lambda _: b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n")

    answer = once(tmp_path, gateway, "HEAD", "/api/x")

    assert (answer.body, answer.header("content-length")) == (b"", "7")


def test_an_answer_without_content_passes(tmp_path: Path) -> None:
    answer = once(tmp_path, Gateway(lambda _: b"HTTP/1.1 204 No Content\r\n\r\n"), "DELETE", "/api/x")

    assert (answer.status, answer.body) == (204, b"")


@pytest.mark.parametrize("declared", [True, False])
def test_a_body_past_the_limit_is_refused_before_it_is_forwarded(tmp_path: Path, declared: bool) -> None:
    gateway = Gateway()
    headers = {"Content-Length": str(BODY_LIMIT + 1)} if declared else {}

    answer = once(tmp_path, gateway, "POST", "/api/x", headers, body=[b"x" * BODY_LIMIT, b"x"])

    assert (answer.status, answer.json["code"]) == (413, "body_too_large")
    assert answer.header("content-type") == "application/problem+json"
    assert gateway.seen == []


def test_no_gateway_is_a_502(tmp_path: Path) -> None:
    answer = once(tmp_path, None, "GET", "/api/x")

    assert (answer.status, answer.json["code"], answer.header("retry-after")) == (502, "bad_gateway", "2")


@pytest.mark.parametrize("content", [None, b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", b"nonsense\r\n\r\n"])
def test_an_answer_that_breaks_off_is_a_502(tmp_path: Path, content: bytes | None) -> None:
    answer = once(tmp_path, Gateway(lambda _: content, closes=True), "POST", "/api/x")

    assert (answer.status, answer.json["code"]) == (502, "bad_gateway")


def test_a_function_that_crashed_tells_nothing_of_its_insides(tmp_path: Path) -> None:
    """The emulator answers with the exception's text, where API Gateway has its DEFAULT_5XX."""
    body = b'{"message": "{\\"errorMessage\\": \\"secret\\"}"}'
    crash = b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)

    answer = once(tmp_path, Gateway(lambda _: crash + body), "POST", "/api/x")

    assert (answer.status, answer.json["code"]) == (502, "internal_error")
    assert b"secret" not in answer.body


def test_a_slow_gateway_is_a_504(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proxy, "UPSTREAM_SECONDS", 0.05)

    async def slow(_: Seen) -> bytes:
        await asyncio.sleep(5)
        return OK

    answer = once(tmp_path, Gateway(slow), "GET", "/api/x")

    assert (answer.status, answer.json["code"]) == (504, "gateway_timeout")


def test_before_the_first_deployment_it_says_so(tmp_path: Path) -> None:
    async def scene() -> Answer:
        async with running(tmp_path, Gateway()) as edge:
            (tmp_path / "edge.json").unlink()
            return await call(edge, "GET", "/api/x")

    answer = run(scene())
    assert (answer.status, answer.json["code"]) == (503, "starting")


def test_connections_are_kept(tmp_path: Path) -> None:
    gateway = Gateway()

    async def scene() -> None:
        async with running(tmp_path, gateway) as edge:
            for _ in range(5):
                await call(edge, "GET", "/api/x")

    run(scene())
    assert gateway.connections == 1


def test_a_read_swallowed_by_a_kept_connection_is_asked_again_and_a_write_is_not(tmp_path: Path) -> None:
    # The second request on each connection finds it closed.
    counts: dict[int, int] = {}

    def forgetful(seen: Seen) -> bytes | None:
        counts[seen.connection] = counts.get(seen.connection, 0) + 1
        return OK if counts[seen.connection] == 1 else None

    gateway = Gateway(forgetful)

    async def scene() -> list[int]:
        async with running(tmp_path, gateway) as edge:
            return [(await call(edge, method, "/api/x")).status for method in ("GET", "GET", "POST")]

    assert run(scene()) == [200, 200, 502]


def test_who_goes_away_while_waiting_is_dropped_from_the_queue(tmp_path: Path) -> None:
    async def scene() -> tuple[int, int]:
        release = asyncio.Event()

        async def wait(_: Seen) -> bytes:
            await release.wait()
            return OK

        gateway, gate = Gateway(wait), Gate(limit=1)
        async with running(tmp_path, gateway, gate=gate) as edge:
            first = asyncio.create_task(call(edge, "GET", "/api/first"))
            await gateway.arrived.wait()
            messages = ["http.request", "http.disconnect"]

            async def receive() -> dict[str, object]:
                return {"type": messages.pop(0)}

            async def send(_: object) -> None:
                raise AssertionError("nobody is there to be answered")

            scope = {"type": "http", "method": "GET", "path": "/api/second", "query_string": b"", "headers": []}
            await edge(scope, receive, send)
            release.set()
            await first
        return len(gateway.seen), gate.inside

    assert run(scene()) == (1, 0)


def test_many_at_once_all_get_their_answer(tmp_path: Path) -> None:
    busiest = 0

    async def scene() -> list[int]:
        inside = 0

        async def count(_: Seen) -> bytes:
            nonlocal inside, busiest
            inside += 1
            busiest = max(busiest, inside)
            await asyncio.sleep(0.002)
            inside -= 1
            return OK

        async with running(tmp_path, Gateway(count), gate=Gate(limit=4)) as edge:
            answers = await asyncio.gather(*(call(edge, "GET", f"/api/{number}") for number in range(200)))
        return [answer.status for answer in answers]

    assert run(scene()) == [200] * 200
    assert busiest == 4
