"""An invoice says what the order says: of every worked example, and of any basket under any rules."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from commerce.invoices import composing
from commerce.invoices.model import Content, Paid
from commerce.pricing import Basket, Rules, Totals, calculate
from tests.unit.invoices import papers
from tests.unit.pricing import (
    arbitrary,
    test_examples_elsewhere,
    test_examples_europe,
    test_examples_gift_cards,
    test_examples_north_america,
    test_examples_promotions,
    test_examples_rounding,
    test_examples_shipping,
)
from tests.unit.pricing.arbitrary import Case
from tests.unit.pricing.worked import AT, EUR, EVERYWHERE, USD, Expected, place, rate

MODULES = (
    test_examples_elsewhere,
    test_examples_europe,
    test_examples_gift_cards,
    test_examples_north_america,
    test_examples_promotions,
    test_examples_rounding,
    test_examples_shipping,
)
EXAMPLES = [
    example
    for module in MODULES
    for value in vars(module).values()
    if isinstance(value, list)
    for example in value
    if isinstance(example, type(pytest.param())) and isinstance(example.values[0], Expected)
]


def check(said: Content, totals: Totals) -> None:
    """The total is what was charged, the taxes are the order's, and every sum adds up, along lines and along rates."""
    amounts = {name: getattr(totals, name) for name in ("total", "tax", "included_tax", "rounding")}
    known = {name: money.amount if money else 0 for name, money in amounts.items()}
    assert said.total == known["total"]
    assert said.rounding == known["rounding"]
    assert [(row.name, row.percent, row.base, row.amount, row.included) for row in said.taxes] == [
        (tax.name, tax.percent, tax.base.amount, tax.amount.amount, tax.included) for tax in totals.taxes
    ]
    assert sum(row.amount for row in said.taxes if not row.included) == known["tax"]
    assert sum(row.amount for row in said.taxes if row.included) == known["included_tax"]
    assert said.net == known["total"] - known["rounding"] - known["tax"] - known["included_tax"]
    assert sum(part.gross for part in said.parts) + said.rounding == said.total
    by_line = {line.line_id: line for line in totals.lines}
    for part in said.parts:
        assert min(part.net, part.gross, part.discount, *(tax.base for tax in part.taxes), 0) == 0, part
        assert all(tax.base <= part.net for tax in part.taxes)
        if part.line_id:
            line = by_line.pop(part.line_id)
            assert (part.gross, part.discount) == (line.total.amount, line.discount.amount)
    assert not by_line


def composed(basket: Basket, rules: Rules) -> tuple[Content, Totals]:
    return papers.content(basket, rules), calculate(basket, rules).totals


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 120


@pytest.mark.parametrize("example", EXAMPLES)
def test_of_the_worked_examples(example: Expected) -> None:
    check(*composed(example.basket, example.rules))


@given(arbitrary.cases(delivered=True))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_of_any_basket_under_any_rules(case: Case) -> None:
    check(*composed(*case))


def test_a_line_tells_its_rates_and_the_shipping_is_a_part_of_its_own() -> None:
    basket = Basket(
        currency="EUR",
        lines=(EUR.line(2, "lamp", "11.90"), EUR.line(1, "book", "10.70", tax="books")),
        at=AT,
        destination=place("DE"),
    )
    rates = [rate("VAT", "19", "DE", included=True), rate("VAT", "7", "DE", "books", included=True)]
    priced = calculate(basket, Rules(rates=rates))
    said = composing.invoice(papers.sale(basket, priced, titles=["Brass lamp", "Novel"]), [])
    assert [(part.title, part.net, part.gross) for part in said.parts] == [
        ("Brass lamp", 2000, 2380),
        ("Novel", 1000, 1070),
    ]
    assert [[said.taxes[tax.rate].percent for tax in part.taxes] for part in said.parts] == [["19"], ["7"]]
    assert said.parts[0].detail == "LAMP"


def test_to_whom_it_is_made_out_and_where_it_went() -> None:
    basket = Basket(currency="USD", lines=(USD.line(1, "lamp", "5.00"),), at=AT, destination=place("US-OR"))
    rules: dict[str, Any] = {"methods": [USD.post("4.00")], "zones": [EVERYWHERE]}
    charles = papers.ADA.model_copy(update={"name": "Charles Babbage", "company": "Engines Ltd"})
    said = papers.content(basket, Rules(**rules), shipping_address=charles)
    assert said.buyer.address == ["Ada Lovelace", "12 St James's Square", "London", "SW1Y 4JH", "United Kingdom"]
    assert said.deliver_to[:2] == ["Charles Babbage", "Engines Ltd"]
    assert papers.content(basket, Rules(**rules)).deliver_to == []
    assert said.parts[-1].model_dump(include={"title", "detail", "gross"}) == {
        "title": "Shipping",
        "detail": "post",
        "gross": 400,
    }
    assert papers.content(basket, Rules(), shipping_address=charles).deliver_to == [], "nothing was sent"


def test_what_does_not_add_up_is_never_made() -> None:
    basket = Basket(currency="USD", lines=(USD.line(1, "lamp", "5.00"),), at=AT, destination=place("US-OR"))
    sold = papers.sale(basket, calculate(basket, Rules(rates=[rate("Tax", "10", "US")])))
    paid = [Paid(payment_id="pay_1", by="stripe", amount=550)]
    assert composing.invoice(sold, paid).total == 550
    dearer = sold.totals.total.model_copy(update={"amount": 551})
    sold.totals.total = dearer
    with pytest.raises(ValueError, match="the total is not the sum of its parts"):
        composing.invoice(sold, paid)
    sold.totals.total = dearer.model_copy(update={"amount": 550})
    sold.totals.taxes[0].base = dearer
    with pytest.raises(ValueError, match="is not the sum of its parts"):
        composing.invoice(sold, paid)


def test_a_gift_card_is_a_voucher_without_tax() -> None:
    lines = (EUR.line(1, "lamp", "119.00"), EUR.line(2, "card", "25.00", gift_card=True))
    basket = Basket(currency="EUR", lines=lines, at=AT, destination=place("DE"))
    said = papers.content(basket, Rules(zones=[EVERYWHERE], rates=[rate("VAT", "19", "DE", included=True)]))
    card = said.parts[1]
    assert (card.detail, card.net, card.taxes, card.gross) == (f"CARD \u00b7 {composing.VOUCHER}", 5000, [], 5000)
    assert [(row.base, row.amount) for row in said.taxes] == [(10_000, 1900)]
