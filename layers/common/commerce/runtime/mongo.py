"""MongoDB: one lazy client per execution environment, and collections that declare their indexes.

Nothing here imports the driver until a query is made, so that a read answered by the cache never pays for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from commerce.runtime.settings import settings

if TYPE_CHECKING:
    from pymongo import MongoClient
    from pymongo.collection import Collection as Handle
    from pymongo.database import Database

type Filter = Mapping[str, Any]
type Sort = Sequence[tuple[str, int]]

FIND_SERVER_MS = 3_000  # MongoDB is given this long to be found; then the answer is 503.
SOCKET_MS = 10_000


class Document(BaseModel):
    """A stored document. `id` is `_id` in the database."""

    model_config = ConfigDict(populate_by_name=True, extra="ignore")

    id: str = Field(alias="_id")

    def to_mongo(self) -> dict[str, Any]:
        """The document as the driver takes it; absent (None) members are left out, so that partial indexes work."""
        return self.model_dump(by_alias=True, exclude_none=True)


class Versioned(Document):
    """A document that is changed as a whole; every change counts `version` up (see `Changes.replace`)."""

    version: int = 1


@dataclass(frozen=True)
class Index:
    """An index as declared beside its store: keys in order (1 ascending, -1 descending), equality before sort.

    `{currency}` in a path makes it one index per currency of the shop.
    """

    keys: tuple[tuple[str, int], ...]
    unique: bool = False
    partial: Mapping[str, Any] | None = None
    expire_after_seconds: int | None = None

    @property
    def name(self) -> str:
        """The index's name in the database."""
        return "_".join(f"{path.replace('.', '-')}_{direction}" for path, direction in self.keys)

    def options(self) -> dict[str, Any]:
        """The options of `create_index`."""
        options: dict[str, Any] = {"name": self.name}
        if self.unique:
            options["unique"] = True
        if self.partial is not None:
            options["partialFilterExpression"] = dict(self.partial)
        if self.expire_after_seconds is not None:
            options["expireAfterSeconds"] = self.expire_after_seconds
        return options

    def each(self, currencies: Iterable[str]) -> list[Index]:
        """The index, or where it is one per currency, all of them."""
        if not any("{currency}" in path for path, _ in self.keys):
            return [self]
        return [
            replace(self, keys=tuple((path.replace("{currency}", currency), way) for path, way in self.keys))
            for currency in currencies
        ]


@dataclass(frozen=True)
class Declared:
    """A collection's name and indexes, as `scripts/indexes.py` makes them and the index test reads them; `residual` as
    its store says.
    """

    name: str
    indexes: tuple[Index, ...] = field(default=())
    residual: frozenset[str] = frozenset()


_declared: dict[str, Declared] = {}


def declared() -> Iterable[Declared]:
    """Every collection of the stores that have been imported, with the indexes that this shop's settings make of it."""
    currencies = settings().currencies
    return tuple(
        replace(known, indexes=tuple(one for index in known.indexes for one in index.each(currencies)))
        for known in _declared.values()
    )


class Collection[Doc: Document]:
    """One collection. A store derives from it and adds its queries as methods; nobody else names the collection."""

    name: ClassVar[str]
    model: type[Doc]
    indexes: ClassVar[tuple[Index, ...]] = ()
    residual: ClassVar[frozenset[str]] = frozenset()
    """Fields that a query may look at in the documents that an index leads to, one after the other. For filters that
    let much through: a page costs its length over the share that passes."""

    def __init_subclass__(cls) -> None:
        _declared[cls.name] = Declared(cls.name, cls.indexes, cls.residual)

    @property
    def handle(self) -> Handle[dict[str, Any]]:
        """The driver's collection."""
        return database()[self.name]

    def get(self, id_: str) -> Doc | None:
        """The document with this id. One round trip."""
        return self.find_one({"_id": id_})

    def find_one(self, where: Filter) -> Doc | None:
        """The document that matches. One round trip."""
        found = self.handle.find_one(where)
        return None if found is None else self.model.model_validate(found)

    def find(self, where: Filter, *, sort: Sort = (), limit: int = 0) -> list[Doc]:
        """The documents that match, in order. One round trip up to the driver's first batch of 101."""
        cursor = self.handle.find(where, limit=limit, batch_size=limit or 0)
        return [self.model.model_validate(found) for found in (cursor.sort(list(sort)) if sort else cursor)]


@lru_cache(maxsize=1)
def client() -> MongoClient[dict[str, Any]]:
    """The client of this execution environment, sized for one request at a time."""
    from pymongo import MongoClient

    return MongoClient(
        settings().secret("mongodb_uri"),
        appname="souk",
        tz_aware=True,
        maxPoolSize=8,
        maxIdleTimeMS=60_000,
        serverSelectionTimeoutMS=FIND_SERVER_MS,
        connectTimeoutMS=FIND_SERVER_MS,
        socketTimeoutMS=SOCKET_MS,
        waitQueueTimeoutMS=SOCKET_MS,
        retryWrites=True,
        w="majority",
    )


def database() -> Database[dict[str, Any]]:
    """The shop's database."""
    return client()[settings().mongodb_database]


def ping(seconds: float = 2.0) -> None:
    """Asks the server for a sign of life.

    Raises:
        pymongo.errors.PyMongoError: it gives none within the time.
    """
    import pymongo

    with pymongo.timeout(seconds):
        client().admin.command("ping")


def make_indexes() -> int:
    """Makes every declared index that is missing; says how many there are. `scripts/indexes.py` runs it."""
    made = 0
    for collection in declared():
        handle = database()[collection.name]
        if collection.name not in database().list_collection_names():
            database().create_collection(collection.name)
        for index in collection.indexes:
            handle.create_index(list(index.keys), **index.options())
            made += 1
    return made
