"""Who is shut out: known within 20 s, without a question for every request."""

import time

import pytest

from commerce.runtime import blocklist
from commerce.runtime.blocklist import BLOCKED, AccountBlocked, Known
from commerce.runtime.changes import Changes

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The clock of the list; add to it."""
    moment = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: moment[0])
    monkeypatch.setattr(blocklist, "known", Known())
    return moment


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the database is asked."""
    calls: list[str] = []
    latest, get = BLOCKED.latest, BLOCKED.get

    def note_latest(limit: int) -> object:
        calls.append("list")
        return latest(limit)

    def note_get(id_: str) -> object:
        calls.append("one")
        return get(id_)

    monkeypatch.setattr(BLOCKED, "latest", note_latest)
    monkeypatch.setattr(BLOCKED, "get", note_get)
    return calls


def block(*user_ids: str) -> None:
    changes = Changes()
    for user_id in user_ids:
        blocklist.block(changes, user_id)
    changes.commit()


def unblock(user_id: str) -> None:
    changes = Changes()
    blocklist.unblock(changes, user_id)
    changes.commit()


def refused(user_id: str) -> bool:
    try:
        blocklist.refuse_blocked(user_id)
    except AccountBlocked:
        return True
    return False


@pytest.mark.usefixtures("clock")
def test_a_blocked_persons_token_is_refused_by_a_code_of_its_own() -> None:
    block("eve")
    with pytest.raises(AccountBlocked) as refusal:
        blocklist.refuse_blocked("eve")
    assert (refusal.value.status, refusal.value.code) == (401, "account_blocked")
    assert refusal.value.headers == {"WWW-Authenticate": "Bearer"}


def test_a_block_counts_within_twenty_seconds_and_so_does_its_end(clock: list[float]) -> None:
    assert not refused("eve")
    block("eve")
    clock[0] += blocklist.SECONDS - 0.1
    assert not refused("eve"), "the list of a moment ago"
    clock[0] += 0.1
    assert refused("eve")
    assert not refused("ada")
    unblock("eve")
    clock[0] += blocklist.SECONDS
    assert not refused("eve")


def test_twenty_seconds_and_the_gateways_memory_are_less_than_a_minute() -> None:
    assert blocklist.SECONDS <= 30


def test_the_list_is_read_once_in_twenty_seconds_whoever_comes(clock: list[float], asked: list[str]) -> None:
    block("eve")
    for number in range(50):
        refused(f"user_{number}")
        clock[0] += 0.39
    assert asked == ["list"]
    clock[0] += 1
    refused("eve")
    assert asked == ["list", "list"]


def test_a_list_that_is_too_long_is_asked_person_by_person(
    clock: list[float], asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocklist, "READ_WHOLE", 2)
    block("eve", "mallory")
    assert refused("eve")
    assert asked == ["list"]
    block("trudy")
    clock[0] += blocklist.SECONDS
    assert refused("eve")
    assert refused("trudy")
    assert not refused("ada")
    assert asked == ["list", "list", "one", "one", "one"]


@pytest.mark.usefixtures("clock")
def test_done_twice_is_done_once() -> None:
    block("eve")
    block("eve")
    unblock("eve")
    unblock("eve")
    assert not refused("eve")


@pytest.mark.usefixtures("clock")
def test_a_list_that_cannot_be_read_lets_nobody_in(monkeypatch: pytest.MonkeyPatch) -> None:
    from pymongo.errors import ServerSelectionTimeoutError

    def away(limit: int) -> object:
        raise ServerSelectionTimeoutError("nobody there")

    monkeypatch.setattr(BLOCKED, "latest", away)
    for _ in range(2):
        with pytest.raises(ServerSelectionTimeoutError):
            blocklist.refuse_blocked("ada")
