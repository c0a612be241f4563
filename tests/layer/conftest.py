"""The whole tour once more, every function in a process of its own that has nothing but the built layer."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from commerce.runtime.clock import now
from scripts.generate import FUNCTIONS, handlers
from scripts.samples import SAMPLES
from scripts.sandbox.testing import Sandbox
from tests.layer.aws import aws
from tests.layer.building import built_layer, clean_python
from tests.support.bus import resources, template
from tests.support.fixtures import environment, open_shop
from tests.support.recording import recording
from tests.support.tour import Tour

WORKER = Path(__file__).with_name("worker.py")
# Each takes some 70 MB. The tour goes from one matter to the next, so that few are called again after they were closed.
MOST_ALIVE = 24


class Raised(Exception):
    """What a function raised over there."""


@dataclass(frozen=True)
class Said:
    """What a function answered in its clean environment."""

    event: dict[str, Any]
    answer: Any
    error: list[str] | None
    modules: frozenset[str]
    compiled_anew: list[str]


def given(function: str) -> set[str]:
    """The names of the environment variables that the template gives this function."""
    bodies = [body["Properties"] for body in resources().values() if body["Type"] == "AWS::Serverless::Function"]
    own = next(body for body in bodies if body["Handler"] == f"{function}.handler")
    shared = template()["Globals"]["Function"]["Environment"]["Variables"]
    return {*shared, *own.get("Environment", {}).get("Variables", {})}


@dataclass
class House:
    """Execution environments by function, begun at the first call; of those that are idle the oldest ends, as in the
    cloud.
    """

    layer: Path
    python: Path
    settings: dict[str, str]
    log: Path
    said: dict[str, list[Said]] = field(default_factory=dict)
    asked_aws: set[str] = field(default_factory=set)
    alive: dict[str, subprocess.Popen[str]] = field(default_factory=dict)
    loaded: dict[str, int] = field(default_factory=dict)

    def handler(self, function: str) -> Callable[[dict[str, Any], Any], Any]:
        """Calls the function in its own environment."""

        def handle(event: dict[str, Any], _context: Any) -> Any:
            said = self.call(function, event)
            if said.error:
                raise Raised(said.error[1])
            return said.answer

        return handle

    def call(self, function: str, event: dict[str, Any]) -> Said:
        """One invocation."""
        process = self._environment(function)
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps({"event": event, "at": now().timestamp()}) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        assert line, f"{function} ended: {self.log.read_text()[-3000:]}"
        read = json.loads(line)
        said = Said(event, read["answer"], read["error"], frozenset(read["modules"]), read["compiled_anew"])
        self.said.setdefault(function, []).append(said)
        return said

    def close(self, function: str) -> None:
        """The environment is gone; the next call is a cold start."""
        if process := self.alive.pop(function, None):
            process.kill()
            process.communicate()

    def _environment(self, function: str) -> subprocess.Popen[str]:
        if function in self.alive:
            self.alive[function] = self.alive.pop(function)  # The one that was used last stands last.
        else:
            for idle in list(self.alive)[: 1 - MOST_ALIVE]:
                self.close(idle)
            command = [str(self.python), "-I", "-B", str(WORKER), str(FUNCTIONS), str(self.layer), function]
            with self.log.open("a") as log:
                begun = subprocess.Popen(
                    command,
                    env=self._variables(function),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    text=True,
                )
            assert begun.stdout
            self.loaded[function] = json.loads(begun.stdout.readline() or "0")
            self.alive[function] = begun
        return self.alive[function]

    def _variables(self, function: str) -> dict[str, str]:
        """What the template gives this function, and what Lambda gives all of them. The key tells AWS who asks."""
        lambdas_own = {
            "AWS_ACCESS_KEY_ID": function,
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_REGION": "us-east-1",
            "PATH": os.defpath,
        }
        names = given(function)
        return lambdas_own | {name: value for name, value in self.settings.items() if name in names}


@pytest.fixture(scope="module")
def house(
    _database: str, mongo_uri: str, cache_url: str, sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """After the tour, and after every function was given its sample too."""
    log = tmp_path_factory.mktemp("layer") / "functions.log"
    servers = {"mongo_uri": mongo_uri, "database": _database, "cache_url": cache_url, "sandbox": sandbox}
    with open_shop(**servers, balanced=False) as shop, aws(shop) as (endpoint, asked):  # type: ignore[arg-type]
        settings = environment(**servers) | {"AWS_ENDPOINT_URL": endpoint}  # type: ignore[arg-type]
        opened = House(built_layer(), clean_python(), settings, log, asked_aws=asked)
        try:
            with recording(instead=opened.handler):
                Tour(shop).take()
            for function, _ in handlers():
                opened.call(function, json.loads((SAMPLES / f"{function}.json").read_text()))
            yield opened
        finally:
            for function in list(opened.alive):
                opened.close(function)
