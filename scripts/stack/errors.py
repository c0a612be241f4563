"""What can be in the way, told in one line with its mend."""

from __future__ import annotations


class StackError(Exception):
    """Something a person has to put right.

    `mend` says how, in one sentence; `detail` holds lines worth reading (the end of a log).
    """

    def __init__(self, message: str, mend: str = "", detail: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.mend = mend
        self.detail = detail

    def __str__(self) -> str:
        parts = [self.message]
        if self.detail:
            parts.append("\n".join(f"    {line}" for line in self.detail.splitlines()))
        if self.mend:
            parts.append(f"  -> {self.mend}")
        return "\n".join(parts)
