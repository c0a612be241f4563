"""Prints what operations cost: `python -m scripts.bench [--times 30] [--cold-times 5] [--layer FOLDER]`.

Timings of one run belong together; those of different runs or machines do not. Round trips and modules are exact.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import logging
import sys
from collections.abc import Callable
from pathlib import Path

import pymongo.monitoring

from commerce.runtime.observability import logger
from scripts.bench import cold
from scripts.bench.meter import TripCounter, cpu_ms
from scripts.bench.operations import Bench, Cost
from scripts.stack.build import build, locked
from scripts.stack.layout import BUILD
from tests.support import fixtures
from tests.support.api import LambdaContext, event

ROOT = Path(__file__).resolve().parents[2]
BUYER = ("create_cart", "add_line", "set_delivery", "get_cart", "place_order", "create_payment", "get_order")


def operations(times: int) -> tuple[list[Cost], float]:
    """The costs of all operations, and the CPU of a handler that does nothing."""
    counter = TripCounter()
    pymongo.monitoring.register(counter)
    with fixtures.shop_of_its_own("souk_bench") as shop:
        return Bench(shop, counter, times=times).run(), cpu_ms(_empty_handler(), times=times)


def _empty_handler() -> Callable[[], object]:
    from commerce.runtime import http, permissions

    app = http.api()

    @app.get("/nothing")
    def nothing() -> dict[str, str]:
        return {}

    handler = http.handler(app, permissions.GUEST)
    return lambda: handler(event("GET", "/nothing"), LambdaContext())


def main(arguments: list[str] | None = None) -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m scripts.bench")
    parser.add_argument("--times", type=int, default=30, help="calls of each operation")
    parser.add_argument("--cold-times", type=int, default=5, help="imports of each function")
    parser.add_argument("--layer", type=Path, help="a built layer's folder `python`; without it one is built")
    wanted = parser.parse_args(arguments)
    logger.setLevel(logging.CRITICAL)
    with contextlib.redirect_stdout(io.StringIO()):
        costs, empty = operations(wanted.times)
    _print_operations(costs, empty)
    if wanted.layer is None:
        with locked("sam"):
            build(ROOT / ".local" / "logs" / "build.log")
            _print_cold(cold.measure(BUILD / "out" / "CommonLayer" / "python", times=wanted.cold_times))
    else:
        _print_cold(cold.measure(wanted.layer, times=wanted.cold_times))
    return 0


def _print_operations(costs: list[Cost], empty: float) -> None:
    print("| operation | CPU ms | floor ms | database | cache | bytes |")
    print("|---|---:|---:|---:|---:|---:|")
    for cost in costs:
        lowest = f"{cost.floor:.2f}" if cost.floor else ""
        mongo, cached = len(cost.trips.mongo), cost.trips.cache
        print(f"| {cost.name} | {cost.cpu:.2f} | {lowest} | {mongo} | {cached} | {cost.size} |")
    print(f"| a handler that does nothing | {empty:.2f} | | 0 | 0 | 2 |")
    _print_sum("whole checkout, the buyer's requests", [cost for cost in costs if cost.name in BUYER])
    _print_sum("whole checkout, the asynchronous part", [cost for cost in costs if cost.side == "after"])


def _print_sum(title: str, costs: list[Cost]) -> None:
    cpu, trips = sum(cost.cpu for cost in costs), sum(cost.trips.total for cost in costs)
    print(f"\n{title}: {cpu:.1f} ms CPU, {trips} round trips, {len(costs)} invocations")


def _print_cold(measured: list[cold.Cold]) -> None:
    print("\n| function | import ms | third-party alone | ratio | modules |")
    print("|---|---:|---:|---:|---:|")
    for one in measured:
        ratio = one.ms / one.bare_ms if one.bare_ms > 1 else 0.0
        print(f"| {one.function} | {one.ms:.0f} | {one.bare_ms:.0f} | {ratio:.2f} | {one.modules} |")


if __name__ == "__main__":
    sys.exit(main())
