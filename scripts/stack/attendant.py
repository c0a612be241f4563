"""The attendant: starts functions before anybody waits for them, and copies what they log.

A service of its own beside the others. It needs the standard library alone: an SDK would cost this small loop 60 MB.

A function's first call starts a worker process, which takes about a second: the emulator unpacks the layer for it, and
it imports what it needs. So after each start or deployment every route is called once, one after another (many at once
starve each other), with an empty body and placeholders for ids: such calls change nothing.
"""

from __future__ import annotations

import argparse
import json
import re
import time
import urllib.error
import urllib.request
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scripts.stack.child import LOG_LIMIT_BYTES
from scripts.stack.files import read_json, write_json
from scripts.stack.layout import REGION, STACK_NAME, Layout

POLL_SECONDS = 1.0
PLACEHOLDER = "warm-up"
# Lines appear a moment after their timestamp; a window that ends this far back misses none.
SETTLE_MILLISECONDS = 500
# What Lambda itself writes around each call says nothing here.
PLATFORM_LINES = ("START RequestId:", "END RequestId:", "REPORT RequestId:", "INIT_START ")
# The emulator makes a log stream of its own for every call and keeps them all, so reading gets slower and the saved
# state larger. After so many calls the group is removed; the next line makes it anew.
CALLS_KEPT = 2_000


def request(
    url: str, method: str = "GET", body: object = None, headers: dict[str, str] | None = None, seconds: float = 35
) -> tuple[int, bytes]:
    """Status and body of an HTTP answer, whatever the status. Raises OSError when there is none."""
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(url, data, headers or {}, method=method)  # noqa: S310  (only our own addresses)
    try:
        with urllib.request.urlopen(asked, timeout=seconds) as answer:  # noqa: S310  (the same)
            return answer.status, answer.read()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.read()


class FunctionLogs:
    """Copies the emulator's CloudWatch logs into one file per service, from where it stopped."""

    def __init__(self, layout: Layout, since_milliseconds: int) -> None:
        self._endpoint = layout.url_of("aws")
        self._folder = layout.logs
        self._since = since_milliseconds
        self._calls: Counter[str] = Counter()

    def copy_new(self, now_milliseconds: int) -> int:
        """Append what was logged since the last time; returns how many lines.

        Raises OSError or ValueError when the emulator does not answer.
        """
        until = now_milliseconds - SETTLE_MILLISECONDS
        if until <= self._since:
            return 0
        lines = sum(self._copy_group(group, until) for group in self._groups())
        self._since = until
        return lines

    def _copy_group(self, group: str, until: int) -> int:
        window = {"logGroupName": group, "startTime": self._since, "endTime": until - 1}
        events = self._call("FilterLogEvents", window).get("events", [])
        self._calls[group] += sum(event["message"].startswith(PLATFORM_LINES[0]) for event in events)
        if self._calls[group] > CALLS_KEPT:
            events += self._call("FilterLogEvents", {"logGroupName": group, "startTime": until}).get("events", [])
            self._call("DeleteLogGroup", {"logGroupName": group})
            del self._calls[group]
        return self._append(group, [event for event in events if is_worth_reading(event["message"])])

    def _groups(self) -> list[str]:
        found = self._call("DescribeLogGroups", {"limit": 50}).get("logGroups", [])
        return [group["logGroupName"] for group in found]

    def _append(self, group: str, events: list[dict[str, Any]]) -> int:
        if not events:
            return 0
        path = self._folder / log_file_of(group)
        if path.exists() and path.stat().st_size > LOG_LIMIT_BYTES:
            path.replace(path.with_suffix(".old.log"))
        with path.open("a", encoding="utf-8") as file:
            for event in events:
                when = datetime.fromtimestamp(event["timestamp"] / 1000, UTC)
                file.write(f"{when:%Y-%m-%dT%H:%M:%S}.{when.microsecond // 1000:03d}Z {event['message'].rstrip()}\n")
        return len(events)

    def _call(self, action: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": f"Logs_20140328.{action}",
            # The emulator verifies no signature, but reads the region out of it.
            "Authorization": f"AWS4-HMAC-SHA256 Credential=test/20260101/{REGION}/logs/aws4_request",
        }
        _, text = request(self._endpoint, "POST", body, headers, seconds=10)
        value: dict[str, Any] = json.loads(text or b"{}")
        return value


def is_worth_reading(message: str) -> bool:
    return bool(message.strip()) and not message.startswith(PLATFORM_LINES)


def log_file_of(group: str) -> str:
    """The file of a log group: /souk-local/orders -> functions-orders.log."""
    name = group.removeprefix(f"/{STACK_NAME}/").removeprefix("/aws/lambda/").strip("/").replace("/", "-")
    return f"functions-{name}.log"


class WarmUp:
    """Calls every route once per start of the emulator and per deployment, a route at a time."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._done_for = ""
        self._left: list[tuple[str, str]] = []

    def step(self) -> bool:
        """Call the next route, when the stack is up and there is one; whether there is more to do."""
        stack = read_json(self._layout.stack_file)
        if not stack or stack.get("state") != "up":
            return False
        if stack["start"] != self._done_for:
            self._done_for = stack["start"]
            self._left = [(method, path) for method, path in stack["routes"]]
            self._tell()
        if not self._left:
            return False
        method, path = self._left.pop(0)
        path = re.sub(r"\{[^}]+\}", PLACEHOLDER, path)
        try:
            headers = {"Authorization": f"Bearer {self._token()}"}
            status, _ = request(f"{self._layout.url_of('edge')}/api{path}", method, headers=headers)
            if status >= 500:
                print(f"warm-up: {method} {path}: {status}", flush=True)
        except (OSError, ValueError, KeyError) as problem:
            print(f"warm-up: {method} {path}: {type(problem).__name__}: {problem}", flush=True)
        self._tell()
        return bool(self._left)

    def _tell(self) -> None:
        """Say how far it is: tests wait for the end."""
        write_json(self._layout.run / "warm.json", {"start": self._done_for, "left": len(self._left)})

    def _token(self) -> str:
        person = {"email": "warm-up@example.com", "role": "admin"}
        url = f"{self._layout.url_of('clerk')}/_sandbox/tokens"
        _, text = request(url, "POST", person, {"Content-Type": "application/json"}, seconds=5)
        return str(json.loads(text)["token"])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m scripts.stack.attendant", description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    layout = Layout.at(arguments.home, arguments.port)
    logs = FunctionLogs(layout, int(time.time() * 1000))
    warm_up = WarmUp(layout)
    while True:
        try:
            busy = warm_up.step()
            logs.copy_new(int(time.time() * 1000))
        except (OSError, ValueError, KeyError) as problem:  # something is starting, or gone for a moment
            print(f"{type(problem).__name__}: {problem}", flush=True)
            busy = False
            time.sleep(POLL_SECONDS * 2)
        if not busy:
            time.sleep(POLL_SECONDS)


if __name__ == "__main__":
    main()
