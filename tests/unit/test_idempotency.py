"""Idempotency-Key: one effect per key, and its first answer again."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from pydantic import BaseModel

from commerce.runtime.changes import Changes
from commerce.runtime.errors import Conflict, NotFound
from commerce.runtime.idempotency import KEEP, RECORDS, KeyReused, Once
from tests.unit.things import THINGS, Thing

pytestmark = pytest.mark.usefixtures("database")


class Wish(BaseModel):
    name: str


class View(BaseModel):
    number: int
    token: str | None = None


def once(key: str | None = "k", *, operation: str = "make", scope: str = "ada", wish: Wish | None = None) -> Once:
    return Once(operation, scope=scope, key=key, request=wish or Wish(name="a"))


def make(under: Once) -> View:
    """Each time it is carried out, there is one thing more."""
    number = THINGS.handle.count_documents({}) + 1
    view = View(number=number, token="secret")
    changes = Changes()
    under.keep(changes, view)
    changes.insert(THINGS, Thing(id=f"t{number}", name=f"t{number}", owner=f"t{number}"))
    changes.commit()
    return view


def ask(under: Once) -> View:
    return under.answer(View, lambda: make(under))


def test_the_same_key_and_body_is_the_same_answer() -> None:
    assert [ask(once()).number for _ in range(3)] == [1, 1, 1]
    assert THINGS.handle.count_documents({}) == 1


def test_no_key_no_record() -> None:
    assert [ask(once(None)).number for _ in range(2)] == [1, 2]
    assert [ask(once("")).number for _ in range(2)] == [3, 4]
    assert RECORDS.handle.count_documents({}) == 0


@pytest.mark.parametrize("other", [{"key": "k2"}, {"operation": "other"}, {"scope": "eve"}])
def test_a_key_means_nothing_elsewhere(other: dict[str, str]) -> None:
    ask(once())
    assert ask(once(**other)).number == 2  # type: ignore[arg-type]


def test_another_body_is_422() -> None:
    ask(once())
    with pytest.raises(KeyReused) as refused:
        ask(once(wish=Wish(name="b")))
    assert (refused.value.status, refused.value.code) == (422, "idempotency_key_reused")
    assert THINGS.handle.count_documents({}) == 1


def test_a_request_that_failed_may_be_tried_again() -> None:
    under = once()

    def fail() -> View:
        raise Conflict("not now")

    with pytest.raises(Conflict, match="not now"):
        under.answer(View, fail)
    assert ask(once()).number == 1


def test_the_record_stands_and_falls_with_the_effect() -> None:
    under = once()
    changes = Changes()
    under.keep(changes, View(number=1))
    changes.update(THINGS, {"_id": "none"}, {"$set": {"count": 1}}, otherwise=NotFound())
    with pytest.raises(NotFound):
        changes.commit()
    assert RECORDS.handle.count_documents({}) == 0


def test_no_token_is_kept_and_records_go_after_a_week() -> None:
    ask(once())
    (record,) = RECORDS.find({})
    assert "secret" not in record.answer
    assert ask(once()).token is None, "it is derived again by whoever may have it"
    assert KEEP.days == 7
    assert RECORDS.indexes[0].expire_after_seconds == 0


def test_twins_at_the_same_moment_make_one_thing() -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = [done.result().number for done in [pool.submit(lambda: ask(once())) for _ in range(8)]]
    assert set(answers) == {1}
    assert THINGS.handle.count_documents({}) == 1


def test_what_is_kept_may_be_less_than_what_is_answered() -> None:
    under = once()
    first = under.resume(View, lambda: make(under).number * 10, lambda kept: kept.number * 100)
    again = once().resume(View, lambda: make(once()).number * 10, lambda kept: kept.number * 100)
    assert (first, again) == (10, 100)
