"""docs/operations.md against the functions that there are and the events that they hear."""

import re
from collections import Counter
from collections.abc import Iterator

from scripts.generate import ROOT, facts, handlers
from tests.support.bus import subscriptions

PRIVACY = "on_privacy_event"


def rows(section: str) -> Iterator[list[str]]:
    """The cells of a section's table."""
    text = (ROOT / "docs" / "operations.md").read_text()
    part = re.search(rf"^## {section}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert part, section
    for line in part[1].splitlines():
        if line.startswith("| ") and not line.startswith(("| function |", "| fact |")):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def test_each_function_has_its_place_once() -> None:
    services = sorted({name.partition(".")[0] for name, _ in handlers()})
    told = Counter(
        f"{service}.{name}" for service in services for cells in rows(service) for name in cells[0].split(", ")
    )
    everywhere = Counter(f"{service}.{PRIVACY}" for service in services_with(PRIVACY))  # The same in each; told once.
    assert told | everywhere == Counter(name for name, _ in handlers())


def test_each_fact_has_its_place_once_and_says_who_hears_it() -> None:
    told: dict[str, set[str]] = {}
    for names, _, heard in rows("Events"):
        for name in names.split(", "):
            assert name not in told, name
            told[name] = set(re.findall(r"\w+\.\w+", heard))
            if f"{PRIVACY} of every service" in heard:
                told[name] |= {f"{of}.{PRIVACY}" for of in services_with(PRIVACY) if f"but {of}" not in heard}
    heard_by: dict[str, set[str]] = {fact.__name__: set() for fact in facts()}
    for consumer, pairs in subscriptions().items():
        for _, kind in pairs:
            heard_by[kind].add(consumer)
    assert told == heard_by


def services_with(operation: str) -> set[str]:
    """The services that have a function of this name."""
    return {name.partition(".")[0] for name, _ in handlers() if name.endswith(f".{operation}")}
