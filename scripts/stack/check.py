"""`make check`: everything that can be said about the project without running the shop."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from scripts.stack.build import locked
from scripts.stack.commands import build_environment
from scripts.stack.layout import REGION, ROOT, TOOLS
from scripts.stack.storefront import NPM, install

BIN = Path(sys.executable).parent
# Where our own modules are; import-linter and the generator import them.
PATHS = os.pathsep.join(str(ROOT / part) for part in ("", "functions", "layers/common"))


@dataclass(frozen=True)
class Check:
    """One tool and what it stands for; `mend` says what to run when it fails."""

    title: str
    command: tuple[str, ...]
    mend: str = ""


# The slowest first: two run at a time.
CHECKS = (
    Check("types (mypy)", (str(BIN / "mypy"), "functions", "layers/common/commerce", "scripts", "tests")),
    Check("template (sam validate --lint)", (str(TOOLS / "sam/bin/sam"), "validate", "--lint", "--region", REGION)),
    Check("storefront (types, generated client)", (NPM, "run", "--silent", "check")),
    Check("storefront (tests)", (NPM, "run", "--silent", "test")),
    Check("generated files", (sys.executable, "-m", "scripts.generate", "--check"), "make generate"),
    Check("import rules (import-linter)", (str(BIN / "lint-imports"),)),
    Check("lint (ruff)", (str(BIN / "ruff"), "check", "."), "make fmt"),
    Check("format (ruff)", (str(BIN / "ruff"), "format", "--check", "."), "make fmt"),
)


@dataclass(frozen=True)
class Outcome:
    """What a check said."""

    check: Check
    ok: bool
    output: str
    seconds: float


def run(check: Check) -> Outcome:
    """Run one check in the project's folder."""
    began = time.monotonic()
    done = subprocess.run(
        check.command,
        cwd=ROOT,
        env=build_environment() | {"SAM_CLI_TELEMETRY": "0", "PYTHONPATH": PATHS},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Outcome(check, done.returncode == 0, done.stdout, time.monotonic() - began)


def main(checks: Sequence[Check] = CHECKS) -> int:
    """Run all of them, print what failed; 1 when something did."""
    if any(check.command[0] == NPM for check in checks):
        with locked("storefront"):
            install(ROOT / ".local" / "logs" / "storefront.log")
    failed = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        for future in as_completed([pool.submit(run, check) for check in checks]):
            outcome = future.result()
            print(f"  {'ok' if outcome.ok else '!!'} {outcome.check.title}  {outcome.seconds:.1f} s", flush=True)
            if not outcome.ok:
                failed.append(outcome)
    for outcome in failed:
        mend = f" (mend: {outcome.check.mend})" if outcome.check.mend else ""
        print(f"\n--- {outcome.check.title}{mend}\n{outcome.output.rstrip()}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
