"""Progress, step by step, with times."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TextIO


@dataclass
class Progress:
    """Prints one line per step: what is done, then how long it took.

    On a terminal the line appears when the step begins; elsewhere once, when it ends.
    """

    out: TextIO = field(default_factory=lambda: sys.stdout)
    began: float = field(default_factory=time.monotonic)

    @contextmanager
    def step(self, title: str) -> Iterator[list[str]]:
        """Time a block. What the block appends to the yielded list is shown behind the title."""
        notes: list[str] = []
        start = time.monotonic()
        if self.out.isatty():
            self._write(f"  .. {title}")
        try:
            yield notes
        except BaseException:
            self._line("!!", title, time.monotonic() - start, notes)
            raise
        self._line("ok", title, time.monotonic() - start, notes)

    def say(self, text: str = "") -> None:
        """A line of its own."""
        self._write(text + "\n")

    @property
    def seconds(self) -> float:
        """Seconds since the first step."""
        return time.monotonic() - self.began

    def _line(self, mark: str, title: str, seconds: float, notes: list[str]) -> None:
        back = "\r" if self.out.isatty() else ""
        note = f" ({', '.join(notes)})" if notes else ""
        self._write(f"{back}  {mark} {title}{note}  {seconds:.1f} s\n")

    def _write(self, text: str) -> None:
        self.out.write(text)
        self.out.flush()
