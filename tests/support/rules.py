"""Rules of pricing to test with, as staff's functions write them."""

from datetime import UTC, datetime
from typing import Any

from commerce.pricing import store
from commerce.pricing.promotions import Promotion
from commerce.pricing.shipping import ShippingMethod, ShippingZone
from commerce.pricing.taxes import TaxRate
from commerce.runtime.changes import Changes
from commerce.runtime.ids import new_id

BORN = datetime(2026, 1, 1, tzinfo=UTC)


def coupon(code: str, **members: Any) -> Promotion:
    """A promotion with a code; ten per cent off unless something else is said."""
    return promotion(code=code, **members)


def promotion(**members: Any) -> Promotion:
    """A promotion; without a code it applies by itself."""
    given = {"title": "Ten per cent", "kind": "percent", "basis_points": 1_000, "created_at": BORN} | members
    made = Promotion(_id=new_id("promo"), automatic="code" not in members, **given)
    return _stored(store.PROMOTIONS, made)


def zone(**members: Any) -> ShippingZone:
    """A shipping zone; for everywhere unless something else is said."""
    given = {"title": "Everywhere", "everywhere": "areas" not in members, "created_at": BORN} | members
    return _stored(store.ZONES, ShippingZone(_id=new_id("zone"), **given))


def method(zone_id: str, **members: Any) -> ShippingMethod:
    """A shipping method; flat at USD 5.00 unless something else is said."""
    flat = {"USD": [{"amount": 500}]}
    given = {"title": "Standard", "kind": "flat", "rates": flat, "created_at": BORN} | members
    return _stored(store.METHODS, ShippingMethod(_id=new_id("ship"), zone_id=zone_id, **given))


def tax(country: str, ppm: int, **members: Any) -> TaxRate:
    """A rate of tax."""
    given = {"name": "VAT", "created_at": BORN} | members
    return _stored(store.RATES, TaxRate(_id=new_id("tax"), country=country, ppm=ppm, **given))


def _stored(collection: Any, made: Any) -> Any:
    changes = Changes()
    changes.insert(collection, made)
    store.touch(changes)
    changes.commit()
    return made
