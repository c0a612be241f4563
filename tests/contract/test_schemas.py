"""What was published once stays readable: a change that breaks readers needs a new schema version."""

import json
import subprocess
from typing import Any

import pytest

from commerce.runtime.events import Fact
from scripts.generate import ROOT, SCHEMAS, facts, schema
from tests.contract.compatibility import breaks

NAMES = [fact.__name__ for fact in facts()]


def committed(path: str) -> list[dict[str, Any]]:
    """The file as it is at HEAD, and as it was before its last change."""

    def git(*arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
        return done.stdout if done.returncode == 0 else ""

    revisions = ["HEAD", *(f"{commit}^" for commit in git("log", "-1", "--format=%H", "--", path).split())]
    return [json.loads(text) for revision in revisions if (text := git("show", f"{revision}:{path}"))]


@pytest.mark.parametrize("fact", facts(), ids=NAMES)
def test_the_code_and_the_committed_schema_agree(fact: type[Fact]) -> None:
    path = SCHEMAS / f"{fact.__name__}.v{fact.schema_version}.json"
    assert json.loads(path.read_text()) == json.loads(json.dumps(schema(fact))), "run `make generate`"


@pytest.mark.parametrize("fact", facts(), ids=NAMES)
def test_no_change_breaks_readers_without_a_new_version(fact: type[Fact]) -> None:
    path = f"events/schemas/{fact.__name__}.v{fact.schema_version}.json"
    for old in committed(path):
        assert breaks(old, fact) == [], "raise schema_version"


# The judge itself.


class Told(Fact):
    source = "souk.test"
    name: str
    note: str = ""


class WithMore(Fact):
    source = "souk.test"
    name: str
    note: str = ""
    more: str = ""


class WithDemand(Fact):
    source = "souk.test"
    name: str
    note: str = ""
    more: str


class WithLess(Fact):
    source = "souk.test"
    name: str


class WithOtherType(Fact):
    source = "souk.test"
    name: int
    note: str = ""


class Stricter(Fact):
    source = "souk.test"
    name: str
    note: str


@pytest.mark.parametrize(
    ("now", "verdict"),
    [
        (Told, []),
        (WithMore, []),
        (WithDemand, ["data.more is demanded, but older events need not have it"]),
        (WithLess, ["data.note is gone"]),
        (WithOtherType, ["data.name is of another type"]),
        (Stricter, ["data.note is demanded, but older events need not have it"]),
    ],
)
def test_what_breaks_readers(now: type[Fact], verdict: list[str]) -> None:
    assert breaks(schema(Told), now) == verdict
