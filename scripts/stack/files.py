"""Small helpers for files that other processes read."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path
from typing import Any


def write_json(path: Path, value: Any, *, mode: int = 0o600) -> None:
    """Write JSON so that a reader sees the old file or the new one, never a half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=2)
        file.write("\n")
    draft.replace(path)


def read_json(path: Path) -> dict[str, Any] | None:
    """The JSON object in a file; None when the file is missing or is no JSON object."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None


def tail(path: Path, lines: int = 15) -> str:
    """The last lines of a text file; empty when it cannot be read."""
    try:
        with path.open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - 64 * 1024))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


def empty(folder: Path) -> list[Path]:
    """Empty a folder at once, or make it; returns folders beside it that hold what was in there, to be deleted.

    Deleting a thousand megabytes in small files can take half a minute.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    if folder.exists():
        folder.replace(folder.with_name(f"{folder.name}.trash-{time.time_ns()}"))
    folder.mkdir(mode=0o700)
    return sorted(folder.parent.glob(f"{folder.name}.trash-*"))


def delete(folders: list[Path]) -> None:
    """Delete folders; what cannot be deleted stays until the next time."""
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
