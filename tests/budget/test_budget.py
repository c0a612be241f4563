"""What operations may cost: round trips, and the modules that a cold start imports.

The numbers in budget.json only go down, unless the commit says why. `python -m tests.budget.test_budget` writes them
anew.
"""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from scripts.bench import cold
from scripts.bench.__main__ import operations

FILE = Path(__file__).with_name("budget.json")
ROOT = Path(__file__).resolve().parents[2]


def measured_trips() -> dict[str, dict[str, int]]:
    """Round trips by operation."""
    costs, _ = operations(times=1)
    return {cost.name: {"database": len(cost.trips.mongo), "cache": cost.trips.cache} for cost in costs}


def measured_modules() -> dict[str, int]:
    """Modules by function."""
    names = cold.functions()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(names, pool.map(cold.modules, names), strict=True))


def budget(kind: str) -> dict[str, object]:
    """What is allowed."""
    allowed: dict[str, object] = json.loads(FILE.read_text())[kind]
    return allowed


def test_round_trips_are_those_of_the_budget() -> None:
    # In a process of its own: it has servers of its own, and leaves no client of theirs behind for other tests.
    paths = os.pathsep.join(str(ROOT / part) for part in ("", "functions", "layers/common"))
    command = [sys.executable, "-m", "tests.budget.test_budget", "--print-trips"]
    environment = os.environ | {"PYTHONPATH": paths}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.splitlines()[-1]) == budget("round_trips")


@pytest.mark.timeout(600)  # A process for each of some 140 functions.
def test_no_function_imports_more_than_its_budget() -> None:
    allowed = budget("modules")
    found = measured_modules()
    assert set(found) == set(allowed)
    over = {name: f"{found[name]}, allowed {allowed[name]}" for name in found if found[name] > int(str(allowed[name]))}
    assert not over


def test_reads_import_neither_boto3_nor_a_database_driver() -> None:
    """A read that the cache answers pays for nothing else."""
    for function in ("products.list_products", "products.get_product"):
        foreign = {name.partition(".")[0] for name in cold.imported(function)}
        assert not foreign & {"boto3", "pymongo", "stripe", "jwt", "redis"}, function


if __name__ == "__main__":
    if "--print-trips" in sys.argv:
        print(json.dumps(measured_trips()))
        sys.exit(0)
    content = {"round_trips": measured_trips(), "modules": measured_modules()}
    FILE.write_text(json.dumps(content, indent=1) + "\n")
    sys.exit(0)
