"""What the supervisor is told about a service."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class ServiceSpec:
    """One process to keep running.

    `ready` is `tcp` (something listens on `port`), an http path that must answer 200, or empty (running is enough).
    `clean` are folders to empty before each start. `fingerprint` changes when the code behind `argv` does, so that
    `make up` restarts what is out of date. Times are seconds.
    """

    name: str
    argv: tuple[str, ...]
    env: dict[str, str]
    log: str
    cwd: str
    port: int = 0
    ready: str = ""
    ready_seconds: float = 30.0
    stop_seconds: float = 10.0
    clean: tuple[str, ...] = ()
    fingerprint: str = ""
    title: str = field(default="", compare=False)

    def as_json(self) -> dict[str, Any]:
        """As it travels to the supervisor."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> ServiceSpec:
        """The opposite of `as_json`; TypeError or KeyError for anything else."""
        return cls(**{**value, "argv": tuple(value["argv"]), "clean": tuple(value["clean"])})

    @property
    def log_path(self) -> Path:
        """The log as a path."""
        return Path(self.log)
