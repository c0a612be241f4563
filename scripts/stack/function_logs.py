"""Copies what the functions log in the emulator's CloudWatch into one file per service.

Runs beside the stack as a service of its own. The emulator's log API is asked once a second over plain HTTP: an SDK
would cost this small loop 60 MB.
"""

from __future__ import annotations

import argparse
import json
import time
import urllib.request
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scripts.stack.child import LOG_LIMIT_BYTES
from scripts.stack.layout import REGION, STACK_NAME, Layout

POLL_SECONDS = 1.0
# Lines appear a moment after their timestamp; a window that ends this far back misses none.
SETTLE_MILLISECONDS = 500
# What Lambda itself writes around each call says nothing here.
PLATFORM_LINES = (
    "START RequestId:",
    "END RequestId:",
    "REPORT RequestId:",
    "INIT_START ",
)
# The emulator makes a log stream of its own for every call and keeps them all, so reading gets slower and the saved
# state larger. After so many calls the group is removed; the next line makes it anew.
CALLS_KEPT = 2_000


class FunctionLogs:
    """Reads on from where it stopped; one instance per run."""

    def __init__(self, layout: Layout, since_milliseconds: int) -> None:
        self._endpoint = layout.url_of("aws")
        self._folder = layout.logs
        self._since = since_milliseconds
        self._calls: Counter[str] = Counter()

    def copy_new(self, now_milliseconds: int) -> int:
        """Append what was logged since the last time; returns the number of lines. Raises OSError when there is no emulator."""
        until = now_milliseconds - SETTLE_MILLISECONDS
        if until <= self._since:
            return 0
        lines = 0
        for group in self._groups():
            request = {"logGroupName": group, "startTime": self._since, "endTime": until - 1}
            events = self._call("FilterLogEvents", request).get("events", [])
            lines += self._append(group, [event for event in events if is_worth_reading(event["message"])])
            self._calls[group] += sum(event["message"].startswith(PLATFORM_LINES[0]) for event in events)
            if self._calls[group] > CALLS_KEPT:
                self._call("DeleteLogGroup", {"logGroupName": group})
                del self._calls[group]
        self._since = until
        return lines

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
        request = urllib.request.Request(
            self._endpoint,
            data=json.dumps(body).encode(),
            headers={
                "Content-Type": "application/x-amz-json-1.1",
                "X-Amz-Target": f"Logs_20140328.{action}",
                # The emulator verifies no signature, but reads the region out of it.
                "Authorization": f"AWS4-HMAC-SHA256 Credential=test/20260101/{REGION}/logs/aws4_request",
            },
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            value: dict[str, Any] = json.load(answer)
        return value


def is_worth_reading(message: str) -> bool:
    return bool(message.strip()) and not message.startswith(PLATFORM_LINES)


def log_file_of(group: str) -> str:
    """The file of a log group: /souk-local/orders -> functions-orders.log."""
    name = group.removeprefix(f"/{STACK_NAME}/").removeprefix("/aws/lambda/").strip("/").replace("/", "-")
    return f"functions-{name}.log"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m scripts.stack.function_logs", description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    logs = FunctionLogs(Layout.at(arguments.home, arguments.port), int(time.time() * 1000))
    while True:
        time.sleep(POLL_SECONDS)
        try:
            logs.copy_new(int(time.time() * 1000))
        except (OSError, ValueError) as problem:  # the emulator is starting, or gone for a moment
            print(f"{type(problem).__name__}: {problem}", flush=True)
            time.sleep(POLL_SECONDS * 4)


if __name__ == "__main__":
    main()
