"""The rules of pricing in MongoDB.

They are few and read by every cart, so each execution environment keeps them, under their version: a document that
every change of a rule counts up in its own transaction, and that comes along with each cart that is read (`join`).
"""

from typing import Any

from commerce.pricing.promotions import Promotion
from commerce.pricing.shipping import ShippingMethod, ShippingZone
from commerce.pricing.taxes import TaxRate
from commerce.runtime.changes import Changes
from commerce.runtime.mongo import Collection, Index, Versioned

CURRENT = "current"
# As many as a shop may have of what every cart looks at.
MAX_AUTOMATIC, MAX_ZONES, MAX_METHODS, MAX_RATES = 100, 200, 500, 2_000


class Promotions(Collection[Promotion]):
    """The collection `promotions`. Ids are time-ordered, so the newest first is `_id` descending."""

    name = "promotions"
    model = Promotion
    indexes = (
        Index((("code", 1),), unique=True, partial={"code": {"$exists": True}}),
        Index((("automatic", 1), ("active", 1), ("_id", 1))),
        Index((("active", 1), ("_id", -1))),
        Index((("automatic", 1), ("_id", -1))),
        Index((("active", 1), ("code", 1))),
    )

    def by_code(self, code: str) -> Promotion | None:
        """The one with this code. One round trip."""
        return self.find_one({"code": code})

    def automatic(self) -> list[Promotion]:
        """Those that apply by themselves, the oldest first. One round trip."""
        return self.find({"automatic": True, "active": True}, sort=[("_id", 1)], limit=MAX_AUTOMATIC)

    def page(
        self, *, begins: str, active: bool | None, automatic: bool | None, after: str | None, limit: int
    ) -> list[Promotion]:
        """Without `begins` the newest first, before an id; with it those whose codes begin so, by code, after a code.

        One round trip.
        """
        where: dict[str, Any] = {} if active is None else {"active": active}
        if begins:
            if automatic:
                return []  # They have no codes.
            where["code"] = {"$gte": begins, "$lt": f"{begins}\uffff"} | ({"$gt": after} if after else {})
            return self.find(where, sort=[("code", 1)], limit=limit)
        if automatic is not None:
            where["automatic"] = automatic
        if after:
            where["_id"] = {"$lt": after}
        return self.find(where, sort=[("_id", -1)], limit=limit)


class Zones(Collection[ShippingZone]):
    """The collection `shipping_zones`."""

    name = "shipping_zones"
    model = ShippingZone

    def every(self) -> list[ShippingZone]:
        """All of them, the oldest first. One round trip."""
        return self.find({}, sort=[("_id", 1)], limit=MAX_ZONES)


class Methods(Collection[ShippingMethod]):
    """The collection `shipping_methods`."""

    name = "shipping_methods"
    model = ShippingMethod
    indexes = (Index((("zone_id", 1), ("_id", 1))),)

    def of_zone(self, zone_id: str) -> ShippingMethod | None:
        """One of the zone's methods, if it has any. One round trip."""
        return self.find_one({"zone_id": zone_id})

    def every(self) -> list[ShippingMethod]:
        """All of them, the oldest first. One round trip."""
        return self.find({}, sort=[("_id", 1)], limit=MAX_METHODS)


class Rates(Collection[TaxRate]):
    """The collection `tax_rates`; one of a name for a tax category at a place."""

    name = "tax_rates"
    model = TaxRate
    indexes = (
        Index((("country", 1), ("region", 1), ("category", 1), ("name", 1)), unique=True),
        Index((("country", 1), ("_id", 1))),
    )

    def every(self) -> list[TaxRate]:
        """All of them, the oldest first. One round trip per 101 and then per 16 MB."""
        return self.find({}, sort=[("_id", 1)], limit=MAX_RATES)


class RulesVersions(Collection[Versioned]):
    """The collection `pricing_rules`: one document, the version of all rules together."""

    name = "pricing_rules"
    model = Versioned

    def seen(self) -> int:
        """The version of the rules as they are now; 0 before the first. One round trip."""
        known = self.get(CURRENT)
        return known.version if known else 0


PROMOTIONS = Promotions()
ZONES = Zones()
METHODS = Methods()
RATES = Rates()
VERSIONS = RulesVersions()


def touch(changes: Changes, seen: int | None = None) -> None:
    """The rules are others from this change on: whoever keeps them reads them anew.

    With the version that was `seen` before the change was decided on, it is stale if they have another one by now.
    """
    where = {"_id": CURRENT} if seen is None else {"_id": CURRENT, "version": seen}
    changes.upsert(VERSIONS, where, {"$inc": {"version": 1}})


def join(promotion_path: str) -> list[dict[str, Any]]:
    """The stages that put `rules` (the version) and `coupon` (a promotion by its id) beside a cart, each a list of at
    most one: a cart and what it needs of the rules are one round trip.
    """
    return [
        {"$lookup": {"from": VERSIONS.name, "pipeline": [{"$match": {"_id": CURRENT}}], "as": "rules"}},
        {"$lookup": {"from": PROMOTIONS.name, "localField": promotion_path, "foreignField": "_id", "as": "coupon"}},
    ]
