"""Building the storefront, when its sources have changed. Node comes with the project (storefront/npm).

A program of its own, so that it can go on beside the rest of `make up`, and be ended with it.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.stack.build import locked
from scripts.stack.commands import build_environment, run_logged
from scripts.stack.errors import StackError
from scripts.stack.files import read_json, write_json
from scripts.stack.guard import end_groups
from scripts.stack.layout import BUILD, ROOT
from scripts.stack.progress import Progress
from scripts.stack.sources import hash_of

FOLDER = ROOT / "storefront"
NPM = str(FOLDER / "npm")
STAMP = BUILD / "storefront.json"
LEFT_OUT = ("storefront/node_modules", "storefront/dist")


def install(log: Path) -> bool:
    """Install the locked packages unless they are; whether it did. Raises StackError when it fails."""
    record, lock = FOLDER / "node_modules" / ".package-lock.json", FOLDER / "package-lock.json"
    if record.is_file() and record.stat().st_mtime >= lock.stat().st_mtime:
        return False
    # Not `npm ci`: it refuses a lock that was written where the binaries of some other platform could not be had.
    # What is in the lock is installed all the same, and the file is left as it was.
    locked_packages = lock.read_bytes()
    try:
        run_logged(
            [NPM, "install", "--no-save", "--no-audit", "--no-fund", "--no-progress", "--loglevel", "error"],
            log,
            env=build_environment(),
            failure="the storefront's packages could not be installed",
        )
    finally:
        if lock.read_bytes() != locked_packages:
            lock.write_bytes(locked_packages)
    record.touch()
    return True


def build(log: Path) -> bool:
    """Build the storefront unless that is done; whether it did. Raises StackError with the end of the log."""
    with locked("storefront"):
        install(log)
        wanted = hash_of(["storefront"], leave_out=LEFT_OUT)
        stamp = read_json(STAMP) or {}
        if stamp.get("sources") == wanted and (FOLDER / "dist" / "index.html").is_file():
            return False
        run_logged([NPM, "run", "build"], log, env=build_environment(), failure="the storefront could not be built")
        write_json(STAMP, {"sources": wanted})
    return True


@contextmanager
def building_beside(progress: Progress, log: Path) -> Iterator[None]:
    """Build while the block goes on, and wait for it afterwards.

    A failure is told and no more: the API works without pages. When the block fails, the build is ended.
    """
    if not FOLDER.is_dir():
        yield
        return
    process = subprocess.Popen(
        [sys.executable, "-m", "scripts.stack.storefront", str(log)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield
        try:
            with progress.step("build the storefront") as notes:
                notes.extend(_said_by(process))
        except StackError as problem:
            progress.say(str(problem))
    finally:
        if process.poll() is None:
            end_groups([process.pid])
            process.wait()


def _said_by(process: subprocess.Popen[str]) -> list[str]:
    """Wait for the build and return its words; raises StackError when it failed."""
    said, _ = process.communicate()
    if process.returncode != 0:
        raise StackError(said.rstrip(), mend="the shop works without its pages: go on by API")
    return said.splitlines()


def main() -> int:
    """Build, and say on standard output what there was to say; the exit code."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that npm is ended as well
    try:
        if not build(Path(sys.argv[1])):
            print("nothing changed")
    except StackError as problem:
        print(problem)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
