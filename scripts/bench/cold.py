"""Cold starts: what importing a function costs from the built layer, beside its third-party imports alone."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Runs in a fresh interpreter: imports what it is told and prints the CPU time, how many modules of others that loaded
# (our own cost little, and how we cut them into files is free), and which of them are not Python's either.
_PROGRAM = """
import contextlib, importlib, json, sys, time
wanted, ours = json.loads(sys.argv[1])
before = set(sys.modules)
began = time.process_time()
for name in wanted:
    with contextlib.suppress(ImportError):
        importlib.import_module(name)
spent = time.process_time() - began
new = [name for name in sys.modules if name not in before]
foreign = [n for n in new if n.partition(".")[0] not in {*ours, *sys.stdlib_module_names} and not n.startswith("_")]
others = [name for name in new if name.partition(".")[0] not in ours]
print(json.dumps([spent * 1000, len(others), foreign]))
"""


@dataclass
class Cold:
    """One function's import: milliseconds of CPU, modules of others loaded, and the same without our code."""

    function: str
    ms: float
    bare_ms: float
    modules: int


def functions() -> list[str]:
    """Every function's dotted name."""
    found = sorted((ROOT / "functions").rglob("*.py"))
    return [".".join(p.relative_to(ROOT / "functions").with_suffix("").parts) for p in found if p.name != "__init__.py"]


def measure(layer: Path, *, times: int) -> list[Cold]:
    """Imports every function so many times, each in an interpreter of its own."""
    return [measure_one(function, layer, times=times) for function in functions()]


def imported(function: str) -> list[str]:
    """The modules of third parties that importing a function loads in this environment."""
    return _fresh([function], ROOT / "layers" / "common")[2]


def measure_one(function: str, layer: Path, *, times: int) -> Cold:
    """Imports one function so many times, each in an interpreter of its own."""
    runs, bare = [], []
    for _ in range(times):  # in turn, so that both meet the same weather
        runs.append(_fresh([function], layer))
        bare.append(_fresh(runs[0][2], layer)[0])
    return Cold(function, statistics.median(run[0] for run in runs), statistics.median(bare), runs[0][1])


def _fresh(names: list[str], common: Path) -> tuple[float, int, list[str]]:
    services = [path.name for path in (ROOT / "functions").iterdir() if path.is_dir()]
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join([str(common), str(ROOT / "functions")]),
        "POWERTOOLS_SERVICE_NAME": "bench",
        "POWERTOOLS_METRICS_NAMESPACE": "Souk",
    }
    command = [sys.executable, "-c", _PROGRAM, json.dumps([names, ["commerce", *services]])]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    milliseconds, count, foreign = json.loads(done.stdout)
    return milliseconds, count, foreign
