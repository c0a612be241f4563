"""`make test`: every test, in three processes, the end-to-end tests on a stack of their own.

Runs beside a running shop: other ports, another home. pytest's closing line is the last that is printed.
"""

from __future__ import annotations

import os
import subprocess
import sys

from scripts.stack.layout import ROOT

# One of them mostly waits for the deployed stack: two cores are busy with three.
PROCESSES = 3


def main(arguments: list[str]) -> int:
    """Run pytest; returns its exit code."""
    command = [
        *(sys.executable, "-m", "pytest", "-q"),
        # Whatever needs the deployed stack runs in one of the processes (tests/support/scheduling.py).
        *("--numprocesses", str(PROCESSES)),
        *arguments,
    ]
    # Bytecode is wanted: each process and each server would compile a thousand modules anew.
    shell = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.run(command, cwd=ROOT, env=shell, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
