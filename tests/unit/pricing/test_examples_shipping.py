"""Worked examples: shipping, what it costs, who pays it, and the tax on it."""

import pytest

from tests.unit.pricing.worked import USD, Expected, check, rate

BY_WEIGHT = USD.method("parcel", "by_weight", [(1_000, "4.90"), (5_000, "7.90")])
BY_TOTAL = USD.method("parcel", "by_total", [("50.00", "4.90"), ("100.00", "2.90"), (None, "0.00")])
FREE_OVER_50 = USD.post("4.90", free_over="50.00")
# Washington, Seattle: 6.5 % and 3.85 %, rounded together (RCW 82.08.054); Oregon has none.
WASHINGTON = rate("Sales tax", "10.35", "US-WA")
IN_THE_SHOP = USD.method("shop", "pickup", [(None, "0.00")], pickup_country="US", pickup_region="WA")

RATES = [
    # 2 x 500 g are 1000 g, and the step is up to 1000 g.
    USD.example(
        "by weight: exactly the step",
        to="US-OR",
        buy=[USD.line(2, "mug", "10.00", weight_grams=500)],
        methods=[BY_WEIGHT],
        items="20.00", shipping="4.90", total="24.90",
    ),
    # 1001 g.
    USD.example(
        "by weight: a gram more",
        to="US-OR",
        buy=[USD.line(1, "card", "1.00", weight_grams=1), USD.line(2, "mug", "10.00", weight_grams=500)],
        methods=[BY_WEIGHT],
        items="21.00", shipping="7.90", total="28.90",
    ),
    # What is not sent weighs nothing: 1000 g.
    USD.example(
        "by weight: a download weighs nothing",
        to="US-OR",
        buy=[
            USD.line(1, "film", "5.00", weight_grams=400, requires_shipping=False),
            USD.line(2, "mug", "10.00", weight_grams=500),
        ],
        methods=[BY_WEIGHT],
        items="25.00", shipping="4.90", total="29.90",
    ),
    # 5001 g is more than the ladder goes to: the method is not offered, and there is no other.
    USD.example(
        "by weight: too heavy",
        to="US-OR",
        buy=[USD.line(1, "anvil", "90.00", weight_grams=5_001)],
        methods=[BY_WEIGHT],
        items="90.00", total="90.00",
    ),
    USD.example(
        "nothing to send",
        to="US-OR",
        buy=[USD.line(1, "film", "5.00", requires_shipping=False)],
        methods=[USD.post("5.00")],
        items="5.00", total="5.00",
    ),
    # 50.00 is up to 50.00.
    USD.example(
        "by total: exactly the step",
        to="US-OR",
        buy=[USD.line(1, "vase", "50.00")],
        methods=[BY_TOTAL],
        items="50.00", shipping="4.90", total="54.90",
    ),
    USD.example(
        "by total: a cent more",
        to="US-OR",
        buy=[USD.line(1, "vase", "50.01")],
        methods=[BY_TOTAL],
        items="50.01", shipping="2.90", total="52.91",
    ),
    # 10 % off 55.00 leaves 49.50, which pays 4.90; together less than 55.00 + 2.90.
    USD.example(
        "by total: of the goods after reductions",
        to="US-OR",
        buy=[USD.line(1, "vase", "55.00")],
        offers=[USD.percent("10")],
        methods=[BY_TOTAL],
        items="55.00", discount="5.50", shipping="4.90", total="54.40",
    ),
    # The cheapest that brings it; the shop, which costs nothing, is a choice.
    USD.example(
        "without a choice: the cheapest that brings it",
        to="US-OR",
        buy=[USD.line(1, "vase", "50.00")],
        methods=[USD.post("9.00", "express"), USD.post("5.00"), IN_THE_SHOP],
        items="50.00", shipping="5.00", total="55.00",
    ),
    USD.example(
        "the method that was chosen",
        to="US-OR",
        buy=[USD.line(1, "vase", "50.00")],
        methods=[USD.post("9.00", "express"), USD.post("5.00"), IN_THE_SHOP],
        method="express",
        items="50.00", shipping="9.00", total="59.00",
    ),
]  # fmt: skip

