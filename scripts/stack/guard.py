"""The guard: ends what a killed supervisor leaves behind.

`kill -9` gives a supervisor no chance to stop its services. The guard is a small process that reads the supervisor's
pipe: `+<group>` and `-<group>` name the process groups that are running. When the pipe closes, it ends the groups that
are left. On Linux the services are also told to end with their parent (see supervisor.py); the guard is what
works on macOS too, and what reaches the processes that a service has started itself.

Run as a plain file with `python -I`, so that it starts in a few milliseconds and needs nothing.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterable

GRACE_SECONDS = 5.0


def alive(group: int) -> bool:
    """Whether a process group has a member."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # macOS answers so for a group of zombies
        return False
    return True


def send(groups: Iterable[int], number: signal.Signals) -> None:
    for group in groups:
        try:
            os.killpg(group, number)
        except (ProcessLookupError, PermissionError):
            continue


def end_groups(groups: Iterable[int], grace: float = GRACE_SECONDS) -> None:
    """Ask process groups to end, wait `grace` seconds at most, then kill what is left."""
    left = [group for group in groups if alive(group)]
    send(left, signal.SIGTERM)
    deadline = time.monotonic() + grace
    while left and time.monotonic() < deadline:
        time.sleep(0.05)
        left = [group for group in left if alive(group)]
    send(left, signal.SIGKILL)


def watch(lines: Iterable[str]) -> set[int]:
    """Follow the supervisor's messages to their end; return the groups that are still on the list."""
    groups: set[int] = set()
    for line in lines:
        sign, number = line[:1], line[1:].strip()
        if not number.isdigit():
            continue
        if sign == "+":
            groups.add(int(number))
        elif sign == "-":
            groups.discard(int(number))
    return groups


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    end_groups(watch(sys.stdin))


if __name__ == "__main__":
    main()
