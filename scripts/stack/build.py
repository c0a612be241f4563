"""`sam build`, when the sources have changed since the last one."""

from __future__ import annotations

import fcntl
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.stack.commands import build_environment, run_logged
from scripts.stack.files import read_json, write_json
from scripts.stack.layout import BUILD, ROOT, TOOLS
from scripts.stack.sources import hash_of

TEMPLATE = BUILD / "out" / "template.yaml"
LAYER = "CommonLayer"
OWN_CODE = ("functions", "layers/common/commerce")


def architecture() -> str:
    """This computer's architecture in Lambda's words."""
    return "arm64" if platform.machine().lower() in ("arm64", "aarch64") else "x86_64"


def layer_environment(system: str = sys.platform) -> dict[str, str]:
    """What the layer's Makefile is told: the emulator runs the functions on this computer, not on Lambda's Linux."""
    environment = {"ARCHITECTURE": architecture()}
    if system == "darwin":
        machine = {"arm64": "aarch64", "x86_64": "x86_64"}[architecture()]
        environment["LAYER_PLATFORM"] = f"{machine}-apple-darwin"
    return environment


@contextmanager
def locked(name: str) -> Iterator[None]:
    """One build of a kind at a time: a running shop and its tests share the folder."""
    BUILD.mkdir(parents=True, exist_ok=True)
    with (BUILD / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def source_hash() -> str:
    """The hash of everything that a build is made from."""
    return hash_of(extra=(architecture(),))


def base_hash() -> str:
    """The same without our own code."""
    return hash_of(leave_out=OWN_CODE, extra=(architecture(),))


def build(log: Path) -> bool:
    """Build functions and layer unless that is done; returns whether it built.

    Raises StackError with the end of the log when the build fails. Hold `locked("sam")` until the result is used.
    """
    wanted, base = source_hash(), base_hash()
    stamp = BUILD / "stamp.json"
    done = read_json(stamp) or {}
    if done.get("sources") == wanted and TEMPLATE.is_file():
        return False
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
        env={**build_environment(), **layer_environment(), "SAM_CLI_TELEMETRY": "0"},
        failure="the build failed",
    )
    write_json(stamp, {"sources": wanted, "base": base})
    return True
