"""Taxes: which rates hold where something goes, and what they come to. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from commerce.money import allocate
from commerce.pricing.model import Basket, Destination, Remaining
from commerce.pricing.rounding import Rounding, portion
from commerce.runtime.clock import Moment
from commerce.runtime.mongo import Versioned

_MILLION = 1_000_000

SHIPPING = ""
"""The id under which the shipping stands among the lines."""


class TaxRate(Versioned):
    """A rate of tax on goods of one tax category (empty: all that have no rate of their own) in a country or a region.

    `ppm` are millionths: 8.875 % is 88,750. An `included` rate is inside the prices already, others come on top. Where
    a region has rates, they stand in place of the country's, unless all of them `add` to it (a province's tax beside
    the federal one). `on_shipping` says whether the shipping is taxed at it too (see `TaxPolicy`).
    """

    name: str
    country: str
    region: str = ""
    category: str = ""
    ppm: int
    included: bool = False
    adds: bool = False
    on_shipping: bool = True
    created_at: Moment

    @property
    def percent(self) -> str:
        """The rate in percent, as a plain decimal."""
        return format((Decimal(self.ppm) / 10_000).normalize(), "f")


@dataclass(frozen=True, slots=True)
class TaxPolicy:
    """How the shop works its taxes out.

    Per line, each line is rounded; per total, each rate is rounded once and dealt out over the lines: a matter of law
    and habit. Rates that are inside the prices together are worked out together, and split. Shipping is taxed at the
    rates of the usual category (`rated`), or follows the goods in proportion to their value (`proportional`), as what
    is secondary to them; in both cases only at rates that are `on_shipping`. Where the goods come to nothing, it has
    nothing to follow, and is `rated`.
    """

    per: Literal["line", "total"] = "line"
    rounding: Rounding = "half_even"
    shipping: Literal["rated", "proportional"] = "rated"


@dataclass(frozen=True, slots=True)
class Levied:
    """One rate's tax in minor units: from what (without it), and what falls on which line (see `SHIPPING`)."""

    rate: TaxRate
    base: int
    amounts: dict[str, int]

    @property
    def amount(self) -> int:
        """All of it."""
        return sum(self.amounts.values())


@dataclass(frozen=True, slots=True)
class _Taxed:
    """Something that is taxed at these rates: a line, or a part of the shipping."""

    line_id: str
    amount: int
    rates: tuple[TaxRate, ...]


def rates_for(rates: Iterable[TaxRate], where: Destination, category: str) -> tuple[TaxRate, ...]:
    """The rates that hold for a tax category at a place."""
    there = [rate for rate in rates if rate.country == where.country]
    national = _of_category([rate for rate in there if not rate.region], category)
    regional = _of_category([rate for rate in there if where.region and rate.region == where.region], category)
    if regional and not all(rate.adds for rate in regional):
        return tuple(regional)
    return (*national, *regional)


def levy(
    basket: Basket, where: Destination | None, left: Remaining, rates: Sequence[TaxRate], policy: TaxPolicy
) -> list[Levied]:
    """The taxes on what is left to pay, by rate. Nothing as long as nobody knows where it goes.

    Args:
        basket: what is bought.
        where: whose taxes hold.
        left: its price in minor units after reductions.
        rates: all that the shop has.
        policy: how they are worked out.
    """
    if where is None:
        return []
    there = [rate for rate in rates if rate.country == where.country]
    by_category = {name: rates_for(there, where, name) for name in {line.tax_category for line in basket.lines}}
    taxed = [
        _Taxed(line.line_id, left.lines[line.line_id], by_category[line.tax_category] if line.taxable else ())
        for line in basket.lines
    ]
    taxed += _shipping(left.shipping, taxed, rates_for(there, where, ""), policy)
    known = {rate.id: rate for thing in taxed for rate in thing.rates}
    taxed_at: defaultdict[str, list[int]] = defaultdict(list)
    for i, thing in enumerate(taxed):
        for rate in thing.rates:
            taxed_at[rate.id].append(i)
    inside = _inside(taxed, policy)
    net = [thing.amount - sum(taxes.values()) for thing, taxes in zip(taxed, inside, strict=True)]
    levied = []
    for rate in sorted(known.values(), key=lambda rate: (rate.region, rate.name, rate.id)):
        at = taxed_at[rate.id]
        if rate.included:
            amounts = [inside[i][rate.id] for i in at]
        else:
            amounts = _spread([net[i] for i in at], rate.ppm, _MILLION, policy)
        by_line: defaultdict[str, int] = defaultdict(int)
        for i, amount in zip(at, amounts, strict=True):
            by_line[taxed[i].line_id] += amount
        levied.append(Levied(rate, sum(net[i] for i in at), dict(by_line)))
    return levied


def _of_category(rates: list[TaxRate], category: str) -> list[TaxRate]:
    own = [rate for rate in rates if rate.category == category]
    return own or [rate for rate in rates if not rate.category]


def _shipping(amount: int, goods: list[_Taxed], usual: tuple[TaxRate, ...], policy: TaxPolicy) -> list[_Taxed]:
    """What of the shipping is taxed at which rates."""
    if not amount:
        return []
    if policy.shipping == "rated" or not any(thing.amount for thing in goods):
        return [_Taxed(SHIPPING, amount, _on_shipping(usual))]
    groups: defaultdict[tuple[str, ...], list[_Taxed]] = defaultdict(list)
    for thing in goods:
        groups[tuple(rate.id for rate in thing.rates)].append(thing)
    parts = allocate(amount, [sum(thing.amount for thing in group) for group in groups.values()])
    shares = zip(groups.values(), parts, strict=True)
    return [_Taxed(SHIPPING, part, _on_shipping(group[0].rates)) for group, part in shares if part]


def _on_shipping(rates: tuple[TaxRate, ...]) -> tuple[TaxRate, ...]:
    return tuple(rate for rate in rates if rate.on_shipping)


def _inside(taxed: list[_Taxed], policy: TaxPolicy) -> list[dict[str, int]]:
    """For each thing the taxes that its price holds, by rate."""
    found: list[dict[str, int]] = [{} for _ in taxed]
    groups: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for i, thing in enumerate(taxed):
        groups[tuple(rate.id for rate in thing.rates if rate.included)].append(i)
    for ids, at in groups.items():
        if not ids:
            continue
        weights = [rate.ppm for rate in taxed[at[0]].rates if rate.included]
        whole = _spread([taxed[i].amount for i in at], sum(weights), _MILLION + sum(weights), policy)
        for i, tax in zip(at, whole, strict=True):
            found[i] = dict(zip(ids, allocate(tax, weights), strict=True))
    return found


def _spread(bases: list[int], numerator: int, denominator: int, policy: TaxPolicy) -> list[int]:
    """The tax on each; rounded one by one, or once for all and then dealt out, so that the parts sum to it."""
    if policy.per == "line":
        return [portion(base, numerator, denominator, policy.rounding) for base in bases]
    return allocate(portion(sum(bases), numerator, denominator, policy.rounding), bases)
