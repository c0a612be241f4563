"""What operations may cost in round trips, and what reads may not import.

The numbers in round_trips.json only go down, unless the commit says why. `python -m tests.budget.test_budget` writes
them anew. The modules that a cold start loads are counted where functions start cold: tests/layer.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from scripts.bench import cold
from scripts.bench.__main__ import operations

FILE = Path(__file__).with_name("round_trips.json")
ROOT = Path(__file__).resolve().parents[2]


def measured_trips() -> dict[str, dict[str, int]]:
    """Round trips by operation."""
    costs, _ = operations(times=1)
    return {cost.name: {"database": len(cost.trips.mongo), "cache": cost.trips.cache} for cost in costs}


def test_round_trips_are_those_of_the_budget() -> None:
    # In a process of its own: it has servers of its own, and leaves no client of theirs behind for other tests.
    paths = os.pathsep.join(str(ROOT / part) for part in ("", "functions", "layers/common"))
    command = [sys.executable, "-m", "tests.budget.test_budget", "--print"]
    environment = os.environ | {"PYTHONPATH": paths}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.splitlines()[-1]) == json.loads(FILE.read_text())


def test_reads_import_neither_boto3_nor_a_database_driver() -> None:
    """A read that the cache answers pays for nothing else."""
    for function in ("products.list_products", "products.get_product"):
        foreign = {name.partition(".")[0] for name in cold.imported(function)}
        assert not foreign & {"boto3", "pymongo", "stripe", "jwt", "redis"}, function


if __name__ == "__main__":
    if "--print" in sys.argv:
        print(json.dumps(measured_trips()))
        sys.exit(0)
    FILE.write_text(json.dumps(measured_trips(), indent=1) + "\n")
    sys.exit(0)
