"""One change of the shop: guarded writes and the events they cause, all or none.

    changes = Changes()
    changes.update(stock, {"_id": sku, "available": {"$gte": 2}}, {"$inc": {...}}, otherwise=OutOfStock(sku))
    changes.insert(orders, order, taken=CartAlreadyOrdered())
    changes.emit(OrderPlaced(...))
    changes.commit()

Each write carries its own guard (a compare-and-set in its filter, a unique index), so nothing need be read inside the
transaction: it is one `bulkWrite` over several collections (MongoDB 8) and one commit. A guard that fails rolls
everything back and raises what the write says. After the commit the events are published; see `outbox`.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from commerce.runtime import mongo, outbox
from commerce.runtime.errors import ShopError, Stale, Unavailable

if TYPE_CHECKING:
    from pymongo.client_session import ClientSession
    from pymongo.errors import ClientBulkWriteException

    from commerce.runtime.events import Fact
    from commerce.runtime.mongo import Collection, Document, Filter, Versioned

BUDGET_SECONDS = 8.0  # Spent on retries after write conflicts; then 503. Below every function's timeout.
ABORT_SECONDS = 0.5  # Given to a server that was not heard; what it was not told of it ends by itself.
STALE_TRIES = 12

_DUPLICATE_KEY = 11000
_WRITE_CONFLICT = 112


@dataclass
class _Write:
    operation: Any  # a pymongo write model
    otherwise: Mapping[str, ShopError] = field(default_factory=dict)  # by the first key of the index that refused
    must_match: ShopError | None = None


class Changes:
    """Collects writes and events; `commit` carries them out."""

    def __init__(self) -> None:
        self._writes: list[_Write] = []
        self._facts: list[Fact] = []

    def insert(
        self, into: Collection[Any], document: Document, *, taken: ShopError | Mapping[str, ShopError] | None = None
    ) -> None:
        """Adds a document.

        Args:
            into: the collection.
            document: what to add.
            taken: raised when a unique index refuses it; one fault, or one per first key of the index. Without it the
                change counts as stale.
        """
        from pymongo import InsertOne

        by_key = taken if isinstance(taken, Mapping) else {"": taken or Stale()}
        operation = InsertOne(document.to_mongo(), namespace=_namespace(into))
        self._writes.append(_Write(operation, by_key))

    def update(
        self, into: Collection[Any], where: Filter, change: Mapping[str, Any], *, otherwise: ShopError | None = None
    ) -> None:
        """Changes the one document that fits `where`; if none does, `otherwise` is raised and nothing has happened."""
        from pymongo import UpdateOne

        fault = otherwise or Stale()
        operation = UpdateOne(where, change, namespace=_namespace(into))
        self._writes.append(_Write(operation, {"": fault}, must_match=fault))

    def update_if_there(self, into: Collection[Any], where: Filter, change: Mapping[str, Any]) -> None:
        """Changes the one document that fits `where`, if there is one: a copy that need not exist."""
        from pymongo import UpdateOne

        self._writes.append(_Write(UpdateOne(where, change, namespace=_namespace(into))))

    def upsert(self, into: Collection[Any], where: Filter, change: Mapping[str, Any]) -> None:
        """Changes the one document that fits `where`, or begins it: for counters. Two that begin it at the same moment
        are in conflict, and the later one is stale.
        """
        from pymongo import UpdateOne

        operation = UpdateOne(where, change, upsert=True, namespace=_namespace(into))
        self._writes.append(_Write(operation, {"": Stale()}))

    def replace(
        self, into: Collection[Any], document: Versioned, *, taken: ShopError | Mapping[str, ShopError] | None = None
    ) -> None:
        """Writes a document over the one it was read from, and counts its version up; if that one has another version
        by now, the change is stale. `taken` as for `insert`.
        """
        from pymongo import ReplaceOne

        where = {"_id": document.id, "version": document.version}
        document.version += 1
        by_key = taken if isinstance(taken, Mapping) else {"": taken or Stale()}
        operation = ReplaceOne(where, document.to_mongo(), namespace=_namespace(into))
        self._writes.append(_Write(operation, by_key, must_match=Stale()))

    def put(self, into: Collection[Any], document: Document) -> None:
        """Writes a document whether or not there was one: for what is derived from another, which carries the guard."""
        from pymongo import ReplaceOne

        operation = ReplaceOne({"_id": document.id}, document.to_mongo(), upsert=True, namespace=_namespace(into))
        self._writes.append(_Write(operation))

    def delete(self, into: Collection[Any], where: Filter, *, otherwise: ShopError | None = None) -> None:
        """Takes away the one document that fits `where`. If none does, `otherwise` is raised, where it is given."""
        from pymongo import DeleteOne

        self._writes.append(_Write(DeleteOne(where, namespace=_namespace(into)), must_match=otherwise))

    def emit(self, fact: Fact) -> None:
        """Adds an event: stored with the change, published after it."""
        self._facts.append(fact)

    def commit(self) -> None:
        """Carries the change out.

        Raises:
            ShopError: the guard of a write failed (what that write says); nothing was changed.
            Unavailable: too many conflicts, or the outcome of the commit could not be learnt in time. Trying again
                with the same Idempotency-Key is safe.
        """
        entries = [outbox.entry(fact) for fact in self._facts]
        for entry in entries:
            self.insert(outbox.ENTRIES, entry)
        if len(self._writes) == 1:
            self._write(None)
        elif self._writes:
            _transaction(self._write)
        if entries:
            outbox.publish(entries)

    def _write(self, session: ClientSession | None) -> None:
        from pymongo.errors import ClientBulkWriteException

        operations = [write.operation for write in self._writes]
        try:
            result = mongo.client().bulk_write(operations, session=session, ordered=True, verbose_results=True)
        except ClientBulkWriteException as error:
            self._explain(error)
            raise
        for index, outcome in result.update_results.items():
            if outcome.matched_count == 0 and (fault := self._writes[index].must_match):
                raise fault
        for index, deleted in result.delete_results.items():
            if deleted.deleted_count == 0 and (fault := self._writes[index].must_match):
                raise fault

    def _explain(self, error: ClientBulkWriteException) -> None:
        refusals: list[Any] = list(error.write_errors or [])
        for refused in refusals:
            if refused["code"] == _DUPLICATE_KEY:
                first_key = next(iter(refused.get("keyPattern") or {"": 1}))
                faults = self._writes[refused["idx"]].otherwise
                raise faults.get(first_key) or faults.get("") or Stale() from None


def _namespace(collection: Collection[Any]) -> str:
    return f"{mongo.database().name}.{collection.name}"


def _transaction(work: Callable[[ClientSession], None]) -> None:
    """Runs the writes in a transaction, again after each conflict with another one, with jitter, within the budget."""
    from pymongo.errors import ConnectionFailure, PyMongoError

    until = time.monotonic() + BUDGET_SECONDS
    pause = 0.002
    # Guards need no causal order with earlier reads, and its `afterClusterTime`, which the second try would carry, is
    # an argument of `bulkWrite` that the local engine does not know.
    with mongo.client().start_session(causal_consistency=False) as session:
        while True:
            try:
                session.start_transaction()
                work(session)
                _commit(session, until)
                return
            except PyMongoError as error:
                _abort(session, unheard=isinstance(error, ConnectionFailure))
                if _is_gone(error) or not _labelled(error, "TransientTransactionError"):
                    raise
                if time.monotonic() > until:
                    raise Unavailable("Too many changes at the same moment.", retry_after=1) from error
            except ShopError:
                _abort(session)
                raise
            time.sleep(random.uniform(0, pause))  # noqa: S311  (jitter)
            pause = min(pause * 2, 0.25)


def _commit(session: ClientSession, until: float) -> None:
    from pymongo.errors import PyMongoError

    while True:
        try:
            session.commit_transaction()
            return
        except PyMongoError as error:
            if _is_gone(error) or not error.has_error_label("UnknownTransactionCommitResult"):
                raise
            if time.monotonic() > until:
                raise Unavailable from error


def _abort(session: ClientSession, *, unheard: bool = False) -> None:
    """Where the server was not heard, it may be gone: then who waits for the answer does not wait for this as well."""
    if not session.in_transaction:
        return
    if not unheard:
        session.abort_transaction()
        return
    import pymongo

    with pymongo.timeout(ABORT_SECONDS):
        session.abort_transaction()


def _is_gone(error: Exception) -> bool:
    """Whether the server was sought for as long as it is given: the driver calls that transient too, but the caller
    has waited long enough.
    """
    from pymongo.errors import ServerSelectionTimeoutError

    return isinstance(error, ServerSelectionTimeoutError)


def _labelled(error: Exception, label: str) -> bool:
    """Whether the driver calls the fault transient. A bulk write hides the label one level down."""
    inner = getattr(error, "error", None)
    if any(e is not None and hasattr(e, "has_error_label") and e.has_error_label(label) for e in (error, inner)):
        return True
    return any(refused.get("code") == _WRITE_CONFLICT for refused in getattr(error, "write_errors", None) or [])


def retry_stale[Result](attempt: Callable[[], Result]) -> Result:
    """Reads, decides and writes again when someone else was quicker, a few times, with jitter.

    Raises:
        Stale: it never held still.
    """
    for number in range(STALE_TRIES):
        try:
            return attempt()
        except Stale:
            if number == STALE_TRIES - 1:
                raise
            time.sleep(random.uniform(0, min(0.25, 0.005 * 2**number)))  # noqa: S311  (jitter)
    raise AssertionError("unreachable")
