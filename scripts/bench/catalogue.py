"""What lists and search cost: `python -m scripts.bench.catalogue [--sizes 1000,10000] [--times 20] [--load 2000]`.

Generated catalogues; CPU of this thread per request, with the cache and without, the database's time apart; index
entries per product; how many requests of a Zipf load the cache answers (of the first size alone: it does not hang on
the size). Run by itself: everything else on the machine shows.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import io
import logging
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pymongo.monitoring
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from commerce.catalog import publishing
from commerce.catalog.categories import CATEGORIES, Category, Tree
from commerce.catalog.listings import LISTINGS
from commerce.catalog.model import Product, ProductOption, Variant
from commerce.catalog.search import upkeep
from commerce.catalog.standings import Standing
from commerce.runtime import cache, mongo
from commerce.runtime.changes import Changes
from commerce.runtime.clock import now
from commerce.runtime.ids import new_id
from commerce.runtime.observability import logger
from scripts.bench.meter import cpu_ms
from tests.support import fixtures
from tests.support.api import LambdaContext, event

KINDS = "shirt jacket dress boot sandal lamp chair table mug kettle blanket cushion satchel wallet watch ring".split()
MATERIALS = "linen cotton leather walnut oak brass copper ceramic wool silk marble steel".split()
LOOKS = "plain striped woven carved printed glazed stitched hammered folded classic".split()
COLOURS = "blue red green black white ochre sand plum".split()
ZIPF = 1.1
BATCH = 25  # products in one transaction
DISTINCT = 1_000
PATIENCE_MS = 300_000  # The local engine takes its time to drop a large database.
CHANGE_EVERY = 200  # requests

REQUESTS = {
    "newest": "/products",
    "newest, without facets": "/products?facets=false",
    "category": "/products?category=c-3",
    "category, second level, by price": "/products?category=c-3-1&sort=price",
    "brand, two filters, by sales": "/products?brand=maker+7&in_stock=true&attr.color=blue&sort=-sales",
    "price range, by rating": "/products?min_price=2000&max_price=6000&sort=-rating&facets=false",
    "one word": "/products?q=lamp",
    "two words, a typing error": "/products?q=walnut+chiar",
    "two words, without facets": "/products?q=leather+satchel&facets=false",
    "suggestions": "/products/suggestions?q=lea",
}


class DatabaseClock(CommandListener):
    """Adds up how long commands took, as the driver saw it, in milliseconds; and counts them."""

    def __init__(self) -> None:
        self.ms, self.trips = 0.0, 0

    def started(self, event: CommandStartedEvent) -> None:
        """Of no interest."""

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """One more."""
        self.ms += event.duration_micros / 1000
        self.trips += 1

    def failed(self, event: CommandFailedEvent) -> None:
        """Of no interest."""


@dataclass
class Row:
    """One request: CPU in ms with and without the cache, the database's ms and round trips, bytes of the answer."""

    name: str
    cached: float
    cpu: float
    database: float
    trips: int
    size: int


@contextmanager
def catalogue(size: int, clock: DatabaseClock) -> Iterator[float]:
    """A shop with so many products; gives the seconds that writing one took."""
    with _one_currency(), fixtures.shop_of_its_own("souk_bench_catalogue"):
        began = time.perf_counter()
        _fill(size)
        clock.ms = clock.trips = 0
        yield (time.perf_counter() - began) / size


@contextmanager
def _one_currency() -> Iterator[None]:
    """As most shops have it: a currency more is an index more."""
    kept = fixtures.CURRENCIES
    fixtures.CURRENCIES = "USD"
    try:
        yield
    finally:
        fixtures.CURRENCIES = kept


def _fill(size: int) -> None:
    chance = random.Random(size)  # noqa: S311  (a catalogue, the same every time)
    tree = _tree()
    leaves = [category for category in tree.by_id.values() if category.parent]
    for start in range(0, size, BATCH):
        changes = Changes()
        for number in range(start, min(start + BATCH, size)):
            product = _product(number, chance, chance.choice(leaves))
            standing = Standing(
                id=product.id, in_stock=chance.random() < 0.9, sales=int(1000 / (1 + number % 97)),
                rating_count=chance.randrange(50), rating_sum=0,
            )  # fmt: skip
            standing.rating_sum = sum(chance.choice([3, 4, 5]) for _ in range(standing.rating_count))
            publishing.put(changes, product, known=None, standing=standing, tree=tree)
        changes.commit()
    upkeep.recount()


def _tree() -> Tree:
    changes = Changes()
    for root in range(8):
        above = Category(id=new_id("cat"), slug=f"c-{root}", title=f"Department {KINDS[root]}")
        changes.insert(CATEGORIES, above)
        for leaf in range(4):
            below = Category(id=new_id("cat"), slug=f"c-{root}-{leaf}", title=f"{LOOKS[leaf]} things", parent=above.id)
            changes.insert(CATEGORIES, below)
    changes.commit()
    return CATEGORIES.tree()


