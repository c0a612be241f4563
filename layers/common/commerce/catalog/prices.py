"""What was asked for a variant before: who announces a reduction must say the lowest price of the 30 days before it
(Directive 98/6/EC, article 6a, as the Omnibus Directive 2019/2161 has it).
"""

from datetime import datetime, timedelta
from itertools import pairwise

from commerce.catalog.model import PricePoint, Product, Variant

DAYS_BEFORE = timedelta(days=30)


def carry(product: Product, known: Product | None, at: datetime) -> None:
    """Continues the price log of each variant from what it was before, with what changes now."""
    for variant in product.variants:
        before = known.variant(variant.sku) if known else None
        variant.price_log = _continued(variant.prices, before.price_log if before else {}, at)


def lowest_before(variant: Variant) -> dict[str, int]:
    """The lowest price in force in the 30 days before the current price began, in minor units by currency; a currency
    that has seen one price only is missing.
    """
    lowest: dict[str, int] = {}
    for currency, points in variant.price_log.items():
        *earlier, _ = points
        if earlier and currency in variant.prices:
            lowest[currency] = min(point.amount for point in earlier)
    return lowest


def _continued(prices: dict[str, int], log: dict[str, list[PricePoint]], at: datetime) -> dict[str, list[PricePoint]]:
    continued = {}
    for currency, amount in prices.items():
        points = list(log.get(currency, ()))
        if not points or points[-1].amount != amount:
            points.append(PricePoint(amount=amount, since=at))
        continued[currency] = _needed(points)
    return continued


def _needed(points: list[PricePoint]) -> list[PricePoint]:
    """Without those that had ended 30 days before the current price began. A price ends when the next one begins."""
    since = points[-1].since - DAYS_BEFORE
    kept = [point for point, following in pairwise(points) if following.since > since]
    return [*kept, points[-1]]
