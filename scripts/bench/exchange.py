"""What imports and exports do in a second: `python -m scripts.bench.exchange [--rows 10000]`.

A generated Shopify CSV, four variants to a product, along the whole path (form, S3, queue, chunks); CPU of this thread
and the time by the clock. Run by itself: everything else on the machine shows.
"""

from __future__ import annotations

import argparse
import io
import logging
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from commerce.catalog import shopify
from commerce.runtime.observability import logger
from tests.support import fixtures
from tests.support.exchanging import Desk

VARIANTS = 4
HEAD = (
    "Handle,Title,Body (HTML),Vendor,Type,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Inventory Qty\n"
)


@dataclass
class Rate:
    """How long something took, in seconds."""

    what: str
    rows: int
    clock: float
    cpu: float


def file(rows: int) -> bytes:
    """A catalogue of so many rows."""
    text = "<p>Made by hand of the wood and the wool that grow where we live.</p>"
    lines = []
    for n in range(rows):
        product, kind = divmod(n, VARIANTS)
        head = f"Product {product},{text},Maker {product % 50},Kind {product % 20},Size" if kind == 0 else ",,,,"
        lines.append(f"p-{product},{head},S{kind},SKU-{n},{n % 90 + 1}.99,{n % 7}\n")
    return (HEAD + "".join(lines)).encode()


def measure(what: str, rows: int, work: Callable[[], Any]) -> Rate:
    """Does the work once."""
    clock, cpu = time.perf_counter(), time.thread_time()
    work()
    return Rate(what, rows, time.perf_counter() - clock, time.thread_time() - cpu)


def rates(rows: int) -> list[Rate]:
    """Everything, on one catalogue."""
    content = file(rows)
    with fixtures.shop_of_its_own("souk_bench") as shop:
        desk = Desk(shop)

        def bring(**more: Any) -> None:
            done = desk.bring(content, policy="reject_failed_rows", **more)
            if done["status"] != "finished" or done["counts"]["failed"]:
                raise RuntimeError(str(done))

        def read() -> None:
            for _ in shopify.entries(io.BytesIO(content), currency="USD"):
                pass

        return [
            measure("the CSV read and checked", rows, read),
            measure("dry run into an empty shop", rows, lambda: bring(dry_run=True)),
            measure("import, all of it new", rows, bring),
            measure("import, nothing new", rows, bring),
            measure("export, JSON Lines", rows, lambda: desk.export("jsonl")),
            measure("export, Shopify CSV", rows, lambda: desk.export("shopify_csv")),
        ]


def main(arguments: list[str] | None = None) -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m scripts.bench.exchange")
    parser.add_argument("--rows", type=int, default=10_000)
    wanted = parser.parse_args(arguments)
    logger.setLevel(logging.CRITICAL)
    print("| what | rows | s | CPU s | rows per second |")
    print("|---|---:|---:|---:|---:|")
    for rate in rates(wanted.rows):
        print(f"| {rate.what} | {rate.rows} | {rate.clock:.1f} | {rate.cpu:.1f} | {rate.rows / rate.clock:.0f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
