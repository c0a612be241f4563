"""`python -m scripts.stack`: what the Makefile calls."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from pathlib import Path

from scripts.stack.control import Control
from scripts.stack.errors import StackError
from scripts.stack.layout import DEFAULT_PORT, ROOT, Layout
from scripts.stack.progress import Progress


def main() -> int:
    """Run one command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m scripts.stack", description=__doc__)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--home", type=Path, default=ROOT / ".local", help="folder of the stack's state")
    common.add_argument("--port", type=int, help=f"first port; {DEFAULT_PORT}, or that of the running stack")
    commands = parser.add_subparsers(dest="command", required=True)

    def command(name: str, text: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, parents=[common], help=text, description=text)

    up = command("up", "start the stack, deploy what changed")
    up.add_argument("--foreground", action="store_true", help="stay; Ctrl-C stops everything")
    up.add_argument("--no-seed", action="store_true", help="leave an empty catalogue empty")
    up.add_argument("--no-smoke", action="store_true", help="buy nothing at the end")
    command("down", "stop the stack; its data stays")
    reset = command("reset", "stop the stack and delete its data")
    reset.add_argument("--force", action="store_true", help="do not ask")
    command("status", "what runs")
    logs = command("logs", "follow the logs")
    logs.add_argument("names", nargs="*", help="services; all by default")
    logs.add_argument("--lines", type=int, default=10, help="lines to show of what is there already")
    command("deploy", "bring changed code into the running stack")
    token = command("token", "print a session token")
    token.add_argument("--email", required=True)
    token.add_argument("--role", default="customer", choices=["customer", "staff", "admin"])
    run = command("run", "run a Python module with the stack's settings in its environment")
    run.add_argument("module")
    run.add_argument("arguments", nargs=argparse.REMAINDER)
    for name in ("start", "stop", "restart", "kill"):
        command(name, f"{name} one service").add_argument("service")

    arguments = parser.parse_args()
    layout = Layout.at(arguments.home, arguments.port or _running_port(arguments.home) or DEFAULT_PORT)
    # Asked to end, end as Ctrl-C would have it: tidily. SIGINT too: a shell may have started us with it ignored.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        return _run(layout, arguments)
    except StackError as problem:
        print(f"\nmake {arguments.command}: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr)
        return 130
    except ConnectionError:
        print("the stack is not running: make up", file=sys.stderr)
        return 1


def _run(layout: Layout, arguments: argparse.Namespace) -> int:
    control = Control(layout)
    # Imported where they are used: `down` and `status` need neither boto3 nor httpx.
    match arguments.command:
        case "up":
            from scripts.stack.up import Starter

            starter = Starter(layout, Progress())
            starter.up(seed=not arguments.no_seed, smoke=not arguments.no_smoke)
            starter.announce(foreground=arguments.foreground)
            if arguments.foreground:
                starter.stay()
            else:
                control.detach()
        case "deploy":
            from scripts.stack.up import Starter

            progress = Progress()
            Starter(layout, progress).deploy()
            progress.say(f"  live after {progress.seconds:.1f} s")
        case "down":
            print("stopped" if control.shutdown() else "nothing was running")
        case "reset":
            from scripts.stack.reset import reset

            return reset(layout, control, force=arguments.force)
        case "status":
            return _status(control)
        case "logs":
            from scripts.stack.logs import follow

            follow(layout, arguments.names, lines=arguments.lines)
        case "token":
            from scripts.stack.sandbox import Sandbox

            print(Sandbox(layout).token(arguments.email, arguments.role))
        case "run":
            from scripts.stack.up import Starter

            environment = Starter(layout, Progress()).tool_environment()
            command = [sys.executable, "-m", arguments.module, *arguments.arguments]
            return subprocess.run(command, cwd=ROOT, env={**environment, **_terminal()}, check=False).returncode
        case name:
            control.ask({"do": name, "service": arguments.service})
            return _status(control)
    return 0


def _status(control: Control) -> int:
    status = control.status()
    if status is None:
        print("not running")
        return 1
    for name, service in status["services"].items():
        restarts = f", started again {service['restarts']} times" if service["restarts"] else ""
        problem = f", {service['problem']}" if service["problem"] else ""
        print(f"  {name:<14} {service['state']:<8} pid {service['pid'] or '-'}{restarts}{problem}")
    return 0


def _running_port(home: Path) -> int:
    status = Control(Layout.at(home)).status()
    return int(status["port"]) if status else 0


def _terminal() -> dict[str, str]:
    return {name: os.environ[name] for name in ("TERM", "COLUMNS", "NO_COLOR") if name in os.environ}


if __name__ == "__main__":
    sys.exit(main())