FREE = [
    USD.example(
        "free by a code",
        to="US-OR",
        buy=[USD.line(1, "vase", "30.00")],
        offers=[USD.free_shipping()],
        methods=[USD.post("5.90")],
        coupon="free_shipping",
        items="30.00", discount="5.90", shipping="5.90", total="30.00",
    ),
    # Nobody knows yet what there will be to take off.
    USD.example(
        "free by a code, before there is an address",
        buy=[USD.line(1, "vase", "30.00")],
        offers=[USD.free_shipping()],
        methods=[USD.post("5.90")],
        coupon="free_shipping",
        items="30.00", total="30.00", refusal="coupon_awaits_delivery",
    ),
    USD.example(
        "free by a code, but it is free anyway",
        to="US-OR",
        buy=[USD.line(1, "vase", "50.00")],
        offers=[USD.free_shipping()],
        methods=[FREE_OVER_50],
        coupon="free_shipping",
        items="50.00", total="50.00", refusal="coupon_nothing_to_reduce",
    ),
    USD.example(
        "free from 50.00: exactly",
        to="US-OR",
        buy=[USD.line(1, "vase", "50.00")],
        methods=[FREE_OVER_50],
        items="50.00", total="50.00",
    ),
    USD.example(
        "free from 50.00: a cent less",
        to="US-OR",
        buy=[USD.line(1, "vase", "49.99")],
        methods=[FREE_OVER_50],
        items="49.99", shipping="4.90", total="54.89",
    ),
    # 10 % off 55.00 leaves 49.50: not free, but 54.40 is still less than 55.00.
    USD.example(
        "free from 50.00: after reductions",
        to="US-OR",
        buy=[USD.line(1, "vase", "55.00")],
        offers=[USD.percent("10")],
        methods=[FREE_OVER_50],
        items="55.00", discount="5.50", shipping="4.90", total="54.40",
    ),
    # 2.00 off 51.00 would leave 49.00 and 4.90 for the post, 53.90: the code is left out.
    USD.example(
        "free from 50.00: a code that would cost more than it saves",
        to="US-OR",
        buy=[USD.line(1, "vase", "51.00")],
        offers=[USD.fixed("2.00")],
        methods=[FREE_OVER_50],
        coupon="fixed",
        items="51.00", total="51.00", refusal="coupon_beaten",
    ),
    # 15 % off 60.00 leaves 51.00, post free. 2.00 more would leave 49.00 + 4.90 = 53.90; 2.00 alone 58.00.
    USD.example(
        "free from 50.00: one of two is left out",
        to="US-OR",
        buy=[USD.line(1, "vase", "60.00")],
        offers=[USD.percent("15", priority=1), USD.fixed("2.00")],
        methods=[FREE_OVER_50],
        items="60.00", discount="9.00", total="51.00", offers_used="percent",
    ),
    # Of 51.00 each of them takes the goods below 50.00 (49.00 + 4.90), and both together too (47.00 + 4.90 = 51.90).
    USD.example(
        "free from 50.00: both are left out",
        to="US-OR",
        buy=[USD.line(1, "vase", "51.00")],
        offers=[USD.fixed("2.00", "one"), USD.fixed("2.00", "two")],
        methods=[FREE_OVER_50],
        items="51.00", total="51.00", offers_used="",
    ),
    # 5 % off 100.00 leaves 95.00, post free, if 1 % more are left out. The code's own 1 % would be taken with the other
    # 1 % only: 98.01. So it is left out as well.
    USD.example(
        "free from 95.00: a code does not undo what is best without it",
        to="US-OR",
        buy=[USD.line(1, "vase", "100.00")],
        offers=[USD.percent("5", "five", priority=2), USD.percent("1", "one", priority=1), USD.percent("1", "code")],
        methods=[USD.post("4.90", free_over="95.00")],
        coupon="code",
        items="100.00", discount="5.00", total="95.00", offers_used="five", refusal="coupon_beaten",
    ),
    # 50 % of 4.95 is 2.475, so 2.48 (the half to the even cent).
    USD.example(
        "half of it",
        to="US-OR",
        buy=[USD.line(1, "vase", "30.00")],
        offers=[USD.percent("50", target="shipping")],
        methods=[USD.post("4.95")],
        items="30.00", discount="2.48", shipping="4.95", total="32.47",
    ),
    # 10.00 off 4.95 is 4.95; the goods are not touched.
    USD.example(
        "an amount larger than it",
        to="US-OR",
        buy=[USD.line(1, "vase", "30.00")],
        offers=[USD.fixed("10.00", target="shipping")],
        methods=[USD.post("4.95")],
        items="30.00", discount="4.95", shipping="4.95", total="30.00",
    ),
]  # fmt: skip

