"""What must hold before anything is started, each with the mend when it does not."""

from __future__ import annotations

import shutil
import socket
import sys

from scripts.stack.errors import StackError
from scripts.stack.layout import HOST, PORT_OFFSETS, ROOT, TOOLS, Layout
from scripts.stack.processes import holder_of, memory_available

PYTHON = sys.version_info[:2]
GIB = 2**30
DISK_NEEDED = 1 * GIB
LAST_PORT = 65_500
# Some 55 MB for each of about 25 functions, and the services themselves.
MEMORY_NEEDED = int(1.5 * GIB)


def check_python() -> None:
    """Raises StackError unless this is Python 3.13, which the functions run on in the cloud."""
    if PYTHON != (3, 13):
        raise StackError(
            f"this is Python {PYTHON[0]}.{PYTHON[1]}, the project needs 3.13",
            mend="install Python 3.13 and run `make up` again; it makes its own environment",
        )


def check_tools() -> None:
    """Raises StackError when the tools' environments are missing."""
    for tool in ("sam/bin/sam", "ministack/bin/ministack"):
        if not (TOOLS / tool).exists():
            raise StackError(f"{TOOLS / tool} is missing", mend="start with `make up`, which installs it")
    if not (ROOT / "template.yaml").exists():
        raise StackError(f"there is no template.yaml in {ROOT}", mend="run this in a clone of the project")


def check_ports(layout: Layout) -> None:
    """Raises StackError for a port that something else holds, and says who where that can be known."""
    if not 1024 <= layout.port <= LAST_PORT:
        raise StackError(
            f"port {layout.port} cannot be used", mend=f"choose one from 1024 to {LAST_PORT}: make up PORT=9080"
        )
    for service in PORT_OFFSETS:
        port = layout.port_of(service)
        if port_is_free(port):
            continue
        holder = holder_of(port)
        raise StackError(
            f"port {port} ({service}) is taken" + (f" by {holder}" if holder else ""),
            mend=f"stop it, or use other ports: make up PORT={first_free(layout.port + 1000)}",
        )


def check_disk(layout: Layout) -> None:
    """Raises StackError when there is too little space for the database and the functions' working folders."""
    folder = next(path for path in (layout.home, *layout.home.parents) if path.exists())
    free = shutil.disk_usage(folder).free
    if free < DISK_NEEDED:
        raise StackError(
            f"only {free / GIB:.1f} GB are free under {folder}, {DISK_NEEDED / GIB:.0f} GB are needed",
            mend="make room; `make reset` removes the shop's own data",
        )


def check_memory() -> str:
    """A warning when memory is short, else nothing. It is no error: much of what is in use can be swapped."""
    free = memory_available()
    if free is None or free >= MEMORY_NEEDED:
        return ""
    return f"only {free / GIB:.1f} GB of memory are free, {MEMORY_NEEDED / GIB:.1f} GB are comfortable"


def port_is_free(port: int) -> bool:
    """Whether we can listen on a port, and nobody else answers there under the name localhost."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError:
            return False
    # A server on ::1 alone does not stop us, but browsers would reach it first under localhost.
    with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as caller:
        caller.settimeout(0.5)
        try:
            return caller.connect_ex(("::1", port)) != 0
        except OSError:
            return True


def first_free(port: int) -> int:
    """The first port from here on, in steps of a hundred, that is free with its neighbours."""
    for candidate in range(port, port + 20_000, 100):
        if candidate > LAST_PORT:
            break
        if all(port_is_free(candidate + offset) for offset in PORT_OFFSETS.values()):
            return candidate
    return port
