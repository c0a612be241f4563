"""Building the storefront, when its sources have changed. Node comes with the project (storefront/npm)."""

from __future__ import annotations

from pathlib import Path

from scripts.stack.build import locked
from scripts.stack.commands import build_environment, run_logged
from scripts.stack.files import read_json, write_json
from scripts.stack.layout import BUILD, ROOT
from scripts.stack.sources import hash_of

FOLDER = ROOT / "storefront"
NPM = str(FOLDER / "npm")
STAMP = BUILD / "storefront.json"
LEFT_OUT = ("storefront/node_modules", "storefront/dist")


def install(log: Path) -> bool:
    """Install the locked packages unless they are; whether it did. Raises StackError when it fails."""
    if _installed():
        return False
    run_logged(
        [NPM, "ci", "--no-audit", "--no-fund", "--no-progress"],
        log,
        env=build_environment(),
        failure="the storefront's packages could not be installed",
    )
    return True


def _installed() -> bool:
    """Whether npm's own record of what it installed is as new as the lock file."""
    record, lock = FOLDER / "node_modules" / ".package-lock.json", FOLDER / "package-lock.json"
    return record.is_file() and record.stat().st_mtime >= lock.stat().st_mtime


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
