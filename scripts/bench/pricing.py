"""What working out a price costs: `python -m scripts.bench.pricing [--times 50]`.

CPU of this thread per call of `calculate`, with nothing behind it: the rules are at hand, as they are in an execution
environment that has met their stamp. Two rates of tax inside the prices, shipping that follows the goods; every fifth
promotion stands alone, and one is a code.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from functools import partial

from commerce.pricing import Basket, Destination, PricedLine, Rules, calculate
from commerce.pricing.promotions import Promotion, PromotionKind, Target
from commerce.pricing.shipping import Area, RateStep, ShippingMethod, ShippingZone
from commerce.pricing.taxes import TaxPolicy, TaxRate
from scripts.bench.meter import cpu_ms

LINES = (1, 10, 50)
PROMOTIONS = (0, 3, 20)
AT = datetime(2026, 1, 1, tzinfo=UTC)
CATEGORIES = 7
KINDS: list[tuple[PromotionKind, Target]] = [
    ("percent", "order"), ("fixed", "categories"), ("percent", "products"), ("buy_x_get_y", "categories"),
]  # fmt: skip
# A large shop, and one as large as the rules may be.
SHOPS = {"5 zones, 15 methods, 10 rates": (5, 3, 2), "200 zones, 500 methods, 2,000 rates": (200, 2.5, 10)}


def basket(lines: int) -> Basket:
    """So many lines, each of another product."""
    return Basket(
        currency="EUR",
        lines=tuple(
            PricedLine(
                line_id=f"line_{number:03}",
                quantity=1 + number % 5,
                unit_price=999 + 137 * number,
                product_id=f"prod_{number}",
                category=f"cat_{number % CATEGORIES}",
                tax_category=("", "books")[number % 2],
                weight_grams=100,
            )
            for number in range(lines)
        ),
        at=AT,
        destination=Destination("AA"),
        coupon="promo_000",
    )


def rules(promotions: int, zones: int, methods: float, rates: int) -> Rules:
    """A shop's rules, so many promotions among them that hold for every basket."""
    countries = [f"{chr(65 + number // 26)}{chr(65 + number % 26)}" for number in range(zones)]
    return Rules(
        promotions=[_promotion(number) for number in range(promotions)],
        zones=[
            ShippingZone(id=f"zone_{country}", title=country, areas=[Area(country=country)], created_at=AT)
            for country in countries
        ],
        methods=[
            ShippingMethod(
                id=f"ship_{number:03}",
                zone_id=f"zone_{countries[number % zones]}",
                title="Parcel",
                kind=("flat", "by_weight", "by_total")[number % 3],
                rates={"EUR": [RateStep(up_to=None, amount=490 + number)]},
                created_at=AT,
            )
            for number in range(int(zones * methods))
        ],
        rates=[
            TaxRate(
                id=f"tax_{number:04}",
                name="VAT",
                country=countries[number % zones],
                category=("", "books", *map(str, range(rates)))[number // zones],
                ppm=(190_000, 70_000, *[0] * rates)[number // zones],
                included=True,
                created_at=AT,
            )
            for number in range(zones * rates)
        ],
        policy=TaxPolicy(shipping="proportional"),
    )


def _promotion(number: int) -> Promotion:
    kind, target = KINDS[number % len(KINDS)]
    return Promotion(
        id=f"promo_{number:03}",
        automatic=number > 0,
        title=f"Offer {number}",
        kind=kind,
        target=target,
        target_ids=[f"cat_{number % CATEGORIES}", f"prod_{number}", f"prod_{number + 1}"],
        basis_points=5_000 if kind == "buy_x_get_y" else 500,
        amounts={"EUR": 300},
        buy=2,
        get=1,
        stacks=number % 5 != 4,
        created_at=AT,
    )


def main(arguments: list[str] | None = None) -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m scripts.bench.pricing")
    parser.add_argument("--times", type=int, default=50, help="calls of each")
    wanted = parser.parse_args(arguments)
    for title, size in SHOPS.items():
        print(f"\n{title}: CPU ms\n")
        print("| lines | " + " | ".join(f"{count} promotions" for count in PROMOTIONS) + " |")
        print("|---:" * (1 + len(PROMOTIONS)) + "|")
        known = [rules(count, *size) for count in PROMOTIONS]
        for lines in LINES:
            asked = basket(lines)
            costs = [cpu_ms(partial(calculate, asked, one), times=wanted.times) for one in known]
            print(f"| {lines} | " + " | ".join(f"{cost:.2f}" for cost in costs) + " |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
