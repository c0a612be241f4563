"""Worked examples: what promotions take off, without taxes."""

import pytest

from tests.unit.pricing.worked import EUR, USD, Expected, check

SOCKS = {"category": "socks"}

REDUCTIONS = [
    # 20 % of 100.00, then 5.00.
    USD.example(
        "percent, then fixed",
        buy=[USD.line(1, "lamp", "100.00")],
        offers=[USD.fixed("5.00"), USD.percent("20", priority=1)],
        items="100.00", discount="25.00", total="75.00", offers_used="percent, fixed",
    ),
    # 5.00 first, then 20 % of 95.00, which is 19.00.
    USD.example(
        "fixed, then percent",
        buy=[USD.line(1, "lamp", "100.00")],
        offers=[USD.fixed("5.00", priority=1), USD.percent("20")],
        items="100.00", discount="24.00", total="76.00", offers_used="fixed, percent",
    ),
    # 10 %, and 10 % of what is left: 10.00 + 9.00, not 20.00.
    USD.example(
        "percentages are not added up",
        buy=[USD.line(1, "lamp", "100.00")],
        offers=[USD.percent("10", "one"), USD.percent("10", "two")],
        items="100.00", discount="19.00", total="81.00", offers_used="one, two",
    ),
    # Single products first, whatever the priority: 50 % of 40.00 is 20.00; then 10.00 off 80.00.
    USD.example(
        "products before the order",
        buy=[USD.line(1, "lamp", "40.00"), USD.line(1, "vase", "60.00")],
        offers=[USD.fixed("10.00", priority=9), USD.percent("50", target="products", target_ids=["lamp"])],
        items="100.00", discount="30.00", total="70.00", offers_used="percent, fixed",
        # 10.00 by 20 : 60 is 2.50 and 7.50.
        lines={"lamp": "17.50", "vase": "52.50"},
    ),
    # 25 % of lamp and vase, 60.00; the novel is elsewhere.
    USD.example(
        "a category is about all below it",
        buy=[
            USD.line(1, "lamp", "40.00", category="lamps"),
            USD.line(1, "novel", "10.00", category="books"),
            USD.line(1, "vase", "20.00", category="home"),
        ],
        offers=[USD.percent("25", target="categories", target_ids=["home"])],
        subtrees={"home": frozenset({"home", "lamps"})},
        items="70.00", discount="15.00", total="55.00",
        lines={"lamp": "30.00", "novel": "10.00", "vase": "15.00"},
    ),
    # 33 % of 2.97 is 0.9801, so 0.98 (by line it would be 0.33 each, 0.99). 32.67 cents each: 33, 33, 32.
    USD.example(
        "a percentage is rounded once, then dealt out",
        buy=[USD.line(1, name, "0.99") for name in ("badge", "patch", "pin")],
        offers=[USD.percent("33", target="products", target_ids=["badge", "patch", "pin"])],
        items="2.97", discount="0.98", total="1.99",
        lines={"badge": "0.66", "patch": "0.66", "pin": "0.67"},
    ),
    # 5.00 by 3.33 : 6.66 is 166.67 and 333.33 cents: the odd cent goes to the larger remainder. 1.66 + 3.33.
    USD.example(
        "the same product in two lines",
        buy=[
            USD.line(1, "mug, for Ada", "3.33", product_id="mug"),
            USD.line(2, "mug, for Bob", "3.33", product_id="mug"),
        ],
        offers=[USD.fixed("5.00", target="products", target_ids=["mug"])],
        items="9.99", discount="5.00", total="4.99",
        lines={"mug, for Ada": "1.66", "mug, for Bob": "3.33"},
    ),
    # 3 x 2.00 off the mugs.
    USD.example(
        "so much off each piece",
        buy=[USD.line(3, "mug", "7.50"), USD.line(1, "plate", "10.00")],
        offers=[USD.fixed("2.00", per_piece=True, target="products", target_ids=["mug"])],
        items="32.50", discount="6.00", total="26.50",
        lines={"mug": "16.50", "plate": "10.00"},
    ),
    # Not 20.00 but what the mugs cost, 15.00.
    USD.example(
        "off each piece, but not more than it costs",
        buy=[USD.line(2, "mug", "7.50"), USD.line(1, "plate", "10.00")],
        offers=[USD.fixed("10.00", per_piece=True, target="products", target_ids=["mug"])],
        items="25.00", discount="15.00", total="10.00",
    ),
    # 50.00 takes all of 30.00; the rest of it lapses, and the post is no part of the goods.
    USD.example(
        "an amount larger than the goods",
        to="US-OR",
        buy=[USD.line(1, "vase", "30.00")],
        offers=[USD.fixed("50.00")],
        methods=[USD.post("5.00")],
        items="30.00", discount="30.00", shipping="5.00", total="5.00",
    ),
    # Everything off, the post too: nothing to pay.
    USD.example(
        "a free order needs no payment",
        to="US-OR",
        buy=[USD.line(2, "lamp", "40.00")],
        offers=[USD.percent("100"), USD.free_shipping()],
        methods=[USD.post("5.00")],
        items="80.00", discount="85.00", shipping="5.00", total="0.00", offers_used="percent, free_shipping",
    ),
    # 10 % of 20.00, all of it off the lamp: there is nothing to take off a gift.
    USD.example(
        "something for nothing in the basket",
        buy=[USD.line(1, "gift", "0.00"), USD.line(1, "lamp", "20.00")],
        offers=[USD.percent("10")],
        items="20.00", discount="2.00", total="18.00",
        lines={"gift": "0.00", "lamp": "18.00"},
    ),
    USD.example("nothing in the basket", buy=[], offers=[USD.percent("10")], total="0.00"),
]  # fmt: skip

