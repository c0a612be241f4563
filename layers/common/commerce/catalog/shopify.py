"""Reads product files in Shopify's CSV format: one row per variant or picture, the product's own fields on the first.

`read` is all there is to it: `shopify.read(stream, currency="USD")` gives a ProductDraft or RowErrors per product.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import BinaryIO, TextIO

from commerce.catalog._shopify_columns import Row, Table, is_known
from commerce.catalog._shopify_product import Assembly
from commerce.catalog.cells import CellError, code, sku_words
from commerce.catalog.drafts import Entry, ProductDraft, RowError
from commerce.catalog.spreadsheet import UnreadableFile, open_sheet
from commerce.money import exponent

__all__ = ["UnreadableFile", "entries", "read", "rows_in"]

_MAX_SKU_WORDS = 80


def read(stream: TextIO | BinaryIO, *, currency: str) -> Iterator[ProductDraft | RowError]:
    """Every product of the file, in its order: as a complete draft, or as the errors that keep it out, never in part.

    The file is walked through twice (once for its SKUs and handles, before anything is returned), one product in
    memory at a time; only a stream that cannot seek is read into memory first. The stream stays open, and must, until
    the last product is taken.

    Args:
        stream: the file as bytes (UTF-8, with or without a byte order mark) or text, at any position.
        currency: what the prices are in; the format does not say.

    Raises:
        UnreadableFile: at once, for a file that is empty, not UTF-8, lacks a column, or has broken quotes.
        ValueError: unknown currency.
    """
    found = entries(stream, currency=currency)
    return (part for entry in found for part in (*((entry.content,) if entry.content else ()), *entry.errors))


def entries(
    stream: TextIO | BinaryIO, *, currency: str, lenient: bool = False, skip: int = 0
) -> Iterator[Entry[ProductDraft]]:
    """Like `read`, but each product with its rows and errors together.

    Args:
        stream: as for `read`.
        currency: as for `read`.
        lenient: pass over cells that a product can do without and that cannot be read.
        skip: so many entries are left out; the others are what they would be with them.
    """
    exponent(currency)
    table = Table.of(open_sheet(stream, is_known))
    survey = _Survey(table.rows())
    return _products(table, survey, currency, lenient, skip)


def rows_in(stream: TextIO | BinaryIO) -> int:
    """The number of the last row that holds anything, as a spreadsheet shows it. Raises UnreadableFile as `read`."""
    return max((row.number for row in Table.of(open_sheet(stream, is_known)).rows()), default=1)


def _products(
    table: Table, survey: "_Survey", currency: str, lenient: bool, skip: int
) -> Iterator[Entry[ProductDraft]]:
    for index, (handle, grouped) in enumerate(groupby(table.rows(), key=lambda row: row.handle)):
        rows = list(grouped)
        if index < skip:
            continue
        if not handle:
            message = "the row does not say which product it belongs to"
            errors = tuple(table.error(row, "handle", "handle_missing", message) for row in rows)
            yield Entry(rows[0].number, rows[-1].number, "", None, errors)
        elif handle in survey.scattered:
            message = f"the rows of “{handle}” are not next to each other; sort the file by this column"
            error = table.error(rows[0], "handle", "handle_scattered", message)
            yield Entry(rows[0].number, rows[-1].number, handle, None, (error,))
        else:
            yield Assembly(table, currency, survey.sku, survey.sku_rows, lenient=lenient).product(handle, rows)


class _Survey:
    """What must be known of the whole file before its first product can be judged."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.scattered: set[str] = set()
        self.sku_rows: dict[str, int] = {}
        self._derived: defaultdict[str, set[tuple[str, ...]]] = defaultdict(set)
        closed: set[str] = set()
        previous = ""
        for row in rows:
            handle = row.handle
            if handle != previous:
                closed.add(previous)
                if handle in closed:
                    self.scattered.add(handle)
                previous = handle
            if not row.is_variant:
                continue
            if row.cells["sku"]:
                try:
                    self.sku_rows.setdefault(code(row.cells["sku"]), row.number)
                except CellError:
                    continue  # Reported with its product.
            else:
                self._derived[_readable(handle, row.option_values)].add(_key(handle, row.option_values))

    def sku(self, handle: str, values: tuple[str, ...]) -> str:
        """A SKU for a variant that has none: "CLASSIC-VARSITY-TOP-SMALL".

        It hangs on the handle and the option values alone, so each import of the file gives the same, whatever the
        order of its rows. Where that is not enough (another variant comes out the same, or a word has no Latin letter)
        a mark made of the same handle and values is added to all concerned.
        """
        words, key = _readable(handle, values), _key(handle, values)
        lossless = len(words) <= _MAX_SKU_WORDS and all(map(sku_words, (handle, *values)))
        if lossless and words not in self.sku_rows and self._derived[words] <= {key}:
            return words
        mark = hashlib.sha256("\n".join(key).encode()).hexdigest()[:8].upper()
        return "-".join(filter(None, (words[:_MAX_SKU_WORDS].rstrip("-"), mark)))


def _readable(handle: str, values: tuple[str, ...]) -> str:
    return "-".join(filter(None, map(sku_words, (handle, *values))))


def _key(handle: str, values: tuple[str, ...]) -> tuple[str, ...]:
    return (handle, *(value.casefold() for value in values))
