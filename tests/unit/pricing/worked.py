"""How a worked example is written down and checked: amounts as a receipt prints them, rates in percent.

Whatever an example does not name is expected to be nothing: no discount, no shipping, no tax, no rounding.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from commerce.money import Money, from_decimal, to_decimal
from commerce.pricing.calculation import Rules, calculate
from commerce.pricing.model import Basket, Customer, Destination, PricedLine
from commerce.pricing.promotions import Promotion
from commerce.pricing.shipping import RateStep, ShippingMethod, ShippingZone
from commerce.pricing.taxes import TaxPolicy, TaxRate
from tests.unit.pricing import invariants

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
EVERYWHERE = ShippingZone(id="zone", title="Everywhere", everywhere=True, created_at=AT)


def place(name: str) -> Destination | None:
    """`US-CA` is California, `DE` all of Germany, nothing is nowhere yet."""
    country, _, region = name.partition("-")
    return Destination(country, region) if country else None


def rate(name: str, percent: str, where: str, category: str = "", **how: bool) -> TaxRate:
    """A tax rate: `rate("VAT", "19", "DE", included=True)`."""
    country, _, region = where.partition("-")
    return TaxRate(
        id="-".join(filter(None, (name, where, category))),
        name=f"{name} {percent} %",
        country=country,
        region=region,
        category=category,
        ppm=int(Decimal(percent) * 10_000),
        created_at=AT,
        **how,
    )


@dataclass(frozen=True)
class Expected:
    """A worked example: what is bought by which rules, and what the receipt says."""

    basket: Basket
    rules: Rules
    told: dict[str, Any]


class In:
    """Whatever has an amount, in one currency."""

    def __init__(self, currency: str) -> None:
        self.currency = currency

    def line(self, quantity: int, name: str, price: str, tax: str = "", **more: Any) -> PricedLine:
        """So many pieces at this price each; `tax` is their tax category."""
        told = {"line_id": name, "product_id": name} | more
        return PricedLine(quantity=quantity, unit_price=self.minor(price), tax_category=tax, **told)

    def post(self, price: str, name: str = "post", *, free_over: str = "", **more: Any) -> ShippingMethod:
        """A shipping method at a flat price."""
        return self.method(name, "flat", [(None, price)], free_over=free_over, **more)

    def method(
        self, name: str, kind: Any, ladder: Sequence[tuple[int | str | None, str]], *, free_over: str = "", **more: Any
    ) -> ShippingMethod:
        """A shipping method whose price depends: steps up to so many grams, or up to goods for so much."""
        steps = [
            RateStep(up_to=self.minor(limit) if isinstance(limit, str) else limit, amount=self.minor(price))
            for limit, price in ladder
        ]
        free = {self.currency: self.minor(free_over)} if free_over else {}
        made = {"id": name, "title": name, "kind": kind, "zone_id": EVERYWHERE.id, "created_at": AT}
        return ShippingMethod.model_validate(made | {"rates": {self.currency: steps}, "free_over": free} | more)

    def percent(self, percent: str, name: str = "percent", **more: Any) -> Promotion:
        """So much percent off."""
        return self._promotion(name, kind="percent", basis_points=int(Decimal(percent) * 100), **more)

    def fixed(self, amount: str, name: str = "fixed", **more: Any) -> Promotion:
        """So much money off."""
        return self._promotion(name, kind="fixed", amounts={self.currency: self.minor(amount)}, **more)

    def free_shipping(self, name: str = "free_shipping", **more: Any) -> Promotion:
        """The shipping for nothing."""
        return self._promotion(name, kind="free_shipping", **more)

    def buy(self, buy: int, *, get: int, percent: str = "100", name: str = "buy_get", **more: Any) -> Promotion:
        """Of every `buy` + `get` pieces the cheapest `get` are that much percent off."""
        points = int(Decimal(percent) * 100)
        return self._promotion(name, kind="buy_x_get_y", buy=buy, get=get, basis_points=points, **more)

    def example(
        self,
        name: str,
        *,
        buy: Sequence[PricedLine],
        total: str,
        to: str = "",
        offers: Sequence[Promotion] = (),
        methods: Sequence[ShippingMethod] = (),
        rates: Sequence[TaxRate] = (),
        policy: TaxPolicy | None = None,
        subtrees: Mapping[str, frozenset[str]] | None = None,
        method: str = "",
        coupon: str = "",
        customer: Customer | None = None,
        taxes: Mapping[str, tuple[str, str]] | None = None,
        lines: Mapping[str, str] | None = None,
        **parts: str,
    ) -> Any:
        """An example by its name.

        Args:
            name: what it shows.
            buy: the lines.
            total: what is to be paid.
            to: where it goes.
            offers: the promotions.
            methods: the shipping methods.
            rates: the tax rates.
            policy: how taxes are worked out; without it, per line and half to even.
            subtrees: the categories below others.
            method: the chosen shipping method.
            coupon: the name of the promotion whose code was entered.
            customer: who buys.
            taxes: base and amount of each rate; looked at only where they are given.
            lines: what single lines come to; looked at only where they are given.
            **parts: `items`, `discount`, `shipping`, `tax`, `included_tax`, `rounding`, `offers_used`, `refusal`.
        """
        basket = Basket(
            currency=self.currency,
            lines=tuple(buy),
            at=AT,
            destination=place(to),
            method=method,
            coupon=coupon,
            customer=customer or Customer(),
        )
        rules = Rules(
            promotions=offers,
            zones=[EVERYWHERE],
            methods=methods,
            rates=rates,
            policy=policy or TaxPolicy(),
            subtrees=subtrees or {},
        )
        told: dict[str, Any] = parts | {"total": total}
        told |= {"taxes": dict(taxes)} if taxes is not None else {}
        told |= {"lines": dict(lines)} if lines is not None else {}
        return pytest.param(Expected(basket, rules, told), id=name)

    def minor(self, amount: str) -> int:
        """An amount as it is printed, in minor units."""
        return from_decimal(amount, self.currency)

    def _promotion(self, name: str, *, minimum: str = "", **more: Any) -> Promotion:
        minimums = {self.currency: self.minor(minimum)} if minimum else {}
        made = {"id": name, "title": name, "minimums": minimums, "created_at": AT}
        return Promotion.model_validate(made | more)


def check(example: Expected) -> None:
    """The example comes out as it was worked out, and holds what every calculation holds."""
    priced = calculate(example.basket, example.rules)
    invariants.check(example.basket, priced)
    totals, wanted = priced.totals, example.told
    amounts = {
        name: getattr(totals, name) for name in ("items", "discount", "shipping", "tax", "included_tax", "rounding")
    }
    told: dict[str, Any] = {name: _printed(money) for name, money in amounts.items() if money and money.amount}
    told["total"] = _printed(totals.total)
    if priced.refusal:
        told["refusal"] = priced.refusal.code
    if "offers_used" in wanted:
        told["offers_used"] = ", ".join(promotion.id for promotion in priced.promotions)
    if "taxes" in wanted:
        told["taxes"] = {tax.name: (_printed(tax.base), _printed(tax.amount)) for tax in totals.taxes}
    if "lines" in wanted:
        told["lines"] = {line.line_id: _printed(line.total) for line in totals.lines if line.line_id in wanted["lines"]}
    assert told == wanted


def _printed(money: Money) -> str:
    return to_decimal(money.amount, money.currency)


USD, CAD, EUR, GBP, CHF, NOK = In("USD"), In("CAD"), In("EUR"), In("GBP"), In("CHF"), In("NOK")
JPY, KWD, BHD, AUD, INR, SGD = In("JPY"), In("KWD"), In("BHD"), In("AUD"), In("INR"), In("SGD")
