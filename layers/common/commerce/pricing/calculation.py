"""What a basket costs: a pure function of the basket and the rules, every cent of whose result is explained.

Reductions come off first (single lines, then the order, then the shipping); taxes are worked out from what is left.

Gift cards are money that changes its form. No rule sees them: nothing is taken off them, nor do they count towards what
makes something else cheaper; nothing of them is sent; and they bear no tax, since they are multi-purpose vouchers: what
is bought with one is taxed then, "whereas each preceding transfer of that multi-purpose voucher shall not be subject to
VAT" (Directive 2006/112/EC, article 30b(2), inserted by Directive (EU) 2016/1065).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from pydantic import BaseModel

from commerce.money import Money
from commerce.pricing import eligibility, shipping, taxes
from commerce.pricing.eligibility import Refusal
from commerce.pricing.model import Basket, Reduction, Remaining, Totals
from commerce.pricing.promotions import Promotion, in_order, reach, reduce
from commerce.pricing.shipping import ShippingMethod, ShippingOption, ShippingZone
from commerce.pricing.statement import statement
from commerce.pricing.taxes import Levied, TaxPolicy, TaxRate


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


@dataclass(frozen=True, slots=True)
class _Case:
    """What is asked, with what of the rules can hold for it.

    The lines stand in the order of their ids, so that whoever gets an odd cent does not hang on how they are shown.
    """

    basket: Basket
    rules: Rules
    methods: Sequence[ShippingMethod]
    rates: Sequence[TaxRate]
    on_top: bool
    """Whether there are taxes that the prices do not hold."""


@dataclass
class _Course:
    """One way to apply promotions, gone to its end."""

    case: _Case
    left: Remaining
    reductions: list[Reduction]
    options: list[tuple[ShippingMethod, int]]
    chosen: tuple[ShippingMethod, int] | None

    @cached_property
    def levied(self) -> list[Levied]:
        """The taxes, of the place where it is handed over."""
        case, where = self.case, self.case.basket.destination
        taxed_at = self.chosen[0].taxed_at(where) if where and self.chosen else where
        return taxes.levy(case.basket, taxed_at, self.left, case.rates, case.rules.policy)

    @cached_property
    def rank(self) -> tuple[bool, int]:
        """What can be sent goes before what can't; then it is what has to be paid, with the taxes on top of it."""
        on_top = sum(tax.amount for tax in self.levied if not tax.rate.included) if self.case.on_top else 0
        return self.chosen is None, self.left.goods() + self.left.shipping + on_top


def calculate(basket: Basket, rules: Rules) -> Priced:
    """What the basket costs at the basket's moment. The order of its lines changes nothing."""
    whole, basket = basket, replace(basket, lines=tuple(line for line in basket.lines if not line.gift_card))
    zone = shipping.zone_of(rules.zones, basket.destination) if basket.destination else None
    case = _case(basket, rules, zone)
    usable = [promotion for promotion in rules.promotions if eligibility.refusal(promotion, basket) is None]
    course = _best(case, usable)
    known = {promotion.id: promotion for promotion in usable}
    if basket.coupon in known:  # A code that is entered never makes it dearer.
        without = _best(case, [promotion for promotion in usable if promotion.id != basket.coupon])
        course = min(course, without, key=lambda course: course.rank)
    reductions = [(known[reduction.promotion_id], reduction) for reduction in course.reductions]
    return Priced(
        totals=statement(whole, reductions, course.chosen, course.levied),
        applied=[promotion for promotion, _ in reductions],
        promotions=[_applied(promotion, reduction, basket.currency) for promotion, reduction in reductions],
        ships=basket.ships,
        options=[shipping.option(method, rate, basket.currency) for method, rate in course.options],
        method=shipping.option(*course.chosen, basket.currency) if course.chosen else None,
        served=basket.destination is None or zone is not None,
        refusal=_refusal(case, course),
    )


