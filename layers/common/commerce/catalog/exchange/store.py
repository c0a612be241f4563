"""Imports and exports in MongoDB."""

from collections.abc import Iterable
from typing import Any

from commerce.catalog.exchange.model import Export, Fault, Import, Touched
from commerce.runtime.mongo import Collection, Index


class Imports(Collection[Import]):
    """The collection `imports`."""

    name = "imports"
    model = Import

    def page(self, before: str | None, limit: int) -> list[Import]:
        """The newest first. One round trip."""
        return self.find({"_id": {"$lt": before}} if before else {}, sort=[("_id", -1)], limit=limit)


class Touches(Collection[Touched]):
    """The collection `import_entries`: ids are `<import>:<place in the file>`."""

    name = "import_entries"
    model = Touched
    indexes = (
        Index((("import_id", 1), ("_id", 1))),
        Index((("import_id", 1), ("state", 1), ("_id", -1))),
    )

    def page(self, import_id: str, after: str | None, limit: int) -> list[Touched]:
        """In the order of the file. One round trip."""
        where: dict[str, Any] = {"import_id": import_id} | ({"_id": {"$gt": after}} if after else {})
        return self.find(where, sort=[("_id", 1)], limit=limit)

    def to_undo(self, import_id: str, limit: int) -> list[Touched]:
        """What has not been undone, the last first. One round trip."""
        return self.find({"import_id": import_id, "state": "applied"}, sort=[("_id", -1)], limit=limit)


class Faults(Collection[Fault]):
    """The collection `import_errors`: ids are `<import>:<row>:<number>`."""

    name = "import_errors"
    model = Fault
    indexes = (Index((("import_id", 1), ("_id", 1))),)

    def page(self, import_id: str, after: str | None, limit: int) -> list[Fault]:
        """In the order of the file. One round trip."""
        where: dict[str, Any] = {"import_id": import_id} | ({"_id": {"$gt": after}} if after else {})
        return self.find(where, sort=[("_id", 1)], limit=limit)


class Exports(Collection[Export]):
    """The collection `exports`."""

    name = "exports"
    model = Export


IMPORTS = Imports()
TOUCHES = Touches()
FAULTS = Faults()
EXPORTS = Exports()


def owners(products: Any, skus: Iterable[str]) -> dict[str, str]:
    """The id of the product that has a SKU, by SKU. One round trip."""
    wanted = set(skus)
    found = products.handle.find({"variants.sku": {"$in": sorted(wanted)}}, {"variants.sku": 1}) if wanted else ()
    return {v["sku"]: row["_id"] for row in found for v in row["variants"] if v["sku"] in wanted}
