"""What a basket costs: a pure function of the basket and the rules, every cent of whose result is explained.

Reductions come off first (single lines, then the order, then the shipping); taxes are worked out from what is left.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel

from commerce.money import Money
from commerce.pricing import eligibility, shipping, taxes
from commerce.pricing.eligibility import Refusal
from commerce.pricing.model import Basket, Reduction, Remaining, Totals
from commerce.pricing.promotions import Promotion, in_order, reach, reduce
from commerce.pricing.shipping import ShippingMethod, ShippingOption, ShippingZone
from commerce.pricing.statement import statement
from commerce.pricing.taxes import TaxPolicy, TaxRate


@dataclass(frozen=True, slots=True)
class Rules:
    """The shop's rules. `promotions` are those that apply by themselves, and the one whose code was entered.

    `subtrees` has the categories in and below each that a promotion names.
    """

    promotions: Sequence[Promotion] = ()
    zones: Sequence[ShippingZone] = ()
    methods: Sequence[ShippingMethod] = ()
    rates: Sequence[TaxRate] = ()
    policy: TaxPolicy = field(default_factory=TaxPolicy)
    subtrees: Mapping[str, frozenset[str]] = field(default_factory=dict)


class AppliedPromotion(BaseModel):
    """A promotion that made a purchase cheaper, and by how much. `code` is empty where it applied by itself."""

    id: str
    code: str
    title: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Priced:
    """A basket and what it costs; `applied` are the promotions that made it cheaper, `promotions` how they are told.

    `ships` is whether anything has to be sent. `options` are the shipping methods there are, `method` the one that was
    reckoned with; none while nobody knows where it goes, where nothing has to be sent, or where the shop does not send
    to (`served` is False).
    `refusal` says why the code that was entered gives nothing.
    """

    totals: Totals
    applied: list[Promotion]
    promotions: list[AppliedPromotion]
    ships: bool
    options: list[ShippingOption]
    method: ShippingOption | None
    served: bool
    refusal: Refusal | None


@dataclass(slots=True)
class _Course:
    """One way to apply promotions, gone to its end."""

    left: Remaining
    reductions: list[Reduction]
    options: list[tuple[ShippingMethod, int]]
    chosen: tuple[ShippingMethod, int] | None

    @property
    def cost(self) -> int:
        return self.left.goods() + self.left.shipping


def calculate(basket: Basket, rules: Rules) -> Priced:
    """What the basket costs at the basket's moment."""
    usable = [promotion for promotion in rules.promotions if eligibility.refusal(promotion, basket) is None]
    course = _best(basket, rules, usable)
    taxed_at = basket.destination and course.chosen and course.chosen[0].taxed_at(basket.destination)
    levied = taxes.levy(basket, taxed_at or basket.destination, course.left, rules.rates, rules.policy)
    known = {promotion.id: promotion for promotion in usable}
    reductions = [(known[reduction.promotion_id], reduction) for reduction in course.reductions]
    return Priced(
        totals=statement(basket, reductions, course.chosen, levied),
        applied=[promotion for promotion, _ in reductions],
        promotions=[_applied(promotion, reduction, basket.currency) for promotion, reduction in reductions],
        ships=basket.ships,
        options=[shipping.option(method, rate, basket.currency) for method, rate in course.options],
        method=shipping.option(*course.chosen, basket.currency) if course.chosen else None,
        served=basket.destination is None or shipping.zone_of(rules.zones, basket.destination) is not None,
        refusal=_refusal(basket, rules, course.reductions),
    )


def _best(basket: Basket, rules: Rules, usable: Sequence[Promotion]) -> _Course:
    """The cheapest for the buyer: all promotions that stack together, or one of those that stand alone.

    Of equally cheap ones it is the first: those that stack, then by priority.
    """
    together = [promotion for promotion in usable if promotion.stacks]
    alone = sorted((p for p in usable if not p.stacks), key=lambda p: (-p.priority, p.id))
    courses = [_follow(basket, rules, chosen) for chosen in (together, *([one] for one in alone))]
    return min(courses, key=lambda course: course.cost)


def _follow(basket: Basket, rules: Rules, promotions: Sequence[Promotion]) -> _Course:
    left = Remaining({line.line_id: line.total for line in basket.lines})
    ordered = in_order(promotions)
    reductions = [_take(p, basket, left, rules) for p in ordered if reach(p) != "shipping"]
    options, chosen = _shipping(basket, rules, left.goods())
    left.shipping = chosen[1] if chosen else 0
    reductions += [_take(p, basket, left, rules) for p in ordered if reach(p) == "shipping"]
    return _Course(left, [reduction for reduction in reductions if reduction.amount], options, chosen)


def _take(promotion: Promotion, basket: Basket, left: Remaining, rules: Rules) -> Reduction:
    reduction = reduce(promotion, basket, left, rules.subtrees, rules.policy.rounding)
    for line_id, amount in reduction.lines.items():
        left.lines[line_id] -= amount
    left.shipping -= reduction.shipping
    return reduction


def _shipping(
    basket: Basket, rules: Rules, goods: int
) -> tuple[list[tuple[ShippingMethod, int]], tuple[ShippingMethod, int] | None]:
    """The methods there are, and the one that was chosen: without a choice the cheapest, but nobody who has not said so
    comes to pick up a parcel, as long as it can be sent.
    """
    if basket.destination is None or not basket.ships:
        return [], None
    zone = shipping.zone_of(rules.zones, basket.destination)
    methods = [method for method in rules.methods if zone and method.zone_id == zone.id]
    options = shipping.offered(methods, basket, goods)
    if not basket.method:
        sent = (option for option in options if option[0].kind != "pickup")
        return options, next(sent, next(iter(options), None))
    return options, next((option for option in options if option[0].id == basket.method), None)


def _refusal(basket: Basket, rules: Rules, reductions: Sequence[Reduction]) -> Refusal | None:
    """Why the code that was entered gives nothing."""
    if not basket.coupon or any(reduction.promotion_id == basket.coupon for reduction in reductions):
        return None
    entered = next((promotion for promotion in rules.promotions if promotion.id == basket.coupon), None)
    if entered is None:
        return eligibility.UNKNOWN
    if reason := eligibility.refusal(entered, basket):
        return reason
    by_itself = _follow(basket, rules, [entered])
    return eligibility.BEATEN if by_itself.reductions else eligibility.NOTHING


def _applied(promotion: Promotion, reduction: Reduction, currency: str) -> AppliedPromotion:
    amount = Money(amount=reduction.amount, currency=currency)
    return AppliedPromotion(id=promotion.id, code=promotion.code or "", title=promotion.title, amount=amount)
