"""Gift cards among the products: what a variant costs is what will be on the card.

So there is no offer on one, and it costs something. They are not scarce: nobody counts their stock.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from commerce.catalog.model import ProductKind

PLENTY = 1_000  # Pieces; more than any order holds.


class Valued(Protocol):
    """What of a variant matters here: prices in minor units by currency."""

    sku: str
    prices: dict[str, int]
    compare_at: dict[str, int]


@dataclass(frozen=True)
class Fault:
    """What is wrong with a variant, by its place; `member` is where, `code` is stable."""

    place: int
    member: str
    code: str
    message: str


def faults(kind: ProductKind, variants: Sequence[Valued]) -> Iterator[Fault]:
    """What keeps a product of this kind from being a gift card with these values."""
    if kind != "gift_card":
        return
    for place, variant in enumerate(variants):
        for currency, amount in variant.prices.items():
            if not amount:
                message = f"{variant.sku} would be a gift card of nothing."
                yield Fault(place, f"prices.{currency}", "gift_card_without_value", message)
        for currency in variant.compare_at:
            message = f"{variant.sku} is a gift card: it costs what it holds."
            yield Fault(place, f"compare_at.{currency}", "gift_card_reduced", message)