BUY_AND_GET = [
    # One of three, the cheapest: 5.00.
    USD.example(
        "three for two, of different prices",
        buy=[USD.line(1, "hat", "12.00"), USD.line(1, "scarf", "8.00"), USD.line(1, "socks", "5.00")],
        offers=[USD.buy(2, get=1)],
        items="25.00", discount="5.00", total="20.00",
        lines={"hat": "12.00", "scarf": "8.00", "socks": "0.00"},
    ),
    # Seven pieces are two threes and one: two are free, both of the cheaper ones.
    USD.example(
        "three for two, twice",
        buy=[USD.line(3, "hat", "10.00"), USD.line(4, "socks", "6.00")],
        offers=[USD.buy(2, get=1)],
        items="54.00", discount="12.00", total="42.00",
    ),
    # Five pieces: one three. With a sixth there would be two.
    USD.example(
        "three for two, not quite twice",
        buy=[USD.line(5, "socks", "6.00")],
        offers=[USD.buy(2, get=1)],
        items="30.00", discount="6.00", total="24.00",
    ),
    # 50 % of 19.99 is 9.995, so 10.00 (the half to the even cent).
    USD.example(
        "the second at half its price",
        buy=[USD.line(1, "hat", "29.99"), USD.line(1, "scarf", "19.99")],
        offers=[USD.buy(1, get=1, percent="50")],
        items="49.98", discount="10.00", total="39.98",
    ),
    # The hat is no sock: three pairs, one free.
    USD.example(
        "three for two, of one category",
        buy=[USD.line(1, "hat", "2.00"), USD.line(3, "socks", "5.00", **SOCKS)],
        offers=[USD.buy(2, get=1, target="categories", target_ids=["socks"])],
        items="17.00", discount="5.00", total="12.00",
    ),
    # 10 % off both: 36.00 are left, 18.00 each, and one of them is free. (The order is the second stage.)
    USD.example(
        "two for one, of what a percentage has left",
        buy=[USD.line(2, "lamp", "20.00")],
        offers=[USD.buy(1, get=1), USD.percent("10", target="products", target_ids=["lamp"])],
        items="40.00", discount="22.00", total="18.00", offers_used="percent, buy_get",
    ),
    # Gifts are no pieces: they neither make up a three nor are they the cheapest of one. Three hats, one free.
    USD.example(
        "three for two: what costs nothing does not count",
        buy=[USD.line(4, "gift", "0.00"), USD.line(3, "hat", "10.00")],
        offers=[USD.buy(2, get=1)],
        items="30.00", discount="10.00", total="20.00",
    ),
    # Both are the cheapest: the later one is free.
    USD.example(
        "two for one, of the same price",
        buy=[USD.line(1, "hat", "10.00"), USD.line(1, "scarf", "10.00")],
        offers=[USD.buy(1, get=1)],
        items="20.00", discount="10.00", total="10.00",
        lines={"hat": "10.00", "scarf": "0.00"},
    ),
    # The pin, which another promotion gives, counts as one of three, and as the cheapest is the one that is free.
    # Without it, two hats would cost as much.
    USD.example(
        "one for three: what another promotion has made free counts",
        buy=[USD.line(1, "hat", "10.00"), USD.line(1, "pin", "1.00"), USD.line(1, "scarf", "9.00")],
        offers=[USD.buy(1, get=2), USD.percent("100", target="products", target_ids=["pin"])],
        items="20.00", discount="10.00", total="10.00", offers_used="percent, buy_get",
    ),
]  # fmt: skip

