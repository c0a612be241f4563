"""What holds of any basket under any rules."""

import copy
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commerce.pricing.calculation import Rules, calculate
from commerce.pricing.model import Basket
from tests.unit.pricing import arbitrary, invariants
from tests.unit.pricing.arbitrary import Case
from tests.unit.pricing.worked import AT, USD, place, rate

thoroughly = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(arbitrary.cases(guarded=True))
@thoroughly
def test_charged_is_shown_is_the_sum_of_the_parts(case: Case) -> None:
    invariants.check(case[0], calculate(*case))


@given(arbitrary.cases(), st.data())
@thoroughly
def test_the_order_of_the_lines_does_not_change_what_anything_costs(case: Case, data: st.DataObject) -> None:
    basket, rules = case
    moved = replace(basket, lines=tuple(data.draw(st.permutations(basket.lines))))
    one, other = calculate(basket, rules), calculate(moved, rules)
    assert one.totals.total == other.totals.total
    assert {line.line_id: line for line in one.totals.lines} == {line.line_id: line for line in other.totals.lines}
    assert (one.totals.taxes, one.promotions, one.method) == (other.totals.taxes, other.promotions, other.method)


@given(arbitrary.cases())
@thoroughly
def test_gift_cards_change_nothing_but_what_they_cost(case: Case) -> None:
    basket, rules = case
    goods = replace(basket, lines=tuple(line for line in basket.lines if not line.gift_card))
    whole, rest = calculate(basket, rules), calculate(goods, rules)
    cost = sum(line.total for line in basket.lines if line.gift_card)
    assert whole.totals.items.amount - rest.totals.items.amount == cost
    for part in ("discount", "shipping", "tax", "included_tax", "taxes"):
        assert getattr(whole.totals, part) == getattr(rest.totals, part)
    assert (whole.promotions, whole.method, whole.refusal) == (rest.promotions, rest.method, rest.refusal)


def test_moving_a_line_moves_no_odd_cent() -> None:
    """One cent off two equal lines, one of them taxed at 20 %: 0.03 has a cent of tax, 0.02 has none."""
    lines = (USD.line(1, "a", "0.03"), USD.line(1, "b", "0.03", taxable=False))
    rules = Rules(promotions=[USD.fixed("0.01")], rates=[rate("Tax", "20", "US")])
    basket = Basket(currency="USD", lines=lines, at=AT, destination=place("US-OR"))
    assert _paid(basket, rules) == _paid(replace(basket, lines=lines[::-1]), rules) == 5
    told = [line.line_id for line in calculate(replace(basket, lines=lines[::-1]), rules).totals.lines]
    assert told == ["b", "a"]  # they are shown as they stand


@given(arbitrary.cases(guarded=True))
@thoroughly
def test_the_same_question_has_the_same_answer(case: Case) -> None:
    asked = copy.deepcopy(case)
    assert calculate(*case) == calculate(*asked)
    assert case == asked


@given(arbitrary.cases(steady=True), st.data())
@thoroughly
def test_one_more_promotion_never_makes_it_dearer(case: Case, data: st.DataObject) -> None:
    """Where neither the shipping nor its tax hang on the goods; elsewhere see the two tests below."""
    basket, rules = case
    rules = replace(rules, policy=replace(rules.policy, shipping="rated"))
    one_more = data.draw(arbitrary.promotions(9, basket.currency))
    assert _paid(basket, replace(rules, promotions=[*rules.promotions, one_more])) <= _paid(basket, rules)


@given(arbitrary.cases(steady=False))
@thoroughly
def test_promotions_never_make_it_dearer_than_without_any(case: Case) -> None:
    """Not even where a reduction takes the goods below what makes the shipping free."""
    basket, rules = case
    assert _paid(basket, rules) <= _paid(basket, replace(rules, promotions=()))


@given(arbitrary.cases(steady=False, most=4))
@thoroughly
def test_a_code_never_makes_it_dearer_than_without_it(case: Case) -> None:
    """Of whatever other promotions there are, some of which may be left out with it or without it."""
    basket, rules = replace(case[0], coupon=arbitrary.COUPON), case[1]
    others = [promotion for promotion in rules.promotions if promotion.id != arbitrary.COUPON]
    assert _paid(basket, rules) <= _paid(replace(basket, coupon=""), replace(rules, promotions=others))


def _paid(basket: Basket, rules: Rules) -> int:
    return calculate(basket, rules).totals.total.amount
