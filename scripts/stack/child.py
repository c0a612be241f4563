"""One supervised process: start, wait until it is ready, start it again when it dies, end it with all it started."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any, Literal, Protocol

from scripts.stack.files import delete, empty
from scripts.stack.layout import HOST
from scripts.stack.processes import birth_of, listens
from scripts.stack.spec import ServiceSpec

State = Literal["stopped", "starting", "ready", "waiting", "failed"]

# A service that dies this often in so many seconds is left down: something is wrong that a start does not mend.
RESTART_LIMIT = 5
RESTART_WINDOW_SECONDS = 60.0
RESTART_DELAYS_SECONDS = (0.2, 0.5, 1.0, 2.0, 4.0)
LOG_LIMIT_BYTES = 20 * 2**20

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


class Keeper(Protocol):
    """What a child tells its supervisor."""

    def say(self, text: str) -> None:
        """One line for people."""

    def group_started(self, group: int) -> None:
        """A process group has begun."""

    def group_ended(self, group: int) -> None:
        """A process group has ended."""

    def write_state(self) -> None:
        """Something has changed."""


def _end_with_parent() -> Callable[[], None] | None:
    """A hook for the forked child that asks Linux to end it with its parent; None elsewhere."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:  # the parent died between fork and prctl
            os._exit(1)

    return ask


class Child:
    """A service and what has become of it."""

    def __init__(self, spec: ServiceSpec, keeper: Keeper) -> None:
        self.spec = spec
        self.state: State = "stopped"
        self.restarts = 0
        self.problem = ""
        self.group = 0
        self._birth = ""
        self._keeper = keeper
        self._process: asyncio.subprocess.Process | None = None
        self._wanted = False
        self._deaths: deque[float] = deque()
        self._task: asyncio.Task[None] | None = None
        self._settled = asyncio.Event()

    def describe(self) -> dict[str, Any]:
        """Its part of the supervisor's status."""
        return {
            "state": self.state,
            "pid": self._process.pid if self._process else None,
            "birth": self._birth if self._process else "",
            "port": self.spec.port,
            "restarts": self.restarts,
            "problem": self.problem,
            "log": self.spec.log,
        }

    def start(self) -> None:
        """Begin to keep the process running."""
        self._wanted = True
        self.problem = ""
        self._deaths.clear()
        self._settled.clear()
        self.state = "starting"
        self._task = asyncio.create_task(self._keep())

    async def settled(self) -> None:
        """Wait until the first start has worked or failed for good."""
        await self._settled.wait()

    async def stop(self) -> None:
        """End the process and everything it started; kills after `stop_seconds`."""
        self._wanted = False
        task, self._task = self._task, None
        if task is None:
            return
        self.signal(signal.SIGTERM)
        done, _ = await asyncio.wait({task}, timeout=self.spec.stop_seconds)
        if not done:
            self._keeper.say(f"{self.spec.name} did not end within {self.spec.stop_seconds:.0f} s and is killed")
            self.signal(signal.SIGKILL)
            await asyncio.wait({task}, timeout=5)
            task.cancel()
        self._become("stopped")

    def let_go(self) -> None:
        """Do not start it again, however it ends."""
        self._wanted = False

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process; to its whole group when it is SIGKILL."""
        if not self.group:
            return
        with contextlib.suppress(ProcessLookupError):
            if number == signal.SIGKILL:
                os.killpg(self.group, number)
            elif self._process is not None:
                self._process.send_signal(number)

    # ----------------------------------------------------------------------------------------------------------------

    def _become(self, state: State) -> None:
        self.state = state
        if state in ("ready", "failed", "stopped"):
            self._settled.set()
        self._keeper.write_state()

    async def _keep(self) -> None:
        while True:
            code = await self._run_once()
            if not self._wanted:
                return
            now = time.monotonic()
            self._deaths.append(now)
            while self._deaths and now - self._deaths[0] > RESTART_WINDOW_SECONDS:
                self._deaths.popleft()
            how = f"signal {-code}" if code < 0 else f"exit {code}"
            if len(self._deaths) > RESTART_LIMIT:
                self.problem = f"ended {len(self._deaths)} times within a minute ({how})"
                self._keeper.say(f"{self.spec.name} {self.problem}; it is left down. Its log: {self.spec.log}")
                self._become("failed")
                return
            self.restarts += 1
            delay = RESTART_DELAYS_SECONDS[min(len(self._deaths), len(RESTART_DELAYS_SECONDS)) - 1]
            self._keeper.say(
                f"{self.spec.name} died ({how}); start {len(self._deaths)} of {RESTART_LIMIT} in {delay} s"
            )
            self._become("waiting")
            await asyncio.sleep(delay)

    async def _run_once(self) -> int:
        """Start the process, watch it come up, and wait for its end; returns its exit code."""
        for folder in self.spec.clean:
            # Not waited for, neither now nor at the end.
            Thread(target=delete, args=(empty(Path(folder)),), daemon=True).start()
        self.state = "starting"
        self._rotate_log()
        with self.spec.log_path.open("ab") as log:
            try:
                process = await asyncio.create_subprocess_exec(
                    *self.spec.argv,
                    cwd=self.spec.cwd,
                    env=self.spec.env,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=log,
                    stderr=asyncio.subprocess.STDOUT,
                    start_new_session=True,
                    preexec_fn=_end_with_parent(),
                )
            except OSError as problem:
                self._keeper.say(f"{self.spec.name} cannot be started: {problem}")
                return 127
        self._process, self.group, self._birth = process, process.pid, birth_of(process.pid)
        self._keeper.group_started(self.group)
        if not self._wanted:  # stopped while it was being started
            self.signal(signal.SIGTERM)
        watcher = asyncio.create_task(self._watch_ready())
        try:
            return await process.wait()
        finally:
            watcher.cancel()
            # What the service started must not outlive it.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.group, signal.SIGKILL)
            group, self.group, self._process = self.group, 0, None
            self._keeper.group_ended(group)

    async def _watch_ready(self) -> None:
        deadline = time.monotonic() + self.spec.ready_seconds
        while time.monotonic() < deadline:
            # Another stack's service may answer there while ours still fails to get the port.
            if await self._is_ready() and (not self.spec.ready or listens(self.group, self.spec.port)):
                if self.restarts:
                    self._keeper.say(f"{self.spec.name} is ready again")
                self._become("ready")
                return
            await asyncio.sleep(0.05)
        self.problem = f"not ready after {self.spec.ready_seconds:.0f} s"
        self._keeper.say(f"{self.spec.name} is {self.problem}. Its log: {self.spec.log}")
        self._wanted = False
        self._become("failed")
        self.signal(signal.SIGKILL)

    async def _is_ready(self) -> bool:
        if not self.spec.ready:
            return True
        try:
            async with asyncio.timeout(2):
                reader, writer = await asyncio.open_connection(HOST, self.spec.port)
                try:
                    if self.spec.ready == "tcp":
                        return True
                    request = (
                        f"GET {self.spec.ready} HTTP/1.1\r\nHost: {HOST}:{self.spec.port}\r\nConnection: close\r\n\r\n"
                    )
                    writer.write(request.encode())
                    return b" 200 " in await reader.readline()
                finally:
                    writer.close()
        except (OSError, TimeoutError):
            return False

    def _rotate_log(self) -> None:
        path = self.spec.log_path
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_size > LOG_LIMIT_BYTES:
                path.replace(path.with_suffix(".old.log"))
