"""Talking to the supervisor of a stack."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any

from scripts.stack.errors import StackError
from scripts.stack.files import read_json, tail
from scripts.stack.guard import end_groups
from scripts.stack.layout import ROOT, Layout
from scripts.stack.processes import birth_of, runs
from scripts.stack.spec import ServiceSpec


@dataclass
class Control:
    """The client of one stack's supervisor."""

    layout: Layout
    starter: subprocess.Popen[bytes] | None = None

    def ask(self, request: dict[str, Any], *, wait_seconds: float = 120.0) -> dict[str, Any]:
        """Send one command; raises ConnectionError when no supervisor listens, StackError when it refuses."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(wait_seconds)
            try:
                line.connect(str(self.layout.control_socket))
                line.sendall(json.dumps(request).encode() + b"\n")
                with line.makefile("rb") as answers:
                    text = answers.readline()
            except (FileNotFoundError, ConnectionError) as problem:
                raise ConnectionError(f"no supervisor at {self.layout.control_socket}") from problem
        if not text:
            raise ConnectionError("the supervisor went away")
        answer: dict[str, Any] = json.loads(text)
        if "error" in answer:
            raise StackError(f"the supervisor refused {request.get('do')}: {answer['error']}")
        return answer

    def status(self) -> dict[str, Any] | None:
        """What is running; None when there is no supervisor."""
        try:
            return self.ask({"do": "status"}, wait_seconds=5)
        except (ConnectionError, TimeoutError):
            return None

    def start(self) -> None:
        """Start a supervisor that ends with this process until `detach` is called."""
        self.end_leftovers()
        self.layout.make_folders()
        log = (self.layout.logs / "supervisor.log").open("ab")
        with log:
            self.starter = subprocess.Popen(
                [
                    sys.executable,
                    *("-m", "scripts.stack.supervisor"),
                    *("--home", str(self.layout.home), "--port", str(self.layout.port)),
                ],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            if self.status() is not None:
                return
            if self.starter.poll() is not None:
                break
            time.sleep(0.05)
        raise StackError(
            "the supervisor did not start",
            mend=f"read {self.layout.logs / 'supervisor.log'}",
            detail=tail(self.layout.logs / "supervisor.log"),
        )

    def ensure(self, specs: list[ServiceSpec]) -> dict[str, Any]:
        """Run exactly these services; raises StackError with the end of the log of the first that fails."""
        answer = self.ask({"do": "ensure", "services": [spec.as_json() for spec in specs]})
        for spec in specs:
            service = answer["services"][spec.name]
            if service["state"] == "failed":
                raise StackError(
                    f"{spec.title or spec.name} does not start: {service['problem']}",
                    mend=f"its whole log is {spec.log}",
                    detail=tail(spec.log_path),
                )
        return answer

    def detach(self) -> None:
        """Let the supervisor live on after this process."""
        self.ask({"do": "detach"})

    def shutdown(self, *, wait_seconds: float = 60.0) -> bool:
        """Stop everything and wait for it; False when nothing was running."""
        status = self.status()
        if status is None:
            return self.end_leftovers() > 0
        pid = int(status["pid"])
        self.ask({"do": "shutdown"})
        deadline = time.monotonic() + wait_seconds
        while time.monotonic() < deadline and self._runs(pid):
            time.sleep(0.05)
        if self._runs(pid):
            os.kill(pid, signal.SIGKILL)  # the guard ends the rest
        if self.starter is not None and self.starter.stdin is not None:
            self.starter.stdin.close()
        return True

    def end_leftovers(self) -> int:
        """End the services of a supervisor that was killed, should any have outlived it; returns how many groups."""
        path = self.layout.run / "supervisor.json"
        state = read_json(path)
        if state is None:
            return 0
        groups = [
            service["pid"]  # each leads its own process group
            for service in state.get("services", {}).values()
            if service.get("pid") and runs(service["pid"], service["birth"])
        ]
        end_groups(groups)
        path.unlink(missing_ok=True)
        return len(groups)

    def _runs(self, pid: int) -> bool:
        if self.starter is not None and self.starter.pid == pid:
            return self.starter.poll() is None
        return bool(birth_of(pid))
