"""The supervisor keeps services running, and however it ends, nothing of them is left."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.stack.child import RESTART_LIMIT
from scripts.stack.control import Control
from scripts.stack.errors import StackError
from scripts.stack.files import read_json
from scripts.stack.layout import ROOT, Layout
from scripts.stack.processes import birth_of
from scripts.stack.spec import ServiceSpec
from tests.support.stack import wait_for

SLEEPER = "import time; time.sleep(600)"
# A service that starts another process, as the emulator starts its workers; this one ignores every polite request.
PARENT = (
    "import subprocess, sys, time; child = subprocess.Popen([sys.executable, '-c', "
    "'import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)']); "
    "open({path!r}, 'w').write(str(child.pid)); time.sleep(600)"
)


@pytest.fixture
def control(tmp_path: Path) -> Iterator[Control]:
    control = Control(Layout.at(tmp_path / "home", 20000))
    yield control
    control.shutdown()
    if control.starter is not None:
        assert control.starter.stdin is not None
        with contextlib.suppress(OSError):
            control.starter.stdin.close()
        control.starter.wait(10)


def spec(control: Control, name: str, code: str = SLEEPER, **options: object) -> ServiceSpec:
    values = {
        "argv": (sys.executable, "-c", code),
        "env": {"PATH": os.environ["PATH"]},
        "log": str(control.layout.logs / f"{name}.log"),
        "cwd": str(control.layout.home),
        "stop_seconds": 2.0,
    }
    return ServiceSpec(name=name, **{**values, **options})  # type: ignore[arg-type]


def pids(control: Control) -> dict[str, int]:
    status = control.status()
    assert status is not None
    return {name: service["pid"] for name, service in status["services"].items()}


def gone(*processes: int) -> bool:
    return not any(birth_of(pid) for pid in processes)


def test_starts_what_is_wanted_and_stops_what_is_not(control: Control) -> None:
    control.start()
    control.ensure([spec(control, "a"), spec(control, "b")])
    first = pids(control)

    control.ensure([spec(control, "a"), spec(control, "b")])
    assert pids(control) == first

    control.ensure([spec(control, "b", fingerprint="changed"), spec(control, "c")])
    assert set(pids(control)) == {"b", "c"}
    assert pids(control)["b"] != first["b"]
    assert gone(first["a"])

    last = pids(control)
    assert control.shutdown()
    assert gone(*last.values())
    assert control.status() is None
    assert not control.shutdown()


def test_a_service_that_dies_is_started_again_and_said_so(control: Control) -> None:
    control.start()
    control.ensure([spec(control, "a")])
    before = pids(control)["a"]

    control.ask({"do": "kill", "service": "a"})

    wait_for(lambda: pids(control)["a"] not in (None, before))
    assert "a died (signal 9); start 1 of 5" in (control.layout.logs / "supervisor.log").read_text()


def test_a_service_that_keeps_dying_is_left_down(control: Control) -> None:
    control.start()
    (control.layout.home / "count").touch()
    code = "open('count', 'a').write('x'); raise SystemExit(3)"

    with contextlib.suppress(StackError):
        control.ensure([spec(control, "a", code)])

    wait_for(lambda: (control.status() or {})["services"]["a"]["state"] == "failed", seconds=30)
    assert len((control.layout.home / "count").read_text()) == RESTART_LIMIT + 1
    assert "exit 3" in (control.status() or {})["services"]["a"]["problem"]


def test_what_does_not_get_ready_is_told_with_the_end_of_its_log(control: Control) -> None:
    control.start()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    code = "print('no disk', flush=True); import time; time.sleep(600)"

    with pytest.raises(StackError) as told:
        control.ensure([spec(control, "a", code, port=port, ready="tcp", ready_seconds=0.5, title="the database")])

    assert told.value.message == "the database does not start: not ready after 0 s"
    assert told.value.detail == "no disk"


def test_a_port_that_another_answers_on_does_not_count(control: Control) -> None:
    control.start()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(StackError):
            control.ensure([spec(control, "a", port=port, ready="tcp", ready_seconds=0.5)])


def test_one_service_can_be_stopped_and_started(control: Control) -> None:
    control.start()
    control.ensure([spec(control, "a"), spec(control, "b")])
    before = pids(control)

    control.ask({"do": "stop", "service": "a"})
    assert pids(control) == {"a": None, "b": before["b"]}
    time.sleep(0.5)
    assert pids(control)["a"] is None, "it must stay down"

    control.ask({"do": "start", "service": "a"})
    assert pids(control)["a"] not in (None, before["a"])


def test_a_command_that_makes_no_sense_harms_nothing(control: Control) -> None:
    control.start()
    for request in ({"do": "dance"}, {"do": "stop", "service": "nobody"}, {"do": "ensure", "services": [{}]}):
        with pytest.raises(StackError):
            control.ask(request)
    assert control.status() is not None


def test_only_this_user_may_give_commands(control: Control) -> None:
    control.start()
    assert control.layout.control_socket.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("how", ["shutdown", "terminated", "killed", "starter gone"])
def test_nothing_is_left(control: Control, how: str) -> None:
    control.start()
    grandchild_file = control.layout.home / "grandchild"
    control.ensure([spec(control, "a"), spec(control, "b", PARENT.format(path=str(grandchild_file)))])
    grandchild = int(wait_for(lambda: grandchild_file.exists() and grandchild_file.read_text()))
    assert control.starter is not None
    assert control.starter.stdin is not None
    everything = [*pids(control).values(), grandchild]
    assert not gone(*everything[:1])

    match how:
        case "shutdown":
            control.shutdown()
        case "terminated":
            control.starter.send_signal(signal.SIGTERM)
        case "killed":
            control.starter.kill()
        case _:
            control.starter.stdin.close()

    wait_for(lambda: gone(*everything), seconds=15, what=f"nothing is left after: {how}")


def test_a_detached_stack_outlives_its_starter(control: Control) -> None:
    control.start()
    control.ensure([spec(control, "a")])
    control.detach()
    assert control.starter is not None
    assert control.starter.stdin is not None

    control.starter.stdin.close()

    time.sleep(0.5)
    assert not gone(pids(control)["a"])


def test_a_starter_that_is_killed_takes_its_stack_with_it(tmp_path: Path) -> None:
    layout = Layout.at(tmp_path / "home", 20000)
    code = (
        "import sys, time; from scripts.stack.control import Control; from scripts.stack.layout import Layout; "
        "from scripts.stack.spec import ServiceSpec; "
        f"control = Control(Layout.at({str(layout.home)!r}, 20000)); control.start(); "
        f"spec = ServiceSpec('a', (sys.executable, '-c', {SLEEPER!r}), {{}}, {str(tmp_path / 'log')!r}, '/'); "
        "control.ensure([spec]); "
        "print('up', flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE) as starter:
        assert starter.stdout is not None
        assert starter.stdout.readline() == b"up\n"
        state = read_json(layout.run / "supervisor.json") or {}
        starter.kill()

    wait_for(lambda: gone(state["pid"], state["services"]["a"]["pid"]), seconds=15)


def test_what_outlived_everything_is_ended_at_the_next_start(control: Control) -> None:
    control.layout.make_folders()
    left = subprocess.Popen([sys.executable, "-c", SLEEPER], start_new_session=True)
    other = subprocess.Popen([sys.executable, "-c", SLEEPER], start_new_session=True)
    services = {
        "a": {"pid": left.pid, "birth": birth_of(left.pid)},
        "b": {"pid": other.pid, "birth": "of another process that had this pid before"},
    }
    from scripts.stack.files import write_json

    write_json(control.layout.run / "supervisor.json", {"services": services})
    try:
        assert control.end_leftovers() == 1
        assert left.wait(5) == -signal.SIGTERM
        assert other.poll() is None
    finally:
        for process in (left, other):
            process.kill()
            process.wait()
