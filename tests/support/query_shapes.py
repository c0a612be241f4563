"""Holds every query that the tests make against the declared indexes.

The local engine answers slowly where an index is missing, and so nobody would notice; this listener does. A shape is
what is asked for equality, what for a range, and the order. An index serves it when its keys begin with the equality
fields, go on with the sort fields in their order, and hold the range field after them (MongoDB's ESR guideline,
https://www.mongodb.com/docs/manual/tutorial/equality-sort-range-guideline/), or when a unique index pins one document.

A store may name fields as residual: once an index has bound a field for equality and gives the order that is wanted (or
none is), conditions on those may be looked at in the documents. So the walk never sorts and never begins at everything
there is; what it costs is the page over the share of documents that pass. In such a store an index of one field gathers
what has a value (the products with a word, those of a list made by hand), and what it gathers is sorted: that costs as
much as there are.
"""

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from commerce.runtime.mongo import Declared, Index

_ID = Index((("_id", 1),), unique=True)
_RANGE = {"$gt", "$gte", "$lt", "$lte", "$ne", "$nin", "$exists", "$not"}


@dataclass(frozen=True)
class Shape:
    """What a query asks of an index."""

    equality: frozenset[str]
    range: frozenset[str]
    sort: tuple[tuple[str, int], ...]


def shape_of(where: Mapping[str, Any], sort: Iterable[tuple[str, int]] = ()) -> Shape:
    """The shape of a filter. A field that only fits by `$or` narrows nothing, so it does not count."""
    equality: set[str] = set()
    ranged: set[str] = set()
    for path, condition in where.items():
        if path == "$and":
            for part in condition:
                inner = shape_of(part)
                equality |= inner.equality
                ranged |= inner.range
        elif not path.startswith("$"):
            operators = set(condition) if isinstance(condition, dict) else set()
            (ranged if operators & _RANGE else equality).add(path)
    return Shape(frozenset(equality), frozenset(ranged - equality), tuple(sort))


def serves(index: Index, shape: Shape, where: Mapping[str, Any], residual: frozenset[str] = frozenset()) -> bool:
    """Whether the index answers this shape without walking over what does not belong to it, but for the fields
    (`prices` stands for `prices.USD`) that its store calls residual.
    """
    shape = _without_residual(index, shape, residual)
    if not (shape.equality or shape.range or shape.sort):
        return False  # Everything there is, or only an `$or`.
    for path, condition in (index.partial or {}).items():
        if path not in where or (not isinstance(condition, dict) and where[path] != condition):
            return False
    keys = list(index.keys)
    led = 0
    while led < len(keys) and keys[led][0] in shape.equality:
        led += 1
    if index.unique and led == len(keys):
        return True
    held = {path for path, _ in keys} | set(index.partial or {})
    if not (shape.equality | shape.range) <= held:
        return False
    rest = keys[led:]
    if shape.sort:
        wanted = [(path, way) for path, way in shape.sort if path not in shape.equality]
        given = rest[: len(wanted)]
        forward = given == wanted
        backward = given == [(path, -way) for path, way in wanted]
        return forward or backward
    unled = {
        path for path in shape.equality if path not in {p for p, _ in keys[:led]} and path not in (index.partial or {})
    }
    if unled:
        return False
    return not shape.range or (bool(rest) and rest[0][0] in shape.range) or shape.range <= set(index.partial or {})


def _without_residual(index: Index, shape: Shape, residual: frozenset[str]) -> Shape:
    """What is left to ask of an index that has bound its first field."""
    if not residual or index.keys[0][0] not in shape.equality:
        return shape
    sort = shape.sort if len(index.keys) > 1 else ()
    ordered = {path for path, _ in index.keys} if sort else {index.keys[0][0]}
    left = {path for path in shape.equality | shape.range if path.partition(".")[0] in residual} - ordered
    return Shape(shape.equality - left, shape.range - left, sort)


_thread = threading.local()


@contextmanager
def looking() -> Iterator[None]:
    """The test itself looks into the database, not the shop."""
    _thread.looking = True
    try:
        yield
    finally:
        _thread.looking = False


class Watcher(CommandListener):
    """Notes every query that no declared index serves, while it is asked to."""

    def __init__(self) -> None:
        self._indexes: dict[str, tuple[Index, ...]] = {}
        self._residual: dict[str, frozenset[str]] = {}
        self._watching = False
        self._unknown: dict[str, None] = {}
        self.round_trips = 0

    def declare(self, collections: Iterable[Declared]) -> None:
        """What there is."""
        declared = list(collections)
        self._indexes = {collection.name: collection.indexes for collection in declared}
        self._residual = {collection.name: collection.residual for collection in declared}

    def begin(self) -> None:
        """From here on, the queries are the shop's own."""
        self._watching, self._unknown, self.round_trips = True, {}, 0

    def end(self) -> list[str]:
        """What was asked without an index."""
        self._watching = False
        return list(self._unknown)

    def started(self, event: CommandStartedEvent) -> None:
        if getattr(_thread, "looking", False):
            return
        self.round_trips += 1
        if self._watching:
            for collection, where, sort in _queries(event.command_name, event.command):
                self._check(collection, where, sort)

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Of no interest."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Of no interest."""

    def _check(self, collection: str, where: Mapping[str, Any], sort: tuple[tuple[str, int], ...]) -> None:
        shape = shape_of(where, sort)
        indexes = (_ID, *self._indexes.get(collection, ()))
        residual = self._residual.get(collection, frozenset())
        if not any(serves(index, shape, where, residual) for index in indexes):
            self._unknown[f"{collection}: {dict(where)} sort {list(sort)}"] = None


type _Query = tuple[str, Mapping[str, Any], tuple[tuple[str, int], ...]]


def _queries(name: str, command: Mapping[str, Any]) -> Iterable[_Query]:
    """The (collection, filter, sort) of everything that a command looks for."""
    match name:
        case "find":
            return [(command["find"], command.get("filter") or {}, _sort(command))]
        case "findAndModify":
            return [(command["findAndModify"], command["query"], _sort(command))]
        case "update" | "delete":
            return [(command[name], part["q"], ()) for part in command[f"{name}s"]]
        case "aggregate" if isinstance(command["aggregate"], str):
            return [(command["aggregate"], *opening(command["pipeline"]))]
        case "bulkWrite":
            names = [space["ns"].partition(".")[2] for space in command["nsInfo"]]
            kinds = ("update", "delete")
            return [(names[op[kind]], op["filter"], ()) for op in command["ops"] for kind in kinds if kind in op]
    return []


def opening(pipeline: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], tuple[tuple[str, int], ...]]:
    """What a pipeline begins with, as the server's optimizer takes it: neighbouring $match stages are one, and a $sort
    that follows them can come from an index (https://www.mongodb.com/docs/manual/core/aggregation-pipeline-optimization/).
    """
    matches: list[Mapping[str, Any]] = []
    for stage in pipeline:
        if "$match" in stage:
            matches.append(stage["$match"])
        else:
            order = tuple(stage.get("$sort", {}).items()) if matches else ()
            break
    else:
        order = ()
    paths = [path for match in matches for path in match]
    merged = {path: condition for match in matches for path, condition in match.items()}
    return (merged if len(paths) == len(merged) else {"$and": matches}), order


def _sort(command: Mapping[str, Any]) -> tuple[tuple[str, int], ...]:
    return tuple((command.get("sort") or {}).items())
