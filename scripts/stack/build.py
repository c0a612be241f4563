"""`sam build`, when the sources have changed since the last one."""

from __future__ import annotations

import fcntl
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.stack.commands import build_environment, run_logged
from scripts.stack.files import read_json, write_json
from scripts.stack.layout import BUILD, ROOT, TOOLS
from scripts.stack.sources import hash_of

TEMPLATE = BUILD / "out" / "template.yaml"


def architecture() -> str:
    """This computer's architecture in Lambda's words."""
    return "arm64" if platform.machine().lower() in ("arm64", "aarch64") else "x86_64"


@contextmanager
def build_lock() -> Iterator[None]:
    """One build at a time: a running shop and its tests share the folder."""
    BUILD.mkdir(parents=True, exist_ok=True)
    with (BUILD / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def build(log: Path) -> tuple[str, bool]:
    """Build functions and layer unless that is done; returns the hash of the sources and whether it built.

    Raises StackError with the end of the log when the build fails. Hold `build_lock` until the result is used.
    """
    wanted = hash_of(extra=(architecture(),))
    stamp = BUILD / "stamp.json"
    done = read_json(stamp) or {}
    if done.get("sources") == wanted and TEMPLATE.is_file():
        return wanted, False
    stamp.unlink(missing_ok=True)
    run_logged(
        [
            str(TOOLS / "sam" / "bin" / "sam"),
            *("build", "--config-file", str(ROOT / "samconfig.toml"), "--config-env", "local"),
            *("--template-file", str(ROOT / "template.yaml")),
            *("--build-dir", str(BUILD / "out"), "--cache-dir", str(BUILD / "cache")),
            *("--parameter-overrides", f"Architecture={architecture()}"),
        ],
        log,
        env={**build_environment(), "SAM_CLI_TELEMETRY": "0", "ARCHITECTURE": architecture()},
        failure="the build failed",
    )
    write_json(stamp, {"sources": wanted})
    return wanted, True
