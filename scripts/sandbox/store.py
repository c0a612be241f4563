"""All state of the sandbox: JSON documents in one SQLite file, so that it outlives restarts and kill -9."""

import json
import secrets
import sqlite3
import string
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Document = dict[str, Any]

_ALPHABET = string.ascii_letters + string.digits

_SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (kind, id));
CREATE INDEX IF NOT EXISTS objects_by_kind ON objects (kind, seq);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS timers (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, due REAL NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS idempotency (
    key TEXT PRIMARY KEY, endpoint TEXT NOT NULL, digest TEXT NOT NULL, status INTEGER NOT NULL, body BLOB NOT NULL,
    request_id TEXT NOT NULL, created REAL NOT NULL);
CREATE TABLE IF NOT EXISTS deliveries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, channel TEXT NOT NULL, message_id TEXT NOT NULL, type TEXT NOT NULL,
    body BLOB NOT NULL, state TEXT NOT NULL, due REAL NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
    last_status INTEGER, last_error TEXT);
CREATE INDEX IF NOT EXISTS deliveries_by_state ON deliveries (channel, state, due);
"""


def new_id(prefix: str, length: int = 24) -> str:
    """A random id in the providers' manner, such as `pi_3Qk...`."""
    return prefix + "".join(secrets.choice(_ALPHABET) for _ in range(length))


def public(document: Document) -> Document:
    """The part of a document that is shown: names that begin with an underscore are the sandbox's own notes."""
    return {name: value for name, value in document.items() if not name.startswith("_")}


class Store:
    """Documents by kind and id. Used from one event loop only, hence without locks."""

    def __init__(self, path: Path) -> None:
        if path.suffix == "":
            path = path / "sandbox.sqlite3"
        path.parent.mkdir(parents=True, exist_ok=True)
        # Opened in one thread and used in another by `testing`, never in two at once.
        self.connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.connection.execute("PRAGMA journal_mode = WAL")
        # What was committed survives the death of this process; a power cut may cost the last moments.
        self.connection.execute("PRAGMA synchronous = NORMAL")
        self.connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. Inside another transaction it is part of that one."""
        if self.connection.in_transaction:
            yield
            return
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    def get(self, kind: str, object_id: str) -> Document | None:
        """One document, or None."""
        row = self.connection.execute(
            "SELECT body FROM objects WHERE kind = ? AND id = ?", (kind, object_id)
        ).fetchone()
        return None if row is None else json.loads(row[0])

    def put(self, kind: str, document: Document) -> Document:
        """Insert or replace by `document["id"]`; a replaced document keeps its place in lists."""
        self.connection.execute(
            "INSERT INTO objects (kind, id, body) VALUES (?, ?, ?)"
            " ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body",
            (kind, document["id"], json.dumps(document)),
        )
        return document

    def delete(self, kind: str, object_id: str) -> None:
        """Remove a document; nothing happens if there is none."""
        self.connection.execute("DELETE FROM objects WHERE kind = ? AND id = ?", (kind, object_id))

    def find(
        self,
        kind: str,
        equal: Mapping[str, str] | None = None,
        *,
        before: str | None = None,
        after: str | None = None,
    ) -> Iterator[Document]:
        """Documents whose top-level fields equal those given, newest first.

        `before` yields those older than that id; `after` those newer than it, oldest first.
        """
        clauses, values = ["kind = ?"], [kind]
        for name, value in (equal or {}).items():
            clauses.append("json_extract(body, ?) = ?")
            values += [f"$.{name}", value]
        for operator, object_id in (("<", before), (">", after)):
            if object_id is not None:
                clauses.append(f"seq {operator} (SELECT seq FROM objects WHERE kind = ? AND id = ?)")  # noqa: S608  (our own words alone)
                values += [kind, object_id]
        order = "ASC" if after is not None else "DESC"
        query = f"SELECT body FROM objects WHERE {' AND '.join(clauses)} ORDER BY seq {order}"  # noqa: S608  (our own words alone)
        for (body,) in self.connection.execute(query, values):
            yield json.loads(body)

    def first(self, kind: str, equal: Mapping[str, str]) -> Document | None:
        """The newest document whose fields equal those given."""
        return next(self.find(kind, equal), None)

    def setting(self, name: str) -> Any:
        """A value that was set, or None."""
        row = self.connection.execute("SELECT body FROM settings WHERE name = ?", (name,)).fetchone()
        return None if row is None else json.loads(row[0])

    def set_setting(self, name: str, value: Any) -> None:
        """Keep a value that `clear` leaves alone."""
        self.connection.execute(
            "INSERT INTO settings (name, body) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET body = excluded.body",
            (name, json.dumps(value)),
        )

    def add_timer(self, kind: str, due: float, body: Document) -> None:
        """Remember that something is to happen at `due` (seconds since the epoch)."""
        self.connection.execute("INSERT INTO timers (due, kind, body) VALUES (?, ?, ?)", (due, kind, json.dumps(body)))

    def take_timers(self, prefix: str, now: float) -> list[tuple[str, Document]]:
        """Remove and return what is due, in order. Call it in the transaction that carries it out."""
        rows = self.connection.execute(
            "SELECT seq, kind, body FROM timers WHERE due <= ? AND kind LIKE ? ORDER BY due, seq", (now, prefix + "%")
        ).fetchall()
        self.connection.executemany("DELETE FROM timers WHERE seq = ?", [(row[0],) for row in rows])
        return [(row[1], json.loads(row[2])) for row in rows]

    def clear(self, prefix: str) -> None:
        """Forget all documents and timers whose kind begins with `prefix`; settings stay."""
        self.connection.execute("DELETE FROM objects WHERE kind LIKE ?", (prefix + "%",))
        self.connection.execute("DELETE FROM timers WHERE kind LIKE ?", (prefix + "%",))
