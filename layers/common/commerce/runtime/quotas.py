"""Quotas: how much of something one customer may have, counted exactly however many ask at the same moment.

    wanted = Taken(key=key, n=2, limit=3)
    if quotas.missing([wanted]):
        raise LimitReached
    quotas.take(changes, wanted)

A counter per key, moved in the transaction of what it counts. The guard is the write's own, so what was read before
need not be right: who was too late is stale, reads again, and is told then. Whoever takes remembers what was taken, to
give it back once (an order does, guarded by its own state).
"""

import hashlib
from collections.abc import Iterable

from pydantic import BaseModel

from commerce.runtime.changes import Changes
from commerce.runtime.mongo import Collection, Document


class Taken(BaseModel):
    """So much, under a key, of so much at most. `personal` says whether the key holds who took it, as a hash: then it
    is given back when they are forgotten. What all customers have together stays taken.
    """

    key: str
    n: int
    limit: int
    personal: bool = True


class Quota(Document):
    """How much of it is taken; the id says of what, and by whom."""

    used: int


class Quotas(Collection[Quota]):
    """The collection `quotas`. A counter that is back at nothing goes."""

    name = "quotas"
    model = Quota


QUOTAS = Quotas()


def person(kind: str, who: str) -> str:
    """Someone as a part of a key: hashed, since no key is a place for addresses.

    Args:
        kind: what they are known by: `user`, `email`, `phone`, `address`.
        who: the id or address, already as it is compared.
    """
    return hashlib.sha256(f"{kind}|{who}".encode()).hexdigest()[:24]


def used(keys: Iterable[str]) -> dict[str, int]:
    """What is taken of each, a key nobody took from is missing. One round trip, none without keys."""
    wanted = sorted(set(keys))
    return {quota.id: quota.used for quota in QUOTAS.find({"_id": {"$in": wanted}})} if wanted else {}


def missing(wanted: Iterable[Taken]) -> list[Taken]:
    """Those that can't be taken now, for the limit leaves too little. One round trip, none for nothing."""
    asked = list(wanted)
    already = used(one.key for one in asked)
    return [one for one in asked if already.get(one.key, 0) + one.n > one.limit]


def take(changes: Changes, wanted: Taken) -> None:
    """Takes so much. If the limit leaves too little the change is stale: look again what is `missing`."""
    # Begun at nothing, then raised in a second write: one that finds nothing to raise is past the limit, and two who
    # raise it at the same moment are in conflict, which is tried again by itself.
    changes.upsert(QUOTAS, {"_id": wanted.key}, {"$setOnInsert": {"used": 0}})
    fits = {"_id": wanted.key, "used": {"$lte": wanted.limit - wanted.n}}
    changes.update(QUOTAS, fits, {"$inc": {"used": wanted.n}})


def give_back(changes: Changes, taken: Taken) -> None:
    """Gives back what was taken."""
    changes.update_if_there(QUOTAS, {"_id": taken.key, "used": {"$gte": taken.n}}, {"$inc": {"used": -taken.n}})
    changes.delete(QUOTAS, {"_id": taken.key, "used": 0})
