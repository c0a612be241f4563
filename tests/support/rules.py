"""Rules of pricing to test with, as staff's functions write them."""

from datetime import UTC, datetime
from typing import Any

from commerce.pricing import store
from commerce.pricing.promotions import Promotion
from commerce.pricing.shipping import ShippingMethod, ShippingZone
from commerce.pricing.taxes import TaxRate
from commerce.runtime.changes import Changes
from commerce.runtime.ids import new_id
from commerce.runtime.mongo import Collection, Versioned

BORN = datetime(2026, 1, 1, tzinfo=UTC)


def coupon(code: str, **members: Any) -> Promotion:
    """A promotion with a code; ten per cent off unless something else is said."""
    return promotion(code=code, **members)


def promotion(**members: Any) -> Promotion:
    """A promotion; without a code it applies by itself."""
    given = {"title": "Ten per cent", "kind": "percent", "basis_points": 1_000, "automatic": "code" not in members}
    return _stored(store.PROMOTIONS, Promotion, "promo", given | members)


def zone(**members: Any) -> ShippingZone:
    """A shipping zone; for everywhere unless something else is said."""
    given = {"title": "Everywhere", "everywhere": "areas" not in members}
    return _stored(store.ZONES, ShippingZone, "zone", given | members)


def method(zone_id: str, **members: Any) -> ShippingMethod:
    """A shipping method; flat at USD 5.00 unless something else is said."""
    given = {"zone_id": zone_id, "title": "Standard", "kind": "flat", "rates": {"USD": [{"amount": 500}]}}
    return _stored(store.METHODS, ShippingMethod, "ship", given | members)


def tax(country: str, ppm: int, **members: Any) -> TaxRate:
    """A rate of tax in millionths."""
    given = {"name": "VAT", "country": country, "ppm": ppm}
    return _stored(store.RATES, TaxRate, "tax", given | members)


def price(sku: str, currency: str, amount: int) -> None:
    """Staff changes what a piece costs, in minor units."""
    from commerce.runtime import mongo
    from tests.support.query_shapes import looking

    with looking():
        found = {"variants.sku": sku}
        mongo.database()["products"].update_one(found, {"$set": {f"variants.$.prices.{currency}": amount}})


def change(made: Versioned, **members: Any) -> None:
    """Staff changes a rule."""
    changes = Changes()
    changes.replace(_collection(made), made.model_validate(made.model_dump() | members))
    store.touch(changes)
    changes.commit()


def delete(made: Versioned) -> None:
    """Staff deletes a rule."""
    changes = Changes()
    changes.delete(_collection(made), {"_id": made.id})
    store.touch(changes)
    changes.commit()


def _collection(made: Versioned) -> Collection[Any]:
    kept = (store.PROMOTIONS, store.ZONES, store.METHODS, store.RATES)
    return next(collection for collection in kept if isinstance(made, collection.model))


def _stored[Rule: Versioned](into: Collection[Rule], kind: type[Rule], prefix: str, members: dict[str, Any]) -> Rule:
    made = kind.model_validate({"id": new_id(prefix), "created_at": BORN} | members)
    changes = Changes()
    changes.insert(into, made)
    store.touch(changes)
    changes.commit()
    return made
