"""`make logs`: every log of the stack, line by line as it comes, with the name of its service in front."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TextIO

from scripts.stack.files import tail
from scripts.stack.layout import Layout

POLL_SECONDS = 0.3


class Follower:
    """Reads what is appended to the logs in a folder; files that appear later are followed as well."""

    def __init__(self, folder: Path, names: list[str], out: TextIO) -> None:
        self._folder = folder
        self._names = names
        self._out = out
        self._places: dict[Path, int] = {}

    def show_recent(self, lines: int) -> None:
        """Print the last lines of each log and go on from there."""
        for path in self._files():
            self._places[path] = path.stat().st_size
            for line in tail(path, lines).splitlines():
                self._print(path, line)

    def show_new(self) -> None:
        """Print what has come since the last time."""
        for path in self._files():
            place = self._places.get(path, 0)
            size = path.stat().st_size
            if size < place:  # it was begun anew
                place = 0
            if size == place:
                continue
            with path.open("rb") as file:
                file.seek(place)
                text = file.read(size - place)
            whole = text[: text.rfind(b"\n") + 1]  # a line that is being written waits for its end
            self._places[path] = place + len(whole)
            for line in whole.decode("utf-8", "replace").splitlines():
                self._print(path, line)

    def _files(self) -> list[Path]:
        found = (path for path in sorted(self._folder.glob("*.log")) if not path.name.endswith(".old.log"))
        return [path for path in found if not self._names or any(name in path.stem for name in self._names)]

    def _print(self, path: Path, line: str) -> None:
        self._out.write(f"{path.stem:<24} {line}\n")


def follow(layout: Layout, names: list[str], *, lines: int) -> None:
    """Follow the logs whose names hold one of `names` (all without any) until interrupted."""
    follower = Follower(layout.logs, names, sys.stdout)
    follower.show_recent(lines)
    while True:
        sys.stdout.flush()
        time.sleep(POLL_SECONDS)
        follower.show_new()
