"""The rules of pricing that a new shop starts with: where it sends to and how, what is taxed, what is cheaper.

Made by the services of staff's own functions, one by one. What is there already stays as it is, whoever made it:
filling twice changes nothing, and a shop that has rules of its own keeps them. The rates of tax are there to look at;
whoever sells for money asks an adviser for theirs.
"""

from collections.abc import Callable, Iterator
from typing import Any

from commerce.catalog.categories import CATEGORIES
from commerce.pricing import method_admin, promotion_admin, tax_admin, zone_admin
from commerce.pricing.method_admin import NewMethod
from commerce.pricing.promotion_input import NewPromotion
from commerce.pricing.store import METHODS, PROMOTIONS, RATES, ZONES
from commerce.pricing.tax_admin import NewTaxRate
from commerce.pricing.zone_admin import NewZone
from commerce.runtime.errors import Conflict
from commerce.runtime.idempotency import Once
from commerce.runtime.settings import settings

WHO = "seed"

# https://european-union.europa.eu/principles-countries-history/eu-countries_en, and neighbours.
EUROPE = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE CH NO LI IS".split()

ZONES_WANTED: dict[str, list[str]] = {
    "Europe": EUROPE,
    "United States": ["US"],
    "United Kingdom": ["GB"],
    "Rest of the world": [],
}

type Prices = tuple[int, int, int, int, int]
"""Minor units of USD, EUR, GBP, JPY, KWD."""

_KNOWN = ("USD", "EUR", "GBP", "JPY", "KWD")


def _each(prices: Prices) -> dict[str, int]:
    """By those of the shop's currencies that are known here; others are priced by the settings' flat rate."""
    given = dict(zip(_KNOWN, prices, strict=True))
    flat = settings().shipping_flat_rates
    return {currency: given.get(currency, flat.get(currency, 0)) for currency in settings().currencies}


def _ladder(*steps: tuple[int | None, Prices]) -> dict[str, list[dict[str, int | None]]]:
    return {
        currency: [{"up_to": up_to, "amount": _each(prices)[currency]} for up_to, prices in steps]
        for currency in settings().currencies
    }


def _free_over(prices: Prices) -> dict[str, int]:
    return {currency: amount for currency, amount in _each(prices).items() if currency in _KNOWN}


def methods() -> Iterator[tuple[str, dict[str, Any]]]:
    """The shipping methods, each with the title of its zone."""
    express = {"title": "Express", "kind": "flat", "min_days": 1, "max_days": 2, "position": 1}
    parcel = _ladder((5_000, (500, 500, 400, 700, 1_500)), (20_000, (1_200, 1_200, 1_000, 1_800, 3_700)))
    yield "Europe", {
        "title": "Standard", "kind": "by_weight", "rates": parcel, "min_days": 3, "max_days": 6,
        "free_over": _free_over((15_000, 14_000, 12_000, 22_000, 46_000)),
    }  # fmt: skip
    yield "Europe", express | {"rates": _ladder((None, (1_900, 1_800, 1_500, 2_800, 5_800)))}
    yield "United States", {
        "title": "Standard", "kind": "flat", "rates": _ladder((None, (500, 500, 400, 700, 1_500))),
        "free_over": _free_over((10_000, 9_500, 8_000, 15_000, 30_000)), "min_days": 3, "max_days": 5,
    }  # fmt: skip
    yield "United States", express | {"rates": _ladder((None, (1_800, 1_700, 1_400, 2_700, 5_500)))}
    yield "United Kingdom", {
        "title": "Standard", "kind": "flat", "rates": _ladder((None, (500, 500, 400, 700, 1_500))),
        "free_over": _free_over((10_000, 9_500, 8_000, 15_000, 30_000)), "min_days": 2, "max_days": 4,
    }  # fmt: skip
    yield "United Kingdom", {
        "title": "Collect at the market", "kind": "pickup", "rates": _ladder((None, (0, 0, 0, 0, 0))), "position": 2,
        "pickup_at": "The stall under the arches, 7 Market Row, London", "pickup_country": "GB",
    }  # fmt: skip
    world = _ladder(
        (2_000, (1_500, 1_400, 1_200, 2_200, 4_600)),
        (5_000, (3_000, 2_800, 2_400, 4_500, 9_200)),
        (20_000, (8_000, 7_500, 6_400, 12_000, 24_500)),
    )
    yield "Rest of the world", {
        "title": "International", "kind": "by_weight", "rates": world, "min_days": 7, "max_days": 15,
    }  # fmt: skip


