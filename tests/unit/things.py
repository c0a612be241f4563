"""A collection and a fact to try the runtime with."""

from typing import ClassVar

from commerce.runtime.events import Fact
from commerce.runtime.mongo import Collection, Index, Versioned


class Thing(Versioned):
    """Something stored."""

    name: str
    owner: str = ""
    count: int = 0


class Things(Collection[Thing]):
    """The collection `unit_things`."""

    name = "unit_things"
    model = Thing
    indexes = (Index((("name", 1),), unique=True), Index((("owner", 1), ("count", 1)), unique=True))


class ThingMade(Fact):
    """A thing was made."""

    source: ClassVar[str] = "souk.unit"

    thing_id: str
    note: str = ""


THINGS = Things()
