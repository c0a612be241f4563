"""The floor: the same commands by the bare driver, and the same JSON in and out, without a line of ours.

Reads are repeated as they were. Writes go to a collection of the bench's own, with documents of the same content, since
the same document can't be inserted twice; a transaction stays a transaction.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from pymongo import InsertOne, ReplaceOne

from commerce.runtime import mongo
from scripts.bench.meter import Trips

SCRATCH = "bench_floor"
_READS = {"find", "aggregate"}


def of(trips: Trips, answer: str) -> Callable[[], None]:
    """An action that does what these commands did, and no more."""
    steps = [step for command in trips.mongo for step in _steps(command)]
    return lambda: _run(steps, answer)


def _run(steps: list[Callable[[], None]], answer: str) -> None:
    for step in steps:
        step()
    json.dumps(json.loads(answer or "{}"))


def _steps(command: dict[str, Any]) -> list[Callable[[], None]]:
    name = next(iter(command))
    if name in _READS:
        kept = ("find", "filter", "sort", "limit", "aggregate", "pipeline", "cursor", "batchSize", "singleBatch")
        bare = {key: value for key, value in command.items() if key in kept}
        return [lambda: _discard(mongo.database().command(bare))]
    if name == "bulkWrite":
        return [lambda: _bulk(command)]
    if name in {"update", "findAndModify"}:
        return [
            lambda: _discard(mongo.database()[SCRATCH].update_one({"_id": "one"}, {"$set": {"at": 1}}, upsert=True))
        ]
    return []  # commitTransaction is part of the bulk write's own transaction


def _bulk(command: dict[str, Any]) -> None:
    namespace = f"{mongo.database().name}.{SCRATCH}"
    operations: list[Any] = []
    for number, operation in enumerate(command["ops"]):
        if "insert" in operation:
            operations.append(InsertOne({**operation["document"], "_id": uuid4().hex}, namespace=namespace))
        else:
            content = operation["updateMods"]
            plain = {key: value for key, value in content.items() if not key.startswith("$")} if content else {}
            document = {**plain, "_id": f"row-{number}"}
            operations.append(ReplaceOne({"_id": document["_id"]}, document, upsert=True, namespace=namespace))
    if command.get("txnNumber") is not None and command.get("autocommit") is False:
        with mongo.client().start_session() as session, session.start_transaction():
            mongo.client().bulk_write(operations, session=session, verbose_results=True)
    else:
        mongo.client().bulk_write(operations, verbose_results=True)


def _discard(_answer: object) -> None:
    """Nobody looks at it."""
