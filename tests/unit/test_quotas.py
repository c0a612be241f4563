"""Quotas: never more than the limit, whoever asks at the same moment; given back exactly."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commerce.runtime import quotas
from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.errors import Conflict, Stale
from commerce.runtime.quotas import QUOTAS, Taken
from tests.support.race import together
from tests.unit.things import THINGS, Thing


class LimitReached(Conflict):
    code = "limit_reached"


@pytest.fixture(autouse=True)
def _ready(database: None) -> None:
    pass


def take(key: str, n: int, limit: int) -> None:
    changes = Changes()
    quotas.take(changes, Taken(key=key, n=n, limit=limit))
    changes.commit()


def give_back(key: str, n: int) -> None:
    changes = Changes()
    quotas.give_back(changes, Taken(key=key, n=n, limit=0))
    changes.commit()


def buy(number: int, n: int, limit: int) -> Callable[[], int]:
    """Reads, decides and takes, beside another write: as an order does."""

    def attempt() -> int:
        wanted = Taken(key="k", n=n, limit=limit)
        if quotas.missing([wanted]):
            raise LimitReached
        changes = Changes()
        changes.insert(THINGS, Thing(id=f"t{number}", name=f"thing {number}", owner=f"{number}"))
        quotas.take(changes, wanted)
        changes.commit()
        return n

    return lambda: retry_stale(attempt)


def test_up_to_the_limit_and_no_further() -> None:
    take("k", 2, 3)
    with pytest.raises(Stale):
        take("k", 2, 3)
    take("k", 1, 3)
    with pytest.raises(Stale):
        take("k", 1, 3)
    take("other", 3, 3)
    assert quotas.used(["k", "other", "nobody's"]) == {"k": 3, "other": 3}


@pytest.mark.parametrize(("n", "limit"), [(4, 3), (1, 0)])
def test_more_than_the_whole_limit_begins_no_counter(n: int, limit: int) -> None:
    assert quotas.missing([Taken(key="k", n=n, limit=limit)])
    with pytest.raises(Stale):
        take("k", n, limit)
    assert QUOTAS.find({}) == []


def test_what_is_missing() -> None:
    take("k", 2, 3)
    fits, not_any_more = Taken(key="k", n=1, limit=3), Taken(key="k", n=2, limit=3)
    assert quotas.missing([fits, not_any_more, Taken(key="new", n=3, limit=3)]) == [not_any_more]


def test_a_limit_that_was_lowered_stops_the_next_one() -> None:
    take("k", 3, 5)
    with pytest.raises(Stale):
        take("k", 1, 2)
    assert quotas.used(["k"]) == {"k": 3}


def test_given_back_it_can_be_taken_again_and_an_empty_counter_goes() -> None:
    take("k", 3, 3)
    give_back("k", 2)
    assert quotas.used(["k"]) == {"k": 1}
    take("k", 2, 3)
    give_back("k", 3)
    assert QUOTAS.find({}) == []


def test_never_below_nothing() -> None:
    take("k", 1, 3)
    give_back("k", 2)
    assert quotas.used(["k"]) == {"k": 1}


def test_nothing_is_taken_when_the_rest_of_the_change_fails() -> None:
    changes = Changes()
    quotas.take(changes, Taken(key="k", n=1, limit=3))
    changes.update(THINGS, {"_id": "not there"}, {"$inc": {"count": 1}}, otherwise=Conflict())
    with pytest.raises(Conflict):
        changes.commit()
    assert QUOTAS.find({}) == []


def test_asking_for_nothing_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QUOTAS, "find", None)
    assert quotas.used([]) == {}
    assert quotas.missing([]) == []


@pytest.mark.parametrize("limit", [1, 5])
def test_racing_buyers_get_exactly_the_limit(limit: int) -> None:
    outcomes = together([buy(number, 1, limit) for number in range(12)])
    assert outcomes.count(1) == limit, outcomes
    assert all(isinstance(lost, LimitReached) for lost in outcomes if lost != 1), outcomes
    assert quotas.used(["k"]) == {"k": limit}
    assert THINGS.handle.count_documents({}) == limit


def test_taking_and_giving_back_at_once_loses_nothing() -> None:
    for number in range(6):
        buy(number, 1, 100)()
    back = [lambda: give_back("k", 1)] * 6
    jobs = [*back, *(buy(number, 2, 100) for number in range(10, 16))]
    random.Random(4).shuffle(jobs)
    outcomes = together(jobs)
    assert not [lost for lost in outcomes if isinstance(lost, Exception)], outcomes
    assert quotas.used(["k"]) == {"k": 12}


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(1, 4)), max_size=12), st.integers(0, 5))
def test_like_a_simple_counter(steps: list[tuple[bool, int]], limit: int) -> None:
    QUOTAS.handle.delete_many({})
    taken = 0
    for takes, n in steps:
        if takes:
            fits = taken + n <= limit
            try:
                take("k", n, limit)
                assert fits
                taken += n
            except Stale:
                assert not fits
        else:
            give_back("k", n)
            taken -= n if n <= taken else 0
        assert quotas.used(["k"]).get("k", 0) == taken <= limit


def test_people_are_not_readable_in_a_key() -> None:
    assert "ada" not in quotas.person("email", "ada@example.com")
    assert quotas.person("email", "ada") != quotas.person("user", "ada")
