"""What the operating system knows of processes, on Linux and macOS."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

PROC = Path("/proc")


def birth_of(pid: int) -> str:
    """When a process was started, in the system's own words; empty when it is gone or a zombie.

    Pids are used again: a pid from a file is the process that was meant only if its birth is the same.
    """
    if (PROC / "self" / "stat").exists():
        try:
            # The command's name, in brackets, may hold spaces and brackets itself: split behind the last one.
            fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            return ""
        return "" if fields[0] == "Z" else fields[19]
    shown = _output("ps", "-o", "stat=,lstart=", "-p", str(pid)).strip()
    status, _, started = shown.partition(" ")
    return "" if status.startswith("Z") else started.strip()


def runs(pid: int, birth: str) -> bool:
    """Whether the process that was born then still runs under this pid."""
    return bool(birth) and birth_of(pid) == birth


def listens(pid: int, port: int) -> bool:
    """Whether this very process listens on a TCP port."""
    if not (PROC / "net" / "tcp").exists():
        return bool(_output("lsof", "-nP", "-a", "-t", "-p", str(pid), f"-iTCP:{port}", "-sTCP:LISTEN").strip())
    return _holds(PROC / str(pid) / "fd", _listening_inodes(port))


def holder_of(port: int) -> str:
    """Who listens on a TCP port of this computer, as `name (pid 123)`; empty when it cannot be known."""
    pid = _holder_in_proc(port) if (PROC / "net" / "tcp").exists() else _holder_by_lsof(port)
    if not pid:
        return ""
    name = _output("ps", "-o", "comm=", "-p", str(pid)).strip() or _proc_name(pid)
    return f"{Path(name).name or 'a process'} (pid {pid})"


def memory_available() -> int | None:
    """Bytes of memory that programs can still get; None where the system does not say."""
    try:
        found = re.search(r"^MemAvailable:\s+(\d+) kB", (PROC / "meminfo").read_text(), re.MULTILINE)
    except OSError:
        return None
    return int(found[1]) * 1024 if found else None


def _holder_in_proc(port: int) -> int:
    inodes = _listening_inodes(port)
    return next((int(fds.parent.name) for fds in PROC.glob("[0-9]*/fd") if _holds(fds, inodes)), 0)


def _listening_inodes(port: int) -> set[str]:
    """The sockets that listen on a port, as /proc/PID/fd links name them."""
    inodes = set()
    for table in ("tcp", "tcp6"):
        try:
            lines = (PROC / "net" / table).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port:  # 0A is LISTEN
                inodes.add(f"socket:[{fields[9]}]")
    return inodes


def _holds(fds: Path, inodes: set[str]) -> bool:
    """Whether a process has one of these sockets; no when it is another user's, or has just ended."""
    if not inodes:
        return False
    try:
        links = list(fds.iterdir())
    except OSError:
        return False
    return any(_target(link) in inodes for link in links)


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:
        return ""


def _holder_by_lsof(port: int) -> int:
    first = _output("lsof", "-nP", "-t", f"-iTCP:{port}", "-sTCP:LISTEN").split()
    return int(first[0]) if first else 0


def _proc_name(pid: int) -> str:
    try:
        return (PROC / str(pid) / "comm").read_text().strip()
    except OSError:
        return ""


def _output(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=10).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
