"""The archive that a person is given: everything as one JSON file, and each table as CSV for those who read it with
eyes; in a zip.
"""

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from commerce.runtime.clock import rfc3339
from commerce.runtime.spreadsheets import disarm

type Parts = Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]]
"""The rows by service and table, as JSON values."""

README = """This is what {shop} keeps about you, as of {at}.

data.json holds all of it, for programs. The folders hold the same as tables that any spreadsheet opens: one per kind of
thing. Times are in UTC. Amounts are in the smallest unit of their currency (cents). A cell that a spreadsheet would
take for a formula begins with an apostrophe.
"""


def encode(value: object) -> str:
    """A part as JSON; times become RFC 3339."""
    return json.dumps(value, ensure_ascii=False, default=_plain)


def pack(parts: Parts, *, shop: str, at: datetime) -> bytes:
    """The zip.

    Args:
        parts: what it is made of.
        shop: the name of the shop.
        at: as of when it is.
    """
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("README.txt", README.format(shop=shop, at=rfc3339(at)))
        packed.writestr("data.json", json.dumps(parts, ensure_ascii=False, indent=1))
        for service, tables in sorted(parts.items()):
            for table, rows in tables.items():
                if rows:
                    packed.writestr(f"{service}/{table}.csv", _csv(rows))
    return content.getvalue()


def _csv(rows: Sequence[Mapping[str, Any]]) -> str:
    flat = [_flat(row) for row in rows]
    columns = list(dict.fromkeys(column for row in flat for column in row))
    text = io.StringIO()
    text.write("\ufeff")  # Without it Excel does not take it for UTF-8.
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    writer.writerows(flat)
    return text.getvalue()


def _flat(row: Mapping[str, Any], under: str = "") -> dict[str, str]:
    """Members of members get a column of their own; a list stays together in one cell."""
    cells: dict[str, str] = {}
    for name, value in row.items():
        if isinstance(value, dict):
            cells |= _flat(value, f"{under}{name}.")
        elif isinstance(value, list):
            cells[under + name] = json.dumps(value, ensure_ascii=False)
        else:
            cells[under + name] = "" if value is None else disarm(str(value))
    return cells


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return rfc3339(value)
    raise TypeError(f"{type(value).__name__} is no JSON value")