BEST_FOR_THE_BUYER = [
    # Together 10 % of 100.00 and 5.00: 85.00. Alone 30 %: 70.00.
    USD.example(
        "one that stands alone beats those that stack",
        buy=[USD.line(1, "lamp", "100.00")],
        offers=[USD.percent("10", priority=1), USD.fixed("5.00"), USD.percent("30", "alone", stacks=False)],
        items="100.00", discount="30.00", total="70.00", offers_used="alone",
    ),
    # Alone 12 %: 88.00. Together 85.00.
    USD.example(
        "one that stands alone loses",
        buy=[USD.line(1, "lamp", "100.00")],
        offers=[USD.percent("10", priority=1), USD.fixed("5.00"), USD.percent("12", "alone", stacks=False)],
        items="100.00", discount="15.00", total="85.00", offers_used="percent, fixed",
    ),
    # Both ways 90.00: those that stack.
    USD.example(
        "a draw goes to those that stack",
        buy=[USD.line(1, "lamp", "100.00")],
        offers=[USD.fixed("10.00", "alone", stacks=False, priority=9), USD.percent("10")],
        items="100.00", discount="10.00", total="90.00", offers_used="percent",
    ),
    # Two that stand alone, of the same worth: the one with priority.
    USD.example(
        "a draw of two that stand alone goes by priority",
        buy=[USD.line(1, "lamp", "100.00")],
        offers=[USD.percent("10", "first", stacks=False), USD.fixed("10.00", "second", stacks=False, priority=1)],
        items="100.00", discount="10.00", total="90.00", offers_used="second",
    ),
    # The code takes 5.00 off and stands alone; 10 % by themselves save more.
    USD.example(
        "a code that is beaten says so",
        buy=[USD.line(1, "lamp", "100.00")],
        offers=[USD.percent("10"), USD.fixed("5.00", "code", stacks=False)],
        coupon="code",
        items="100.00", discount="10.00", total="90.00", offers_used="percent", refusal="coupon_beaten",
    ),
    # The basket holds exactly what is asked for.
    USD.example(
        "a minimum that is just reached",
        buy=[USD.line(2, "vase", "25.00")],
        offers=[USD.percent("10", minimum="50.00")],
        coupon="percent",
        items="50.00", discount="5.00", total="45.00",
    ),
    USD.example(
        "a minimum that a cent is missing of",
        buy=[USD.line(1, "vase", "49.99")],
        offers=[USD.percent("10", minimum="50.00")],
        coupon="percent",
        items="49.99", total="49.99", refusal="coupon_minimum_not_reached",
    ),
    # 20 % take the goods to 40.00, but the minimum looks at 50.00.
    USD.example(
        "a minimum looks at the goods before anything is taken off",
        buy=[USD.line(2, "vase", "25.00")],
        offers=[USD.percent("20", priority=1), USD.fixed("5.00", minimum="50.00")],
        items="50.00", discount="15.00", total="35.00",
    ),
    # Only amounts in euros: nothing to take off dollars.
    USD.example(
        "an amount that this currency has none of",
        buy=[USD.line(1, "vase", "30.00")],
        offers=[EUR.fixed("5.00")],
        coupon="fixed",
        items="30.00", total="30.00", refusal="coupon_other_currency",
    ),
    # All is taken off before the code has its turn; by itself it would have saved 5.00.
    USD.example(
        "a code that finds nothing left",
        buy=[USD.line(1, "vase", "30.00")],
        offers=[USD.percent("100", priority=1), USD.fixed("5.00")],
        coupon="fixed",
        items="30.00", discount="30.00", total="0.00", offers_used="percent", refusal="coupon_beaten",
    ),
    USD.example(
        "a code for what is not in the basket",
        buy=[USD.line(1, "vase", "30.00")],
        offers=[USD.percent("10", target="products", target_ids=["lamp"])],
        coupon="percent",
        items="30.00", total="30.00", refusal="coupon_nothing_to_reduce",
    ),
]  # fmt: skip


@pytest.mark.parametrize("example", REDUCTIONS)
def test_reductions(example: Expected) -> None:
    check(example)


@pytest.mark.parametrize("example", BUY_AND_GET)
def test_buy_some_get_some(example: Expected) -> None:
    check(example)


@pytest.mark.parametrize("example", BEST_FOR_THE_BUYER)
def test_the_best_for_the_buyer(example: Expected) -> None:
    check(example)
