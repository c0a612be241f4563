"""The edge's gate: so many at once, the rest in order, nobody forgotten."""

import asyncio

import pytest

from scripts.edge.gate import Gate
from scripts.edge.problems import Problem
from tests.stack.edge import run


async def _hold(gate: Gate, until: asyncio.Event, log: list[int], number: int) -> None:
    async with gate.passage():
        log.append(number)
        await until.wait()


async def _settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_lets_through_its_limit_and_the_others_in_order() -> None:
    async def scene() -> list[int]:
        gate, until, log = Gate(limit=2), asyncio.Event(), list[int]()
        tasks = [asyncio.create_task(_hold(gate, until, log, number)) for number in range(6)]
        await _settle()
        assert (gate.inside, gate.waiting) == (2, 4)
        until.set()
        await asyncio.gather(*tasks)
        assert (gate.inside, gate.waiting) == (0, 0)
        return log

    assert run(scene()) == [0, 1, 2, 3, 4, 5]


def test_two_for_each_core_by_default() -> None:
    assert Gate().limit >= 2


def test_refuses_at_once_when_too_many_wait() -> None:
    async def scene() -> Problem:
        gate, until = Gate(limit=1, waiting_limit=1), asyncio.Event()
        tasks = [asyncio.create_task(_hold(gate, until, [], number)) for number in range(2)]
        await _settle()
        with pytest.raises(Problem) as refused:
            async with gate.passage():
                pass
        until.set()
        await asyncio.gather(*tasks)
        return refused.value

    problem = run(scene())
    assert (problem.status, problem.code, problem.retry_after) == (503, "busy", 2)


def test_gives_up_after_its_time_and_leaves_the_queue() -> None:
    async def scene() -> None:
        gate, until = Gate(limit=1, waiting_seconds=0.02), asyncio.Event()
        first = asyncio.create_task(_hold(gate, until, [], 0))
        await _settle()
        with pytest.raises(Problem):
            async with gate.passage():
                pass
        assert (gate.inside, gate.waiting) == (1, 0)
        until.set()
        await first
        assert gate.inside == 0

    run(scene())


def test_a_place_is_not_lost_when_its_taker_is_cancelled_in_that_moment() -> None:
    async def scene() -> None:
        gate, until = Gate(limit=1), asyncio.Event()
        first = asyncio.create_task(_hold(gate, until, [], 0))
        await _settle()
        log: list[int] = []
        second = asyncio.create_task(_hold(gate, until, log, 1))
        third = asyncio.create_task(_hold(gate, until, log, 2))
        await _settle()
        until.set()
        await asyncio.sleep(0)  # the first leaves and hands its place to the second ...
        second.cancel()  # ... who is gone before taking it
        await asyncio.gather(first, second, third, return_exceptions=True)
        assert log == [2] or log == [1, 2]
        assert (gate.inside, gate.waiting) == (0, 0)

    run(scene())