# Country, region, name, tax category, percent; `included` where the law wants prices shown with the tax in them.
TAXES: tuple[dict[str, Any], ...] = (
    {"country": "DE", "name": "MwSt.", "percent": 19, "included": True},
    {"country": "DE", "name": "MwSt.", "category": "food", "percent": 7, "included": True},
    {"country": "FR", "name": "TVA", "percent": 20, "included": True},
    {"country": "FR", "name": "TVA", "category": "food", "percent": "5.5", "included": True},
    {"country": "IT", "name": "IVA", "percent": 22, "included": True},
    {"country": "ES", "name": "IVA", "percent": 21, "included": True},
    {"country": "NL", "name": "BTW", "percent": 21, "included": True},
    {"country": "GB", "name": "VAT", "percent": 20, "included": True},
    {"country": "GB", "name": "VAT", "category": "food", "percent": 0, "included": True},
    {"country": "CH", "name": "MWST", "percent": "8.1", "included": True},
    {"country": "CH", "name": "MWST", "category": "food", "percent": "2.6", "included": True},
    {"country": "JP", "name": "Consumption tax", "percent": 10, "included": True},
    {"country": "JP", "name": "Consumption tax", "category": "food", "percent": 8, "included": True},
    {"country": "US", "region": "CA", "name": "Sales tax", "percent": "7.25", "on_shipping": False},
    {"country": "US", "region": "CA", "name": "Sales tax", "category": "food", "percent": 0, "on_shipping": False},
    {"country": "US", "region": "NY", "name": "Sales tax", "percent": 4},
    {"country": "US", "region": "NY", "name": "Sales tax", "category": "food", "percent": 0},
    {"country": "US", "region": "TX", "name": "Sales tax", "percent": "6.25"},
    {"country": "CA", "name": "GST", "percent": 5},
    {"country": "CA", "region": "QC", "name": "QST", "percent": "9.975", "adds": True},
)

COUPONS: tuple[dict[str, Any], ...] = (
    {"code": "WELCOME10", "title": "Ten per cent off your first order", "kind": "percent", "percent": 10,
     "first_order": True},
    {"code": "SHIPFREE", "title": "Free shipping", "kind": "free_shipping"},
)  # fmt: skip
THREE_FOR_TWO_ON = "Tea & Spices"
THREE_FOR_TWO: dict[str, Any] = {
    "automatic": True, "title": "Three for two on tea and spices", "kind": "buy_x_get_y", "buy": 2, "get": 1,
    "target": "categories",
}  # fmt: skip


def fill() -> int:
    """Makes what is missing; says how much that was."""
    return sum((_zones(), _methods(), _taxes(), _promotions()))


def _zones() -> int:
    known = {zone.title for zone in ZONES.every()}
    made = 0
    for title, countries in ZONES_WANTED.items():
        if title not in known:
            areas = [{"country": country} for country in countries]
            wanted = NewZone.model_validate({"title": title, "areas": areas, "everywhere": not countries})
            made += _made(zone_admin.create, wanted)
    return made


def _methods() -> int:
    zones = {zone.title: zone.id for zone in ZONES.every()}
    known = {(method.zone_id, method.title) for method in METHODS.every()}
    made = 0
    for zone, members in methods():
        if zone in zones and (zones[zone], members["title"]) not in known:
            made += _made(method_admin.create, NewMethod.model_validate(members | {"zone_id": zones[zone]}))
    return made


def _taxes() -> int:
    known = {(rate.country, rate.region, rate.category, rate.name) for rate in RATES.every()}
    wanted = [NewTaxRate.model_validate(members) for members in TAXES]
    missing = [rate for rate in wanted if (rate.country, rate.region, rate.category, rate.name) not in known]
    return sum(_made(tax_admin.create, rate) for rate in missing)


def _promotions() -> int:
    made = sum(
        _made(promotion_admin.create, NewPromotion.model_validate(coupon))
        for coupon in COUPONS
        if PROMOTIONS.by_code(coupon["code"]) is None
    )
    shelf = next((found for found in CATEGORIES.tree().by_id.values() if found.title == THREE_FOR_TWO_ON), None)
    if shelf is None or THREE_FOR_TWO["title"] in {promotion.title for promotion in PROMOTIONS.automatic()}:
        return made
    return made + _made(promotion_admin.create, NewPromotion.model_validate(THREE_FOR_TWO | {"target_ids": [shelf.id]}))


def _made[Wanted](create: Callable[..., object], wanted: Wanted) -> int:
    """1 when it was made, 0 where the shop has something of its own in its place."""
    try:
        create(wanted, who=WHO, once=Once("seed", scope=WHO, key=None))
    except Conflict as taken:
        print(f"left as it is: {taken.detail or taken.title}")
        return 0
    return 1
