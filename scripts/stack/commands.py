"""Running a tool with its output in a log, and the end of that log when it fails."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from scripts.stack.errors import StackError
from scripts.stack.files import tail
from scripts.stack.guard import end_groups
from scripts.stack.layout import ROOT

# What a build must not see: it needs the shell's proxies and package settings, but never its accounts. And bytecode
# is wanted: without it every start of the SAM CLI compiles some thousand modules.
WITHHELD_PREFIXES = ("AWS_", "STRIPE_", "PAYPAL_", "CLERK_", "MONGODB_", "SAM_", "SANDBOX_")
WITHHELD = frozenset({"PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "MAKEFLAGS", "MAKELEVEL"})


def build_environment(shell: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The shell's environment without accounts, and without what would disturb another Python.

    Our own Python stands first on the path, the real one behind the virtual environment: SAM builds in temporary
    folders, where version managers like pyenv do not see the project's .python-version.
    """
    kept = {
        name: value for name, value in shell.items() if name not in WITHHELD and not name.startswith(WITHHELD_PREFIXES)
    }
    own = str(Path(sys.base_prefix) / "bin")
    return {**kept, "PATH": os.pathsep.join([own, kept.get("PATH", os.defpath)])}


def run_logged(
    command: Sequence[str],
    log: Path,
    *,
    env: Mapping[str, str],
    failure: str,
    mend: str = "",
    timeout_seconds: float = 600.0,
) -> None:
    """Run a command in the project's folder, its output appended to `log`.

    Raises StackError with `failure` and the end of the output when it does not succeed.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as file:
        file.write(f"\n--- {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {' '.join(command)}\n".encode())
        file.flush()
        try:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as problem:
            raise StackError(f"{failure}: {problem}", mend) from None
        try:
            code = process.wait(timeout_seconds)
        except subprocess.TimeoutExpired:
            raise StackError(f"{failure}: no end after {timeout_seconds:.0f} s", mend, tail(log)) from None
        finally:  # interrupted or not, what the tool has started must not go on
            end_groups([process.pid], grace=1)
            process.wait()
    if code != 0:
        raise StackError(failure, mend or f"the whole output is in {log}", tail(log, 25))