def _product(number: int, chance: random.Random, category: Category) -> Product:
    kind, material, look = chance.choice(KINDS), chance.choice(MATERIALS), chance.choice(LOOKS)
    colours = chance.sample(COLOURS, 3)
    price = chance.randrange(500, 20_000)
    story = " ".join(chance.choice([*KINDS, *MATERIALS, *LOOKS]) + str(chance.randrange(60)) for _ in range(30))
    moment = now()
    return Product(
        id=new_id("prod"),
        slug=f"product-{number}",
        title=f"{look.title()} {material} {kind} {number}",
        description_html=f"<p>{story}</p>",
        brand=f"Maker {int(chance.paretovariate(0.7)) % 200}",
        category=category.id,
        tags=[material, kind],
        status="active",
        attributes={"material": material, "style": look},
        options=[ProductOption(name="Color", values=colours)],
        variants=[
            Variant(sku=f"P{number}-{colour}", options={"Color": colour}, prices={"USD": price}) for colour in colours
        ],
        created_at=moment,
        updated_at=moment,
    )


def measure(clock: DatabaseClock, times: int) -> list[Row]:
    """Every request, warm."""
    return [_measure(name, path, clock, times) for name, path in REQUESTS.items()]


def _measure(name: str, path: str, clock: DatabaseClock, times: int) -> Row:
    ask = _request(path)
    size = len(str(ask()["body"]).encode())
    cached = cpu_ms(ask, times=times)
    cpus, databases, trips = [], [], 0
    for _ in range(max(3, times // 4)):
        cache.bump("products")
        clock.ms = clock.trips = 0
        began = time.thread_time()
        ask()
        cpus.append((time.thread_time() - began) * 1000)
        databases.append(clock.ms)
        trips = clock.trips
    return Row(name, cached, statistics.median(cpus), statistics.median(databases), trips, size)


def _request(path: str) -> Callable[[], Any]:
    function = "products.suggest_products" if "suggestions" in path else "products.list_products"
    handler = importlib.import_module(function).handler
    happening = event("GET", path)

    def ask() -> Any:
        answer = handler(dict(happening), LambdaContext())
        if answer["statusCode"] != 200:
            raise RuntimeError(answer["body"])
        return answer

    return ask


def hit_rate(clock: DatabaseClock, load: int) -> float:
    """The share of requests that no query was made for: addresses by Zipf, a change of the catalogue now and then."""
    chance = random.Random(1)  # noqa: S311  (shoppers, the same every time)
    addresses = [_address(number) for number in range(DISTINCT)]
    weights = [1 / (rank + 1) ** ZIPF for rank in range(DISTINCT)]
    hits = 0
    cache.bump("products")
    for number, path in enumerate(chance.choices(addresses, weights, k=load)):
        if number % CHANGE_EVERY == CHANGE_EVERY - 1:
            cache.bump("products")
        clock.trips = 0
        _request(path)()
        hits += clock.trips == 0
    return hits / load


def _address(number: int) -> str:
    kinds = [
        f"/products?facets=false&category=c-{number % 8}-{number % 4}&sort=price&min_price={number}",
        f"/products?facets=false&brand=maker+{number % 60}&limit={10 + number % 50}",
        f"/products?facets=false&q={LOOKS[number % 10]}+{KINDS[number % 16]}&limit={10 + number % 70}",
    ]
    return kinds[number % 3]


def index_entries() -> dict[str, float]:
    """Entries per listing, by index: one per value of an array."""
    rows = list(LISTINGS.handle.find({}, {"facets": 1, "terms": 1}).limit(500))
    facets = statistics.mean(len(row["facets"]) for row in rows)
    terms = statistics.mean(len(row["terms"]) for row in rows)
    walks = sum(index.keys[0][0] == "facets" for index in LISTINGS.indexes)
    return {"facets, per order": facets, "orders": walks, "terms": terms, "all": walks * facets + terms + 1}


def main(arguments: list[str] | None = None) -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m scripts.bench.catalogue")
    parser.add_argument("--sizes", default="1000,10000")
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--load", type=int, default=2_000)
    wanted = parser.parse_args(arguments)
    logger.setLevel(logging.CRITICAL)
    clock = DatabaseClock()
    pymongo.monitoring.register(clock)
    mongo.SOCKET_MS = PATIENCE_MS
    sizes = [int(size) for size in wanted.sizes.split(",")]
    for size in sizes:
        with contextlib.redirect_stdout(io.StringIO()), catalogue(size, clock) as writing:
            rows, entries = measure(clock, wanted.times), index_entries()
            rate = hit_rate(clock, wanted.load) if size == sizes[0] else None
        _print(size, rows, entries, rate, writing)
    return 0


def _print(size: int, rows: list[Row], entries: dict[str, float], rate: float | None, writing: float) -> None:
    print(f"\n{size} products ({writing * 1000:.1f} ms to write each)\n")
    print("| request | cached, CPU ms | not cached, CPU ms | database ms | round trips | bytes |")
    print("|---|---:|---:|---:|---:|---:|")
    for row in rows:
        cells = (f"{row.cached:.2f}", f"{row.cpu:.2f}", f"{row.database:.1f}", str(row.trips), str(row.size))
        print(f"| {row.name} | {' | '.join(cells)} |")
    print("\nindex entries per listing: " + ", ".join(f"{name} {number:.0f}" for name, number in entries.items()))
    if rate is not None:
        load = f"Zipf {ZIPF} over {DISTINCT} addresses, a change every {CHANGE_EVERY} requests"
        print(f"cache hit rate: {rate:.2f} ({load})")


if __name__ == "__main__":
    sys.exit(main())
