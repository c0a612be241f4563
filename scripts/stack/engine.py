"""The local database engine, SecantusDB: how it is started, for the stack and for tests."""

from __future__ import annotations

import sys
from pathlib import Path

# Its storage is WiredTiger, which reads this variable (https://source.wiredtiger.com/: `use_environment`). Left to
# itself, WiredTiger lets a thread wait for eviction once a fifth of the cache is dirty. Every thousand changes the
# engine looks through its oplog in a second session, inside an open transaction: when that look has to wait, it waits
# for pages that only its own transaction's end would free, and the server answers nobody any more.
ENVIRONMENT = {
    "WIREDTIGER_CONFIG": ",".join(
        (
            *("eviction_dirty_target=10", "eviction_dirty_trigger=80"),
            *("eviction_updates_target=10", "eviction_updates_trigger=80"),
        )
    )
}


def command(host: str, port: int, folder: str | Path, *more: str) -> tuple[str, ...]:
    """The command line of a server that keeps its data in a folder."""
    return (
        str(Path(sys.executable).with_name("secantusd-py")),
        *("--host", host, "--port", str(port)),
        *("--storage-path", str(folder), "--cache-size", "256M"),
        *more,
    )
