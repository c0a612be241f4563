"""What refunds take off a sale, to the cent: whatever the basket, and whatever went back before."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commerce.money import Money
from commerce.payments.credit import Credit
from commerce.payments.crediting import Pieces, of_amount, of_parts, refunded
from commerce.payments.sales import Sale, sold
from commerce.pricing.calculation import Rules, calculate
from commerce.pricing.model import Basket
from commerce.runtime.errors import Invalid
from tests.unit.pricing import arbitrary
from tests.unit.pricing.arbitrary import Case
from tests.unit.pricing.worked import AT, EVERYWHERE, USD, place, rate

thoroughly = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def sale_of(basket: Basket, rules: Rules) -> Sale:
    quantities = {line.line_id: line.quantity for line in basket.lines}
    return sold("ord_1", ["pay_1"], calculate(basket, rules).totals, quantities)


def three_lamps() -> Sale:
    """3 x 9.99 with 8.875 % on top, and 5.00 shipping with the same: 32.63 and 5.44."""
    basket = Basket(currency="USD", lines=(USD.line(3, "lamp", "9.99"),), at=AT, destination=place("US-NY"))
    return sale_of(
        basket, Rules(zones=[EVERYWHERE], methods=[USD.post("5.00")], rates=[rate("Sales", "8.875", "US-NY")])
    )


@given(arbitrary.cases(guarded=True))
@thoroughly
def test_a_sale_is_the_total_and_every_tax_of_it(case: Case) -> None:
    totals = calculate(*case).totals
    sale = sale_of(*case)
    assert sale.total == totals.total.amount
    parts = [*sale.lines, sale.shipping]
    taxes = totals.tax.amount + (totals.included_tax.amount if totals.included_tax else 0)
    assert sum(tax.amount for part in parts for tax in part.taxes) == taxes
    assert {line.line_id: line.gross for line in sale.lines} == {
        line.line_id: line.total.amount for line in totals.lines
    }
    assert min(part.net for part in parts) >= 0


@given(arbitrary.cases(guarded=True), st.data())
@thoroughly
def test_piece_by_piece_ends_exactly_at_the_total(case: Case, data: st.DataObject) -> None:
    """Some refunds fail on the way, and their pieces are refunded again."""
    sale = sale_of(*case)
    done: list[Credit] = []
    for _ in range(data.draw(st.integers(0, 6))):
        if done and data.draw(st.integers(0, 3)) == 0:
            done.remove(data.draw(st.sampled_from(done)))  # It failed.
            continue
        left = {line.line_id: line.quantity - refunded(done, line.line_id) for line in sale.lines}
        open_lines = [line_id for line_id, quantity in left.items() if quantity]
        if not open_lines:
            break
        line_id = data.draw(st.sampled_from(open_lines))
        quantity = data.draw(st.integers(1, left[line_id]))
        shipping = not any(credit.shipping for credit in done) and data.draw(st.booleans())
        credit = of_parts(sale, done, {line_id: Pieces(quantity)}, shipping=shipping)
        assert credit.amount >= 0
        assert all(tax.amount.amount >= 0 for line in credit.lines for tax in line.taxes)
        done.append(credit)
    rest = sale.total - sum(credit.amount for credit in done)
    done.append(of_amount(sale, done, rest))
    assert sum(credit.amount for credit in done) == sale.total
    for line in sale.lines:
        assert refunded(done, line.line_id) == line.quantity
        of_line = [credited for credit in done for credited in credit.lines if credited.line_id == line.line_id]
        assert sum(credited.amount.amount for credited in of_line) == line.gross
        for tax in line.taxes:
            taxed = [t.amount.amount for credited in of_line for t in credited.taxes if t.rate_id == tax.rate_id]
            assert sum(taxed) == tax.amount
    assert sum(credit.plain.amount for credit in done if credit.plain) == 0


def test_a_third_of_a_line_is_a_third_to_the_cent() -> None:
    sale = three_lamps()
    assert (sale.total, sale.lines[0].gross) == (3807, 3263)
    done: list[Credit] = []
    for _ in range(3):
        done.append(of_parts(sale, done, {"lamp": Pieces(1)}, shipping=False))
    assert [(c.amount, c.taxes) for c in done] == [(1088, 89), (1088, 89), (1087, 88)]
    rest = of_amount(sale, done, 544)
    assert rest.shipping is not None
    assert (rest.shipping.amount.amount, rest.shipping.taxes[0].amount.amount, rest.plain) == (544, 44, None)
    assert rest.shipping.taxes[0].percent == "8.875"


def test_a_courtesy_is_settled_when_all_goes_back() -> None:
    sale = three_lamps()
    courtesy = of_amount(sale, [], 500)
    assert (courtesy.amount, courtesy.taxes, courtesy.lines) == (500, 0, [])
    rest = of_amount(sale, [courtesy], 3307)
    assert (rest.amount, rest.taxes, rest.lines[0].quantity) == (3307, 310, 3)
    assert rest.plain is not None
    assert rest.plain.amount == -500


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ({"none": Pieces(1)}, ("lines.0.line_id", "unknown_line")),
        ({"lamp": Pieces(4)}, ("lines.0.quantity", "above_bought")),
    ],
)
def test_no_more_than_was_bought(lines: dict[str, Pieces], fault: tuple[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        of_parts(three_lamps(), [], lines, shipping=False)
    assert [(error.field, error.code) for error in refused.value.errors] == [fault]


def test_what_a_refund_that_has_not_failed_takes_is_gone() -> None:
    sale = three_lamps()
    before = [of_parts(sale, [], {"lamp": Pieces(2)}, shipping=True)]
    with pytest.raises(Invalid):
        of_parts(sale, before, {"lamp": Pieces(2)}, shipping=False)
    assert of_parts(sale, before, {"lamp": Pieces(1)}, shipping=True).shipping is None


def test_roundings_on_the_way_are_settled_by_the_last() -> None:
    """What a card can't be credited with exactly (steps of 10 fils) is rounded, and evened out in the end."""
    sale = three_lamps()
    odd = of_parts(sale, [], {"lamp": Pieces(1)}, shipping=False)
    rounded = odd.model_copy(update={"rounding": Money(amount=2, currency="USD")})
    assert rounded.amount == 1090
    rest = of_amount(sale, [rounded], 3807 - 1090)
    assert (rest.amount, rest.rounding, rest.plain) == (2717, Money(amount=-2, currency="USD"), None)