TAXED = [
    # 10.35 % of 50.00 is 5.175, so 5.18 (half to even: 517.5 is nearer to neither); of 5.00 it is 0.5175, so 0.52.
    USD.example(
        "taxed",
        to="US-WA",
        buy=[USD.line(1, "vase", "50.00")],
        methods=[USD.post("5.00")],
        rates=[WASHINGTON],
        items="50.00", shipping="5.00", tax="5.70", total="60.70",
        taxes={"Sales tax 10.35 %": ("55.00", "5.70")},
        lines={"vase": "55.18"},
    ),
    USD.example(
        "not taxed",
        to="US-WA",
        buy=[USD.line(1, "vase", "50.00")],
        methods=[USD.post("5.00")],
        rates=[rate("Sales tax", "10.35", "US-WA", on_shipping=False)],
        items="50.00", shipping="5.00", tax="5.18", total="60.18",
        taxes={"Sales tax 10.35 %": ("50.00", "5.18")},
    ),
    # Of free shipping there is nothing to tax.
    USD.example(
        "free, so no tax on it",
        to="US-WA",
        buy=[USD.line(1, "vase", "50.00")],
        offers=[USD.free_shipping()],
        methods=[USD.post("5.00")],
        rates=[WASHINGTON],
        items="50.00", discount="5.00", shipping="5.00", tax="5.18", total="55.18",
    ),
    # The buyer lives in Oregon and takes it away in Seattle: 10.35 % of 100.00.
    USD.example(
        "picked up: taxed where it is handed over",
        to="US-OR",
        buy=[USD.line(1, "vase", "100.00")],
        methods=[USD.post("5.00"), IN_THE_SHOP],
        method="shop",
        rates=[WASHINGTON],
        items="100.00", tax="10.35", total="110.35",
    ),
    # Where the method does not say where that is, it is the buyer's place.
    USD.example(
        "picked up: nobody says where",
        to="US-WA",
        buy=[USD.line(1, "vase", "100.00")],
        methods=[USD.method("shop", "pickup", [(None, "0.00")])],
        rates=[WASHINGTON],
        items="100.00", tax="10.35", total="110.35",
    ),
    # And the other way round: to Oregon from Seattle, no tax.
    USD.example(
        "sent: taxed where it goes",
        to="US-OR",
        buy=[USD.line(1, "vase", "100.00")],
        methods=[USD.post("5.00"), IN_THE_SHOP],
        method="post",
        rates=[WASHINGTON],
        items="100.00", shipping="5.00", total="105.00",
    ),
    # 5.00 off taxed goods saves 5.50 (45.00 + 4.50 + 5.10 = 54.60); the post, on which there is no tax, 5.10 (55.00).
    USD.example(
        "the best for the buyer is found with the tax",
        to="US-WA",
        buy=[USD.line(1, "vase", "50.00")],
        offers=[USD.free_shipping(), USD.fixed("5.00", stacks=False)],
        methods=[USD.post("5.10")],
        rates=[rate("Sales tax", "10", "US-WA", on_shipping=False)],
        items="50.00", discount="5.00", shipping="5.10", tax="4.50", total="54.60", offers_used="fixed",
    ),
]  # fmt: skip


@pytest.mark.parametrize("example", RATES)
def test_what_it_costs(example: Expected) -> None:
    check(example)


@pytest.mark.parametrize("example", FREE)
def test_what_is_taken_off_it(example: Expected) -> None:
    check(example)


@pytest.mark.parametrize("example", TAXED)
def test_the_tax_on_it(example: Expected) -> None:
    check(example)
