"""The rules in force, kept by each execution environment under their stamp (see `store`)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from commerce import catalog
from commerce.pricing.calculation import Rules
from commerce.pricing.promotions import Promotion
from commerce.pricing.shipping import RateStep, ShippingMethod, ShippingZone
from commerce.pricing.store import METHODS, PROMOTIONS, RATES, ZONES
from commerce.pricing.taxes import TaxPolicy
from commerce.runtime.settings import settings

FLAT = "flat"
"""The shipping method of a shop that has no zones."""

_EPOCH = datetime.fromtimestamp(0, UTC)
_kept: dict[str, Rules] = {}


def in_force(stamp: str, coupon: Promotion | None = None) -> Rules:
    """The rules that a stamp stands for, with the promotion whose code was entered.

    No round trip for those that are kept, four or five for others; one more for the first coupon of a category. What is
    read may be newer than the stamp; it is then read again under the newer one, so nobody goes by rules that are older
    than the stamp that they know.
    """
    if not stamp:  # Nobody has made a rule yet.
        return Rules(zones=_flat_zone(), methods=_flat_method(), policy=_policy())
    if stamp not in _kept:
        found = _read()
        _kept.clear()
        _kept[stamp] = found
    kept = _kept[stamp]
    if coupon is None:
        return kept
    unknown = _categories([coupon]) - kept.subtrees.keys()
    if unknown:
        kept = _kept[stamp] = replace(kept, subtrees={**kept.subtrees, **catalog.subtrees(unknown)})
    return replace(kept, promotions=(*kept.promotions, coupon))


def _policy() -> TaxPolicy:
    chosen = settings()
    return TaxPolicy(chosen.tax_per, chosen.tax_rounding, chosen.tax_on_shipping)


def _read() -> Rules:
    promotions = PROMOTIONS.automatic()
    zones = ZONES.every()
    return Rules(
        promotions=promotions,
        zones=zones or _flat_zone(),
        methods=METHODS.every() if zones else _flat_method(),
        rates=RATES.every(),
        policy=_policy(),
        subtrees=catalog.subtrees(_categories(promotions)),
    )


def _categories(promotions: Iterable[Promotion]) -> set[str]:
    return {id_ for promotion in promotions if promotion.target == "categories" for id_ in promotion.target_ids}


def _flat_zone() -> list[ShippingZone]:
    """As long as the shop has no zones of its own, it sends everywhere at the flat rates of its settings."""
    return [ShippingZone(id=FLAT, title="Everywhere", everywhere=True, created_at=_EPOCH)]


def _flat_method() -> list[ShippingMethod]:
    flat = settings().shipping_flat_rates
    rates = {currency: [RateStep(amount=flat.get(currency, 0))] for currency in settings().currencies}
    return [ShippingMethod(id=FLAT, zone_id=FLAT, title="Standard", kind="flat", rates=rates, created_at=_EPOCH)]
