"""The supervisor: one process that keeps the services of a local stack running and leaves none behind.

It is our own because what matters here is what the ready-made ones (honcho, circus) leave open: no orphans when the
supervisor itself is killed with -9, on Linux and macOS, those included that a service has started; services stopped and
started one by one while tests run; and a start that ends when the terminal that asked for it goes away. What is
left after that is a short loop around `asyncio.create_subprocess_exec`.

Four things keep orphans away:
- each service has a process group of its own, and the whole group is ended with it;
- on Linux the kernel ends a service when the supervisor dies (PR_SET_PDEATHSIG);
- the guard (guard.py) ends the groups when the supervisor's pipe closes;
- the pids are written down, so that the next `make up` can end what outlived even those.

Commands come as JSON lines over a Unix socket that only the same user can open (control.py is the client).
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scripts.stack.child import Child
from scripts.stack.files import write_json
from scripts.stack.layout import Layout
from scripts.stack.spec import ServiceSpec

GUARD = Path(__file__).with_name("guard.py")


class Supervisor:
    """Keeps the services that it was told to keep, in the order it was told them."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.children: dict[str, Child] = {}
        self.stopping = asyncio.Event()
        self.detached = False
        self._changing = asyncio.Lock()
        self._guard: subprocess.Popen[bytes] | None = None
        self._guard_pipe = 0

    # --- life -------------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Serve commands until told to stop; then stop every service."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.stopping.set)
        socket = self.layout.control_socket
        socket.unlink(missing_ok=True)
        server = await asyncio.start_unix_server(self._serve, path=socket, limit=2**20)
        socket.chmod(0o600)
        await self._follow_starter(loop)
        self.say(f"supervisor {os.getpid()} is ready")
        self.write_state()
        try:
            await self.stopping.wait()
            self.say("stopping")
            for child in self.children.values():  # whoever stops us may have stopped them as well
                child.let_go()
            async with self._changing:
                await self._stop_all()
        finally:
            server.close()
            socket.unlink(missing_ok=True)
            (self.layout.run / "supervisor.json").unlink(missing_ok=True)
            self.say("stopped")

    async def _follow_starter(self, loop: asyncio.AbstractEventLoop) -> None:
        """Stop when the process that started us goes away before it has said `detach`.

        Its end of our standard input closes whichever way it dies: an interrupted or killed `make up` leaves nothing.
        """
        reader = asyncio.StreamReader()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)

        async def follow() -> None:
            await reader.read()
            if not self.detached:
                self.say("the process that started this stack is gone")
                self.stopping.set()

        self._starter = asyncio.create_task(follow())

    def say(self, text: str) -> None:
        """One line for people, in the supervisor's log."""
        print(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {text}", flush=True)

    # --- what is running --------------------------------------------------------------------------------------------

    def describe(self) -> dict[str, Any]:
        """What runs, for commands and for the file."""
        return {
            "pid": os.getpid(),
            "home": str(self.layout.home),
            "port": self.layout.port,
            "detached": self.detached,
            "services": {name: child.describe() for name, child in self.children.items()},
        }

    def write_state(self) -> None:
        """Write the pids down, so that the next start can end what outlives even the guard."""
        write_json(self.layout.run / "supervisor.json", self.describe())

    def group_started(self, group: int) -> None:
        """Let the guard know of a process group."""
        self._tell_guard(f"+{group}\n")
        self.write_state()

    def group_ended(self, group: int) -> None:
        """Let the guard forget a process group."""
        self._tell_guard(f"-{group}\n")
        self.write_state()

    def _tell_guard(self, line: str) -> None:
        if self._guard is None or self._guard.poll() is not None:
            self._start_guard()
            line = "".join(f"+{child.group}\n" for child in self.children.values() if child.group)
        with contextlib.suppress(BrokenPipeError):  # it has just died; the next line starts another
            os.write(self._guard_pipe, line.encode())

    def _start_guard(self) -> None:
        if self._guard_pipe:
            os.close(self._guard_pipe)
        reading, self._guard_pipe = os.pipe()
        self._guard = subprocess.Popen(
            [sys.executable, "-I", str(GUARD)],
            stdin=reading,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # it must outlive us
            cwd="/",
            env={"PATH": os.environ.get("PATH", "")},
        )
        os.close(reading)

    # --- commands ---------------------------------------------------------------------------------------------------

    async def ensure(self, specs: list[ServiceSpec]) -> dict[str, Any]:
        """Run exactly these services: start the missing, restart the changed, stop the rest.

        Returns when all are ready or have failed.
        """
        async with self._changing:
            wanted = {spec.name for spec in specs}
            for name in [name for name in reversed(self.children) if name not in wanted]:
                await self.children[name].stop()
                del self.children[name]
            for spec in specs:
                child = self.children.get(spec.name)
                if child is not None and child.spec != spec:
                    await child.stop()
                    child = None
                if child is None:
                    child = self.children[spec.name] = Child(spec, self)
                if child.state in ("stopped", "failed"):
                    child.start()
            self.children = {spec.name: self.children[spec.name] for spec in specs}
            await asyncio.gather(*(child.settled() for child in self.children.values()))
        self.write_state()
        return self.describe()

    async def command(self, name: str, service: str) -> dict[str, Any]:
        """start, stop, restart or kill (-9) one service; KeyError for an unknown one."""
        child = self.children[service]
        async with self._changing:
            if name in ("stop", "restart"):
                await child.stop()
            if name in ("start", "restart"):
                child.start()
                await child.settled()
        if name == "kill":
            child.signal(signal.SIGKILL)
        self.write_state()
        return self.describe()

    async def _stop_all(self) -> None:
        for name in reversed(list(self.children)):
            await self.children[name].stop()
        if self._guard is not None:
            os.close(self._guard_pipe)
            await asyncio.to_thread(self._guard.wait, 10)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = json.loads(await reader.readline() or b"{}")
            answer = await self._answer(request)
        except Exception as problem:  # noqa: BLE001  (a broken command must not take it down)
            answer = {"error": f"{type(problem).__name__}: {problem}"}
        with contextlib.suppress(OSError):
            writer.write(json.dumps(answer).encode() + b"\n")
            await writer.drain()
            writer.close()

    async def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        match request.get("do"):
            case "status":
                return self.describe()
            case "ensure":
                return await self.ensure([ServiceSpec.from_json(item) for item in request["services"]])
            case "start" | "stop" | "restart" | "kill" as name:
                return await self.command(name, request["service"])
            case "detach":
                self.detached = True
                self.write_state()
                return self.describe()
            case "shutdown":
                self.stopping.set()
                return self.describe()
            case other:
                return {"error": f"unknown command {other!r}"}


def main() -> None:
    """Run a supervisor until it is told to stop."""
    parser = argparse.ArgumentParser(prog="python -m scripts.stack.supervisor", description=__doc__)
    parser.add_argument("--home", required=True)
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    layout = Layout.at(arguments.home, arguments.port)
    layout.make_folders()
    began = time.monotonic()
    supervisor: Supervisor | None = None

    async def run() -> None:
        nonlocal supervisor
        supervisor = Supervisor(layout)
        await supervisor.run()

    asyncio.run(run())
    if supervisor is not None:
        supervisor.say(f"ran for {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
