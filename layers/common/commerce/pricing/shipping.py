"""Shipping: where the shop sends to, how, and for how much. Pure."""

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel

from commerce.money import Money
from commerce.pricing.model import Basket, Destination
from commerce.runtime.clock import Moment
from commerce.runtime.mongo import Versioned

type MethodKind = Literal["flat", "by_weight", "by_total", "pickup"]


class Area(BaseModel):
    """A country (ISO 3166-1 alpha-2), or some regions of it by their codes."""

    country: str
    regions: list[str] = []


class ShippingZone(Versioned):
    """Where the same shipping methods hold. One zone may be for `everywhere` else."""

    title: str
    areas: list[Area] = []
    everywhere: bool = False
    created_at: Moment

    def closeness(self, where: Destination) -> int:
        """How exactly it names a place: 3 for its region, 2 for its country, 1 for everywhere, 0 for not at all."""
        for area in self.areas:
            if area.country == where.country and where.region in area.regions:
                return 3
        if any(area.country == where.country and not area.regions for area in self.areas):
            return 2
        return 1 if self.everywhere else 0


class RateStep(BaseModel):
    """A price in minor units by currency, up to so many grams or minor units of goods; None: however much."""

    up_to: int | None = None
    amount: int


class ShippingMethod(Versioned):
    """A way to the buyer.

    `rates` by currency, each a ladder: `up_to` is in grams (`by_weight`) or in minor units of the goods after
    reductions (`by_total`); a flat method has one step, a pick-up too. Where the ladder ends below what is wanted, or
    the currency has none, the method is not offered. From `free_over` on (goods after reductions, minor units by
    currency) it costs nothing. `min_days` and `max_days` are the working days it usually takes.
    `pickup_at` tells where, `pickup_country` and `pickup_region` whose taxes hold there.
    """

    zone_id: str
    title: str
    description: str = ""
    kind: MethodKind
    rates: dict[str, list[RateStep]]
    free_over: dict[str, int] = {}
    min_days: int | None = None
    max_days: int | None = None
    pickup_at: str = ""
    pickup_country: str = ""
    pickup_region: str = ""
    active: bool = True
    position: int = 0
    created_at: Moment

    def rate(self, basket: Basket, goods: int) -> int | None:
        """What it costs in minor units, None where it is not offered.

        Args:
            basket: what is to be sent.
            goods: its value after reductions, in minor units.
        """
        measured = {"by_weight": basket.weight_grams, "by_total": goods}.get(self.kind, 0)
        for step in self.rates.get(basket.currency, []):
            if step.up_to is None or measured <= step.up_to:
                free = self.free_over.get(basket.currency)
                return 0 if free is not None and goods >= free else step.amount
        return None

    def taxed_at(self, where: Destination) -> Destination:
        """The place whose taxes hold: where it goes, or where it is handed over."""
        if self.kind == "pickup" and self.pickup_country:
            return Destination(self.pickup_country, self.pickup_region)
        return where


class ShippingOption(BaseModel):
    """A shipping method as a buyer is offered it. Days are working days; null where nobody promises any."""

    id: str
    title: str
    description: str
    kind: MethodKind
    price: Money
    min_days: int | None = None
    max_days: int | None = None
    pickup_at: str = ""


def zone_of(zones: Sequence[ShippingZone], where: Destination) -> ShippingZone | None:
    """The zone that names a place most exactly, the first of equals; None where the shop does not send to."""
    best = max(zones, key=lambda zone: zone.closeness(where), default=None)
    return best if best and best.closeness(where) else None


def offered(methods: Sequence[ShippingMethod], basket: Basket, goods: int) -> list[tuple[ShippingMethod, int]]:
    """The methods that will do, each with its rate in minor units: the cheapest first, then in their own order."""
    rated = [(method, method.rate(basket, goods)) for method in methods if method.active]
    usable = [(method, rate) for method, rate in rated if rate is not None]
    return sorted(usable, key=lambda pair: (pair[1], pair[0].position, pair[0].id))


def option(method: ShippingMethod, rate: int, currency: str) -> ShippingOption:
    """The method as it is offered."""
    return ShippingOption(
        id=method.id,
        title=method.title,
        description=method.description,
        kind=method.kind,
        price=Money(amount=rate, currency=currency),
        min_days=method.min_days,
        max_days=method.max_days,
        pickup_at=method.pickup_at,
    )
