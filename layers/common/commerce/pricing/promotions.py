"""Promotions: what makes a purchase cheaper, by a code or by itself. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Literal

from commerce.money import allocate
from commerce.pricing.model import Basket, PricedLine, Reduction, Remaining
from commerce.pricing.rounding import Rounding, portion
from commerce.runtime.clock import Moment
from commerce.runtime.mongo import Versioned

type PromotionKind = Literal["percent", "fixed", "free_shipping", "buy_x_get_y"]
type Target = Literal["order", "products", "categories", "shipping"]

# The order in which reductions are taken off: what concerns single lines, then the whole order, then its shipping.
_STAGE: dict[Target, int] = {"products": 0, "categories": 0, "order": 1, "shipping": 2}


class Promotion(Versioned):
    """A promotion. With a `code` it is a coupon; an `automatic` one has none and applies by itself.

    Amounts are minor units by currency: a fixed promotion gives nothing in a currency that it has no amount for, and
    where there are minimums, nothing in one that has none. `minimums` look at the goods before any reduction.
    `basis_points` are hundredths of a percent. Of every `buy` + `get` pieces the cheapest `get` are reduced by as much.
    `limit` counts orders of all customers, `limit_per_customer` those of one. A promotion that does not stack stands
    alone in its order.
    """

    code: str | None = None
    automatic: bool = False
    title: str
    active: bool = True
    kind: PromotionKind
    target: Target = "order"
    target_ids: list[str] = []
    basis_points: int = 0
    amounts: dict[str, int] = {}
    per_piece: bool = False
    buy: int = 0
    get: int = 0
    minimums: dict[str, int] = {}
    first_order: bool = False
    user_id: str = ""
    email: str = ""
    limit: int | None = None
    limit_per_customer: int | None = None
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    stacks: bool = True
    priority: int = 0
    created_at: Moment

    @property
    def percent(self) -> Decimal:
        """The percentage that it takes off."""
        return Decimal(self.basis_points) / 100

    @property
    def per_customer(self) -> int | None:
        """How many orders one customer may have with it: a promotion for the first order is for one."""
        return 1 if self.first_order else self.limit_per_customer

    def begins_after(self, at: datetime) -> bool:
        """Whether its time has not come; the first moment counts."""
        return self.starts_at is not None and at < self.starts_at

    def ended_by(self, at: datetime) -> bool:
        """Whether its time is over; the last moment does not count."""
        return self.ends_at is not None and at >= self.ends_at

    def missing(self, basket: Basket) -> int | None:
        """How much more must be in the basket, in minor units; 0 for enough, None where the currency has no minimum."""
        if not self.minimums:
            return 0
        if basket.currency not in self.minimums:
            return None
        return max(0, self.minimums[basket.currency] - sum(line.total for line in basket.lines))

    def targets(self, basket: Basket, subtrees: Mapping[str, frozenset[str]]) -> list[PricedLine]:
        """The lines it is about. `subtrees` are the categories in and below each of its own."""
        if self.target == "products":
            return [line for line in basket.lines if line.product_id in self.target_ids]
        if self.target == "categories":
            wanted = frozenset[str]().union(*(subtrees.get(id_, frozenset({id_})) for id_ in self.target_ids))
            return [line for line in basket.lines if line.category in wanted]
        return list(basket.lines)


def normal_code(text: str) -> str:
    """A code as it is kept, however it was typed: in capitals, without spaces."""
    return "".join(text.split()).upper()


def in_order(promotions: Sequence[Promotion]) -> list[Promotion]:
    """As they are taken off: by stage, then by priority (the higher first), then the older first."""
    return sorted(promotions, key=lambda p: (_STAGE[reach(p)], -p.priority, p.id))


def reduce(
    promotion: Promotion, basket: Basket, left: Remaining, subtrees: Mapping[str, frozenset[str]], rounding: Rounding
) -> Reduction:
    """What a promotion takes off of what others have left, never more than there is."""
    if promotion.missing(basket) != 0:
        return Reduction(promotion.id)
    if reach(promotion) == "shipping":
        return Reduction(promotion.id, shipping=min(left.shipping, _off_shipping(promotion, basket, left, rounding)))
    lines = [line for line in promotion.targets(basket, subtrees) if left.lines[line.line_id] > 0]
    if promotion.kind == "buy_x_get_y":
        return Reduction(promotion.id, _given_away(promotion, lines, left, rounding))
    weights = [left.lines[line.line_id] for line in lines]
    fixed = promotion.amounts.get(basket.currency, 0)
    if promotion.kind == "fixed" and promotion.per_piece:
        off = {line.line_id: min(left.lines[line.line_id], fixed * line.quantity) for line in lines if fixed}
        return Reduction(promotion.id, off)
    if promotion.kind == "percent":
        amount = portion(sum(weights), promotion.basis_points, 10_000, rounding)
    else:
        amount = min(sum(weights), fixed)
    if not amount:
        return Reduction(promotion.id)
    shares = allocate(amount, weights)
    return Reduction(promotion.id, {line.line_id: off for line, off in zip(lines, shares, strict=True) if off})


def reach(promotion: Promotion) -> Target:
    """What it takes off from: its target, or for free shipping the shipping."""
    return "shipping" if promotion.kind == "free_shipping" else promotion.target


def _off_shipping(promotion: Promotion, basket: Basket, left: Remaining, rounding: Rounding) -> int:
    if promotion.kind == "free_shipping":
        return left.shipping
    if promotion.kind == "percent":
        return portion(left.shipping, promotion.basis_points, 10_000, rounding)
    return promotion.amounts.get(basket.currency, 0)


def _given_away(
    promotion: Promotion, lines: Sequence[PricedLine], left: Remaining, rounding: Rounding
) -> dict[str, int]:
    """Of every `buy` + `get` pieces the cheapest `get` are reduced; of equal ones those of the later line."""
    pieces = sum(line.quantity for line in lines)
    given = pieces // (promotion.buy + promotion.get) * promotion.get
    reduced: dict[str, int] = {}
    for _, line in sorted(enumerate(lines), key=lambda pair: (pair[1].unit_price, -pair[0])):
        taken = min(given, line.quantity)
        given -= taken
        # An earlier reduction has made the line's pieces cheaper, each by as much.
        worth = left.lines[line.line_id] * taken // line.quantity
        if off := portion(worth, promotion.basis_points, 10_000, rounding):
            reduced[line.line_id] = off
    return reduced
