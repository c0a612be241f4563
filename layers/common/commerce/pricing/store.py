"""The rules of pricing in MongoDB.

They are few and read by every cart, so each execution environment keeps them, under a stamp: every change of a rule
sets a new one in its own transaction, and it comes along with each cart that is read (`join`). Not a number counted
up: a database that was restored or emptied would come by the same number with other rules.
"""

from collections.abc import Mapping
from typing import Any

from commerce.pricing.promotions import Promotion
from commerce.pricing.shipping import ShippingMethod, ShippingZone
from commerce.pricing.taxes import TaxRate
from commerce.runtime.changes import Changes
from commerce.runtime.ids import new_id
from commerce.runtime.mongo import Collection, Document, Index
from commerce.runtime.people import Person

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
        Index((("user_id", 1),), partial={"user_id": {"$gt": ""}}),
        Index((("email", 1),), partial={"email": {"$gt": ""}}),
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

    def of_person(self, person: Person) -> list[Promotion]:
        """Those that are for one person alone. Two round trips."""
        found = self.find({"user_id": person.user_id}) if person.user_id else []
        found += self.find({"email": {"$in": list(person.emails)}}) if person.emails else []
        return list({promotion.id: promotion for promotion in found}.values())


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

    def together(self, country: str, region: str, category: str) -> list[TaxRate]:
        """Those of one tax category at one place. One round trip."""
        return self.find({"country": country, "region": region, "category": category}, limit=MAX_RATES)


class RulesStamp(Document):
    """What all rules together are known by."""

    stamp: str


class RulesStamps(Collection[RulesStamp]):
    """The collection `pricing_rules`, one document."""

    name = "pricing_rules"
    model = RulesStamp

    def seen(self) -> str:
        """The stamp of the rules as they are now; empty as long as nobody has made one. One round trip."""
        known = self.get(CURRENT)
        return known.stamp if known else ""


PROMOTIONS = Promotions()
ZONES = Zones()
METHODS = Methods()
RATES = Rates()
STAMPS = RulesStamps()


def touch(changes: Changes, seen: str | None = None) -> None:
    """The rules are others from this change on: whoever keeps them reads them anew.

    With the stamp that was `seen` before the change was decided on, it is stale if they have another one by now.
    """
    stamp = RulesStamp(id=CURRENT, stamp=new_id("rules"))
    if seen is None:
        changes.put(STAMPS, stamp)
    else:
        changes.upsert(STAMPS, {"_id": CURRENT, "stamp": seen}, {"$set": {"stamp": stamp.stamp}})


def join(promotion_path: str) -> list[dict[str, Any]]:
    """The stages that put `rules` (the stamp) and `coupon` (a promotion by its id) beside a cart, each a list of at
    most one: a cart and what it needs of the rules are one round trip.
    """
    return [
        {"$lookup": {"from": STAMPS.name, "pipeline": [{"$match": {"_id": CURRENT}}], "as": "rules"}},
        {"$lookup": {"from": PROMOTIONS.name, "localField": promotion_path, "foreignField": "_id", "as": "coupon"}},
    ]


def joined(row: Mapping[str, Any]) -> tuple[str, Promotion | None]:
    """What `join` brought: the stamp, empty as long as nobody has made a rule, and the promotion."""
    rules, coupons = row.get("rules") or [], row.get("coupon") or []
    return (str(rules[0]["stamp"]) if rules else "", Promotion.model_validate(coupons[0]) if coupons else None)
