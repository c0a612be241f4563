"""What carts and placements cost: `python -m scripts.bench.checkout [--times 20] [--orders 400] [--processes 4]`.

First by the number of lines, in this process: CPU and round trips, without rules and with a shop's worth of them. Then
placements by several processes at once, when all want the same SKU, some of fifty, or each its own.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import logging
import multiprocessing
import os
import random
import sys
import time
import unittest.mock
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pymongo.monitoring

from commerce.runtime import outbox
from commerce.runtime.errors import ShopError
from commerce.runtime.observability import logger
from scripts.bench.meter import TripCounter
from scripts.bench.operations import Bench, Cost
from scripts.sandbox.testing import running_sandbox
from tests.support import fixtures, race, rules, servers
from tests.support.api import event
from tests.support.bus import Bus
from tests.support.query_shapes import Watcher
from tests.support.shop import Buyer, Shop

LINES = (1, 10, 50)
PATTERNS = {"one SKU": 1, "50 SKUs": 50, "none shared": 0}


# --------------------------------------------------------------------------------------------------------- by the line


def by_lines(shop: Shop, counter: TripCounter, times: int) -> Iterator[Cost]:
    """add_line, get_cart and place_order with so many lines; first without rules, then with them."""
    for number in range(max(LINES)):
        shop.stock(f"LINE-{number}", 10**6, price=1000 + number)
    bench = Bench(shop, counter, times=times)
    for kind in ("no rules", "rules"):
        if kind == "rules":
            shopful()
        for lines in LINES:
            yield from _with_lines(bench, lines, kind)


def shopful() -> None:
    """Rules as a shop has them: four zones with three methods each, thirty tax rates, five promotions."""
    for country in ("GB", "US", "DE", ""):
        zone = rules.zone(areas=[{"country": country}]) if country else rules.zone()
        for position in range(3):
            rules.method(zone.id, position=position, free_over={"USD": 100_000})
    for number in range(29):
        rules.tax("US", 60_000 + number, region=f"R{number}")
    rules.tax("GB", 200_000, included=True)
    for number in range(5):
        rules.promotion(title=f"Offer {number}", basis_points=100 + number, minimums={"USD": 100})


def _with_lines(bench: Bench, lines: int, kind: str) -> Iterator[Cost]:
    def ready(number: int) -> Buyer:
        buyer = bench.buyer()
        bench.shop.cart_with(buyer, *((f"LINE-{each}", 1) for each in range(number)))
        return buyer

    def adding() -> tuple[str, dict[str, Any]]:
        buyer = ready(lines - 1)
        body = {"sku": f"LINE-{lines - 1}", "quantity": 1}
        return "carts.add_line", event("POST", f"/carts/{buyer.cart_id}/lines", body=body, headers=buyer.headers())

    def looking() -> tuple[str, dict[str, Any]]:
        buyer = ready(lines)
        return "carts.get_cart", event("GET", f"/carts/{buyer.cart_id}", headers=buyer.headers())

    def placing() -> tuple[str, dict[str, Any]]:
        buyer = ready(lines)
        quote = bench.shop.cart(buyer).json["quote"]["hash"]
        body = {"cart_id": buyer.cart_id, "quote_hash": quote}
        return "orders.place_order", event("POST", "/orders", body=body, headers=buyer.headers())

    for name, request in (("add_line", adding), ("get_cart", looking), ("place_order", placing)):
        yield bench.measure(f"{name}, {lines} lines, {kind}", "buyer", request)


# ------------------------------------------------------------------------------------------------------ all at one time


@dataclass
class Outcome:
    """What one process did. `seconds` from the first placement to the last."""

    placed: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    aborted: int = 0
    began: float = 0.0
    ended: float = 0.0


class Aborts(pymongo.monitoring.CommandListener):
    """Counts transactions that were given up."""

    def __init__(self) -> None:
        self.count = 0

    def started(self, happening: pymongo.monitoring.CommandStartedEvent) -> None:
        """A command is on its way."""
        self.count += happening.command_name == "abortTransaction"

    def succeeded(self, happening: pymongo.monitoring.CommandSucceededEvent) -> None:
        """Of no interest."""

    def failed(self, happening: pymongo.monitoring.CommandFailedEvent) -> None:
        """Of no interest."""


@dataclass(frozen=True)
class Task:
    """What one process is to do: so many orders of one of so many shared SKUs, or each of a SKU of its own (0)."""

    number: int
    orders: int
    shared: int
    environment: dict[str, str]


def _work(task: Task, gate: Any, answers: Any) -> None:
    """One process: makes its carts, waits for the others, then orders them all."""
    number, shared = task.number, task.shared
    os.environ.update(task.environment)
    logger.setLevel(logging.CRITICAL)
    aborts = Aborts()
    pymongo.monitoring.register(aborts)
    unittest.mock.patch.object(outbox, "_bus", return_value=Bus()).start()  # There is none to publish to.
    dice = random.Random(number)  # noqa: S311  (orders, the same every time)
    with contextlib.redirect_stdout(io.StringIO()):
        jobs: list[Callable[[], object]] = []
        for each in range(task.orders):
            sku = f"RACE-{dice.randrange(shared)}" if shared else f"OWN-{number}-{each}"
            jobs.append(race.ready(sku, email=f"racer-{shared}-{number}-{each}@example.com"))
        gate.wait()
        aborts.count, outcome = 0, Outcome(began=time.time())
        for job in jobs:
            try:
                job()
                outcome.placed += 1
            except ShopError as error:
                outcome.refused[error.code] = outcome.refused.get(error.code, 0) + 1
        outcome.ended, outcome.aborted = time.time(), aborts.count
    answers.put(outcome)


def placements(
    shop: Shop, environment: dict[str, str], *, orders: int, processes: int
) -> Iterator[tuple[str, Outcome]]:
    """Placements per pattern, summed over the processes."""
    spawning = multiprocessing.get_context("spawn")
    for pattern, shared in PATTERNS.items():
        each = orders // processes
        names = [f"RACE-{n}" for n in range(shared)] or [f"OWN-{p}-{n}" for p in range(processes) for n in range(each)]
        for sku in names:
            shop.stock(sku, 10**6)
        gate, answers = spawning.Barrier(processes), spawning.Queue()
        tasks = [Task(number, each, shared, environment) for number in range(processes)]
        workers = [spawning.Process(target=_work, args=(task, gate, answers)) for task in tasks]
        for worker in workers:
            worker.start()
        outcomes = [answers.get(timeout=600) for _ in workers]
        for worker in workers:
            worker.join()
        total = Outcome(began=min(o.began for o in outcomes), ended=max(o.ended for o in outcomes))
        for outcome in outcomes:
            total.placed += outcome.placed
            total.aborted += outcome.aborted
            for code, count in outcome.refused.items():
                total.refused[code] = total.refused.get(code, 0) + count
        yield pattern, total


def main(arguments: list[str] | None = None) -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m scripts.bench.checkout")
    parser.add_argument("--times", type=int, default=20, help="calls of each operation")
    parser.add_argument("--orders", type=int, default=400, help="placements of each pattern")
    parser.add_argument("--processes", type=int, default=4)
    wanted = parser.parse_args(arguments)
    logger.setLevel(logging.CRITICAL)
    counter = TripCounter()
    pymongo.monitoring.register(counter)
    with contextlib.ExitStack() as stack:
        known: dict[str, Any] = {
            "mongo_uri": stack.enter_context(servers.mongo_server()),
            "cache_url": stack.enter_context(servers.valkey_server()),
            "sandbox": stack.enter_context(running_sandbox()),
        }
        known["database"] = stack.enter_context(fixtures.made_database(known["mongo_uri"], "souk_bench", Watcher()))
        shop = stack.enter_context(fixtures.open_shop(**known))
        with contextlib.redirect_stdout(io.StringIO()):
            races = list(
                placements(shop, fixtures.environment(**known), orders=wanted.orders, processes=wanted.processes)
            )
            costs = list(by_lines(shop, counter, wanted.times))
    print("| operation | CPU ms | floor ms | database | cache | bytes |\n|---|---:|---:|---:|---:|---:|")
    for cost in costs:
        trips = cost.trips
        print(f"| {cost.name} | {cost.cpu:.2f} | {cost.floor:.2f} | {len(trips.mongo)} | {trips.cache} | {cost.size} |")
    print("\n| placements | per second | aborted per success | refused |\n|---|---:|---:|---|")
    for pattern, outcome in races:
        rate = outcome.placed / (outcome.ended - outcome.began)
        print(f"| {pattern} | {rate:.0f} | {outcome.aborted / outcome.placed:.2f} | {outcome.refused or ''} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
