"""One change: all of it or nothing, whoever is quicker, and an answer whatever the server does."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pymongo.client_session import ClientSession
from pymongo.errors import ConnectionFailure, OperationFailure, PyMongoError

from commerce.runtime import changes, mongo, outbox
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.errors import Conflict, NotFound, Stale, Unavailable
from tests.unit.conftest import Configure
from tests.unit.things import THINGS, Thing, ThingMade


@pytest.fixture(autouse=True)
def _ready(database: None) -> None:
    for index in THINGS.indexes:
        THINGS.handle.create_index(list(index.keys), **index.options())


def made(*things: Thing) -> None:
    for thing in things:
        written = Changes()
        written.insert(THINGS, thing)
        written.commit()


def count() -> int:
    return THINGS.handle.count_documents({})


def test_everything_is_written_together(monkeypatch: pytest.MonkeyPatch) -> None:
    published: list[outbox.Entry] = []
    monkeypatch.setattr(outbox, "publish", published.extend)
    made(Thing(id="t1", name="one"))
    change = Changes()
    change.insert(THINGS, Thing(id="t2", name="two", owner="ada"))
    change.update(THINGS, {"_id": "t1"}, {"$inc": {"count": 2}})
    change.emit(ThingMade(thing_id="t2"))
    change.commit()
    (stored,) = outbox.ENTRIES.find({})
    assert (THINGS.get("t1") or Thing(id="", name="")).count == 2
    assert THINGS.get("t2")
    assert stored.waiting
    assert [entry.id for entry in published] == [stored.id]


def test_nothing_is_asked_of_the_database_for_nothing() -> None:
    Changes().commit()
    assert count() == 0


@pytest.mark.parametrize("others", [0, 1])
def test_a_guard_that_fails_says_what_it_was_told_and_changes_nothing(others: int) -> None:
    """Alone, a write needs no transaction; together, the transaction is rolled back."""
    made(Thing(id="t1", name="one", count=1))
    change = Changes()
    for number in range(others):
        change.insert(THINGS, Thing(id=f"new{number}", name=f"new{number}"))
    change.update(
        THINGS, {"_id": "t1", "count": {"$gte": 2}}, {"$inc": {"count": -2}}, otherwise=NotFound("not enough")
    )
    change.emit(ThingMade(thing_id="t1"))
    with pytest.raises(NotFound, match="not enough"):
        change.commit()
    assert count() == 1
    assert (THINGS.get("t1") or Thing(id="", name="")).count == 1
    assert outbox.ENTRIES.find({}) == []


def test_a_guard_without_words_is_stale() -> None:
    change = Changes()
    change.update(THINGS, {"_id": "none"}, {"$set": {"count": 1}})
    with pytest.raises(Stale):
        change.commit()


@pytest.mark.parametrize("others", [0, 1])
def test_a_unique_index_that_refuses_is_told_by_its_first_key(others: int) -> None:
    made(Thing(id="t1", name="one", owner="ada", count=1))
    taken = {"name": Conflict("name"), "owner": Conflict("owner")}
    for thing, words in (
        (Thing(id="t2", name="one"), "name"),
        (Thing(id="t2", name="two", owner="ada", count=1), "owner"),
    ):
        change = Changes()
        for number in range(others):
            change.insert(THINGS, Thing(id=f"new{number}", name=f"new{number}"))
        change.insert(THINGS, thing, taken=taken)
        with pytest.raises(Conflict, match=words):
            change.commit()
        assert count() == 1


def test_an_id_that_is_taken() -> None:
    made(Thing(id="t1", name="one"))
    for taken, expected in ((Conflict("there"), "there"), ({"": Conflict("any")}, "any"), (None, "changed")):
        change = Changes()
        change.insert(THINGS, Thing(id="t1", name="again"), taken=taken)
        with pytest.raises(Conflict, match=expected):
            change.commit()


def test_a_document_is_written_over_the_one_it_was_read_from() -> None:
    made(Thing(id="t1", name="one"))
    first, second = THINGS.get("t1"), THINGS.get("t1")
    assert first
    assert second
    for mine, fine in ((first, True), (second, False)):
        mine.count += 1
        change = Changes()
        change.replace(THINGS, mine)
        if fine:
            change.commit()
        else:
            with pytest.raises(Stale):
                change.commit()
    stored = THINGS.get("t1")
    assert stored
    assert (stored.version, stored.count) == (2, 1)


def test_racing_changes_all_come_through() -> None:
    """Write conflicts are tried again: 8 at once, one document, nothing lost."""
    made(Thing(id="t1", name="one"))

    def add(number: int) -> None:
        change = Changes()
        change.insert(THINGS, Thing(id=f"n{number}", name=f"n{number}", owner=f"o{number}"))
        change.update(THINGS, {"_id": "t1"}, {"$inc": {"count": 1}})
        change.commit()

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(add, number) for number in range(24)]:
            done.result()
    assert (THINGS.get("t1") or Thing(id="", name="")).count == 24


def failing(times: int, error: PyMongoError, real: Callable[..., Any]) -> tuple[Callable[..., Any], list[int]]:
    """A call that fails so many times before it does its work."""
    calls: list[int] = []

    def call(*arguments: Any, **options: Any) -> Any:
        calls.append(1)
        if len(calls) <= times:
            raise error
        return real(*arguments, **options)

    return call, calls


def labelled(label: str) -> PyMongoError:
    return ConnectionFailure("gone", error_labels=[label])


def two_writes() -> Changes:
    change = Changes()
    change.insert(THINGS, Thing(id="t1", name="one", owner="1"))
    change.insert(THINGS, Thing(id="t2", name="two", owner="2"))
    return change


def test_a_transient_fault_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    call, calls = failing(3, labelled("TransientTransactionError"), mongo.client().bulk_write)
    monkeypatch.setattr(mongo.client(), "bulk_write", call)
    two_writes().commit()
    assert count() == 2
    assert len(calls) == 4


def test_a_fault_that_is_not_transient_is_raised_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    call, calls = failing(9, OperationFailure("not allowed"), mongo.client().bulk_write)
    monkeypatch.setattr(mongo.client(), "bulk_write", call)
    with pytest.raises(OperationFailure):
        two_writes().commit()
    assert len(calls) == 1


def test_a_commit_whose_answer_was_lost_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    real = ClientSession.commit_transaction
    lost: list[int] = []

    def commit(session: ClientSession) -> None:
        real(session)
        if len(lost) < 2:
            lost.append(1)
            raise labelled("UnknownTransactionCommitResult")

    monkeypatch.setattr(ClientSession, "commit_transaction", commit)
    two_writes().commit()
    assert len(lost) == 2
    assert count() == 2


@pytest.mark.parametrize(
    ("label", "where"), [("TransientTransactionError", "bulk_write"), ("UnknownTransactionCommitResult", "commit")]
)
def test_the_budget_ends_in_503(label: str, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "BUDGET_SECONDS", 0.2)

    def fail(*_: Any, **__: Any) -> None:
        raise labelled(label)

    if where == "commit":
        monkeypatch.setattr(ClientSession, "commit_transaction", fail)
    else:
        monkeypatch.setattr(mongo.client(), "bulk_write", fail)
    began = time.monotonic()
    with pytest.raises(Unavailable) as refused:
        two_writes().commit()
    assert 0.2 <= time.monotonic() - began < 2
    assert "Retry-After" in refused.value.headers
    assert count() == 0


def test_the_budget_is_shorter_than_any_function_may_run() -> None:
    assert changes.BUDGET_SECONDS < 15


def test_events_are_published_only_after_the_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    real = ClientSession.commit_transaction

    def commit(session: ClientSession) -> None:
        real(session)
        order.append("committed")

    monkeypatch.setattr(ClientSession, "commit_transaction", commit)
    monkeypatch.setattr(outbox, "publish", lambda _: order.append("published"))
    change = two_writes()
    change.emit(ThingMade(thing_id="t1"))
    change.commit()
    assert order == ["committed", "published"]


def test_whoever_was_too_slow_reads_again(configure: Configure) -> None:
    tries: list[int] = []

    def attempt() -> str:
        tries.append(1)
        if len(tries) < changes.STALE_TRIES:
            raise Stale
        return "done"

    assert retry_stale(attempt) == "done"


def test_what_never_holds_still_is_stale() -> None:
    tries: list[int] = []

    def attempt() -> None:
        tries.append(1)
        raise Stale

    with pytest.raises(Stale):
        retry_stale(attempt)
    assert len(tries) == changes.STALE_TRIES


def test_another_fault_is_not_tried_again() -> None:
    tries: list[int] = []

    def attempt() -> None:
        tries.append(1)
        raise Conflict

    with pytest.raises(Conflict):
        retry_stale(attempt)
    assert len(tries) == 1