def _case(basket: Basket, rules: Rules, zone: ShippingZone | None) -> _Case:
    methods = [method for method in rules.methods if zone and method.zone_id == zone.id]
    countries = {basket.destination.country} if basket.destination else set[str]()
    countries |= {method.pickup_country for method in methods}
    rates = [rate for rate in rules.rates if rate.country in countries]
    ordered = tuple(sorted(basket.lines, key=lambda line: line.line_id))
    on_top = any(not rate.included for rate in rates)
    return _Case(replace(basket, lines=ordered), rules, methods, rates, on_top)


def _best(case: _Case, usable: Sequence[Promotion]) -> _Course:
    """The cheapest for the buyer: all promotions that stack together, or one of those that stand alone, or none.

    Of equally cheap ones it is the first: those that stack, then by priority. Where taking off makes the shipping
    dearer (the goods fall below what would make it free), each of those that stack is left out in turn as well.
    """
    together = [promotion for promotion in usable if promotion.stacks]
    alone = sorted((p for p in usable if not p.stacks), key=lambda p: (-p.priority, p.id))
    whole = _follow(case, together)
    if not usable:
        return whole
    bare = _follow(case, ())
    courses = [whole, *(_follow(case, [one]) for one in alone)]
    if whole.chosen and bare.chosen and whole.chosen[1] > bare.chosen[1]:
        courses += [_follow(case, [p for p in together if p is not left_out]) for left_out in together]
    return min([*courses, bare], key=lambda course: course.rank)


def _follow(case: _Case, promotions: Sequence[Promotion]) -> _Course:
    basket, rules = case.basket, case.rules
    left = Remaining({line.line_id: line.total for line in basket.lines})
    ordered = in_order(promotions)
    reductions = [_take(p, basket, left, rules) for p in ordered if reach(p) != "shipping"]
    options, chosen = _shipping(case, left.goods())
    left.shipping = chosen[1] if chosen else 0
    reductions += [_take(p, basket, left, rules) for p in ordered if reach(p) == "shipping"]
    return _Course(case, left, [reduction for reduction in reductions if reduction.amount], options, chosen)


def _take(promotion: Promotion, basket: Basket, left: Remaining, rules: Rules) -> Reduction:
    reduction = reduce(promotion, basket, left, rules.subtrees, rules.policy.rounding)
    for line_id, amount in reduction.lines.items():
        left.lines[line_id] -= amount
    left.shipping -= reduction.shipping
    return reduction


def _shipping(case: _Case, goods: int) -> tuple[list[tuple[ShippingMethod, int]], tuple[ShippingMethod, int] | None]:
    """The methods there are, and the one that was chosen: without a choice the cheapest, but nobody who has not said so
    comes to pick up a parcel, as long as it can be sent.
    """
    basket = case.basket
    if basket.destination is None or not basket.ships:
        return [], None
    options = shipping.offered(case.methods, basket, goods)
    if basket.method:
        return options, next((option for option in options if option[0].id == basket.method), None)
    brought = [option for option in options if option[0].kind != "pickup"]
    return options, next(iter(brought or options), None)


def _refusal(case: _Case, course: _Course) -> Refusal | None:
    """Why the code that was entered gives nothing."""
    coupon = case.basket.coupon
    if not coupon or any(reduction.promotion_id == coupon for reduction in course.reductions):
        return None
    entered = next((promotion for promotion in case.rules.promotions if promotion.id == coupon), None)
    if entered is None:
        return eligibility.UNKNOWN
    if reason := eligibility.refusal(entered, case.basket):
        return reason
    if _follow(case, [entered]).reductions:
        return eligibility.BEATEN
    unknown = reach(entered) == "shipping" and case.basket.ships and course.chosen is None
    return eligibility.AWAITS if unknown else eligibility.NOTHING


def _applied(promotion: Promotion, reduction: Reduction, currency: str) -> AppliedPromotion:
    amount = Money(amount=reduction.amount, currency=currency)
    return AppliedPromotion(id=promotion.id, code=promotion.code or "", title=promotion.title, amount=amount)
