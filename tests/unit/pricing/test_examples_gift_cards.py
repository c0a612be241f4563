"""Worked examples: gift cards that are bought. They are money: no rule has anything to say about them."""

import pytest

from tests.unit.pricing.worked import EUR, KWD, USD, Expected, check, rate

VAT = rate("VAT", "19", "DE", included=True)
SALES_TAX = rate("Sales tax", "8.25", "US-TX")
CARD = EUR.line(2, "card", "25.00", gift_card=True)

EXAMPLES = [
    # A multi-purpose voucher: 19 % of 119.00 are inside the lamp's price, 119 / 1.19 = 100, and nothing inside 50.00.
    EUR.example(
        "no tax on them, inside the price",
        to="DE",
        buy=[EUR.line(1, "lamp", "119.00"), CARD],
        rates=[VAT],
        items="169.00", included_tax="19.00", total="169.00", taxes={"VAT 19 %": ("100.00", "19.00")},
    ),
    # On top: 8.25 % of 100.00, and 50.00.
    USD.example(
        "no tax on them, on top of the price",
        to="US-TX",
        buy=[USD.line(1, "lamp", "100.00"), USD.line(1, "card", "50.00", gift_card=True)],
        rates=[SALES_TAX],
        items="150.00", tax="8.25", total="158.25", lines={"card": "50.00", "lamp": "108.25"},
    ),
    # Alone: nothing is sent, whatever a piece may be said to weigh, and there is no rate to show.
    EUR.example(
        "alone: nothing is sent, nothing is taxed",
        to="DE",
        buy=[EUR.line(2, "card", "25.00", gift_card=True, weight_grams=10)],
        rates=[VAT],
        methods=[EUR.post("4.90")],
        items="50.00", total="50.00", taxes={},
    ),
    # The lamp weighs 1000 g, up to the step; the shipping holds 4.76 * 19/119 = 0.76.
    EUR.example(
        "they weigh nothing",
        to="DE",
        buy=[
            EUR.line(1, "lamp", "119.00", weight_grams=1_000),
            EUR.line(1, "card", "25.00", gift_card=True, weight_grams=1),
        ],
        rates=[VAT],
        methods=[EUR.method("parcel", "by_weight", [(1_000, "4.76"), (5_000, "9.52")])],
        items="144.00", shipping="4.76", included_tax="19.76", total="148.76",
    ),
    # 40.00 of goods: neither free over 50.00, nor in the step from 50.01 on, although 140.00 are paid.
    EUR.example(
        "they do not make the shipping free",
        to="DE",
        buy=[EUR.line(1, "vase", "40.00"), EUR.line(1, "card", "100.00", gift_card=True)],
        methods=[EUR.post("4.90", free_over="50.00")],
        items="140.00", shipping="4.90", total="144.90",
    ),
    EUR.example(
        "they are no step of the shipping",
        to="DE",
        buy=[EUR.line(1, "vase", "40.00"), EUR.line(1, "card", "100.00", gift_card=True)],
        methods=[EUR.method("parcel", "by_total", [("50.00", "4.90"), (None, "0.00")])],
        items="140.00", shipping="4.90", total="144.90",
    ),
    # 10 % of 40.00.
    EUR.example(
        "nothing is taken off them",
        buy=[EUR.line(1, "vase", "40.00"), EUR.line(1, "card", "100.00", gift_card=True)],
        offers=[EUR.percent("10")],
        items="140.00", discount="4.00", total="136.00", lines={"card": "100.00", "vase": "36.00"},
    ),
    # 50.00 off, of goods for 40.00.
    EUR.example(
        "a fixed amount ends with the goods",
        buy=[EUR.line(1, "vase", "40.00"), EUR.line(1, "card", "100.00", gift_card=True)],
        offers=[EUR.fixed("50.00")],
        items="140.00", discount="40.00", total="100.00",
    ),
    EUR.example(
        "a promotion of just this product takes nothing off",
        buy=[CARD],
        offers=[EUR.percent("10", target="products", target_ids=["card"])],
        coupon="percent",
        items="50.00", total="50.00", refusal="coupon_nothing_to_reduce",
    ),
    EUR.example(
        "they do not count towards a minimum",
        buy=[EUR.line(1, "vase", "40.00"), EUR.line(1, "card", "100.00", gift_card=True)],
        offers=[EUR.percent("10", minimum="50.00")],
        coupon="percent",
        items="140.00", total="140.00", refusal="coupon_minimum_not_reached",
    ),
    # Two mugs are two pieces; three would be needed.
    EUR.example(
        "nor as one of three for two",
        buy=[EUR.line(2, "mug", "10.00"), EUR.line(1, "card", "25.00", gift_card=True)],
        offers=[EUR.buy(2, get=1)],
        items="45.00", total="45.00",
    ),
    # 10.005 KWD of goods and a card of 25.000: 35.005 is charged as 35.000 (half to even).
    KWD.example(
        "what is rounded is the whole",
        buy=[KWD.line(1, "mug", "10.005"), KWD.line(1, "card", "25.000", gift_card=True)],
        items="35.005", rounding="-0.005", total="35.000",
    ),
]  # fmt: skip


@pytest.mark.parametrize("example", EXAMPLES)
def test_example(example: Expected) -> None:
    check(example)
