"""The attendant copies what functions log, line by line, once; and starts functions before anybody waits."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from scripts.stack import attendant
from scripts.stack.attendant import FunctionLogs, WarmUp, log_file_of
from scripts.stack.files import read_json, write_json
from scripts.stack.layout import Layout


class Emulated:
    """CloudWatch Logs, the edge and the sandbox in one: enough of each."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.deleted: list[str] = []
        self.called: list[tuple[str, str, str]] = []

    def log(self, at: int, message: str) -> None:
        self.events.append({"timestamp": at, "message": message})

    def answer(self, method: str, path: str, headers: Any, body: Any) -> Any:
        action = (headers.get("X-Amz-Target") or "").rpartition(".")[2]
        if action == "DescribeLogGroups":
            return {"logGroups": [{"logGroupName": "/souk-local/orders"}]}
        if action == "FilterLogEvents":
            until = body.get("endTime", 10**15)
            return {"events": [e for e in self.events if body["startTime"] <= e["timestamp"] <= until]}
        if action == "DeleteLogGroup":
            self.deleted.append(body["logGroupName"])
            return {}
        if path == "/_sandbox/tokens":
            return {"token": "t"}
        self.called.append((method, path, headers["Authorization"]))
        return {}


@pytest.fixture
def emulated() -> Iterator[tuple[Emulated, int]]:
    emulator = Emulated()

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            content = emulator.answer(self.command, self.path, self.headers, json.loads(body or b"{}"))
            text = json.dumps(content).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PATCH = handle_any  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield emulator, server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def layout(tmp_path: Path, emulated: tuple[Emulated, int], monkeypatch: pytest.MonkeyPatch) -> Layout:
    port = emulated[1]
    monkeypatch.setattr(Layout, "port_of", lambda *_: port)
    layout = Layout.at(tmp_path)
    layout.make_folders()
    return layout


def test_each_line_is_copied_once_without_the_platforms_own(layout: Layout, emulated: tuple[Emulated, int]) -> None:
    emulator = emulated[0]
    logs = FunctionLogs(layout, since_milliseconds=1_000)
    emulator.log(900, "before our time")
    emulator.log(1_000, "START RequestId: 1")
    emulator.log(1_000, '{"message": "placed"}')
    emulator.log(1_600, "still settling")

    assert logs.copy_new(2_000) == 1
    assert logs.copy_new(2_050) == 0
    assert logs.copy_new(2_200) == 1

    text = (layout.logs / "functions-orders.log").read_text()
    assert text == '1970-01-01T00:00:01.000Z {"message": "placed"}\n1970-01-01T00:00:01.600Z still settling\n'


def test_the_emulators_own_copy_is_cleared_before_it_grows_without_end(
    layout: Layout, emulated: tuple[Emulated, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attendant, "CALLS_KEPT", 2)
    emulator = emulated[0]
    logs = FunctionLogs(layout, since_milliseconds=0)
    for number in range(3):
        emulator.log(number, f"START RequestId: {number}")
        emulator.log(number, f"line {number}")
    emulator.log(5_000, "too late for this window, too early to lose")

    logs.copy_new(1_000)

    assert emulator.deleted == ["/souk-local/orders"]
    assert (layout.logs / "functions-orders.log").read_text().count("\n") == 4


def test_files_are_named_for_their_service() -> None:
    assert log_file_of("/souk-local/orders") == "functions-orders.log"
    assert log_file_of("/aws/lambda/souk-local-X") == "functions-souk-local-X.log"


def test_every_route_is_called_once_per_start(layout: Layout, emulated: tuple[Emulated, int]) -> None:
    emulator = emulated[0]
    warm_up = WarmUp(layout)
    routes = [["GET", "/products/{product_id}"], ["PATCH", "/carts/{cart_id}/lines/{line_id}"]]
    stack = {"state": "starting", "start": "1", "routes": routes}

    write_json(layout.stack_file, stack)
    assert not warm_up.step()
    write_json(layout.stack_file, {**stack, "state": "up"})
    while warm_up.step():
        pass
    assert not warm_up.step()

    assert emulator.called == [
        ("GET", "/api/products/warm-up", "Bearer t"),
        ("PATCH", "/api/carts/warm-up/lines/warm-up", "Bearer t"),
    ]
    assert read_json(layout.run / "warm.json") == {"start": "1", "left": 0}

    write_json(layout.stack_file, {**stack, "state": "up", "start": "2"})
    warm_up.step()
    assert len(emulator.called) == 3
