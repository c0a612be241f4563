"""Worked examples: taxes and currencies of other parts of the world."""

import pytest

from commerce.pricing.taxes import TaxPolicy
from tests.unit.pricing.worked import AUD, BHD, EUR, INR, JPY, KWD, SGD, Expected, check, rate

# Japan, qualified invoices since October 2023: a fraction of a yen is rounded once per rate and invoice, down if the
# seller likes. 10 %, food 8 %.
JAPANESE = TaxPolicy(per="total", rounding="down")
JAPAN = [
    rate("Consumption tax", "10", "JP", included=True),
    rate("Consumption tax", "8", "JP", "food", included=True),
]
TEAS = [JPY.line(1, name, "107", tax="food") for name in ("barley", "green", "oolong")]
# A New Tax System (Goods and Services Tax) Act 1999: 10 %, so 1/11 of the price; food is GST-free (s. 38-2).
AUSTRALIA = [
    rate("GST", "10", "AU", included=True),
    rate("GST", "0", "AU", "food", included=True),
]
# India: inside a state CGST and SGST, half of the rate each; between states IGST (CGST Act s. 9, IGST Act s. 5).
# Printed books are nil-rated. This shop sits in Maharashtra.
INDIA = [
    rate("IGST", "18", "IN", included=True),
    rate("CGST", "9", "IN-MH", included=True),
    rate("SGST", "9", "IN-MH", included=True),
    rate("GST", "0", "IN-MH", "books", included=True),
]

TAXES = [
    # 8 %: 321 x 8/108 = 23.78, so 23. 10 %: mug and post 1650 x 10/110 = 150. 321 + 1100 + 550 = 1971.
    JPY.example(
        "Japan: once per rate and invoice, down",
        to="JP",
        buy=[*TEAS, JPY.line(1, "mug", "1100")],
        methods=[JPY.post("550")],
        rates=JAPAN,
        policy=JAPANESE,
        items="1421", shipping="550", included_tax="173", total="1971",
        taxes={"Consumption tax 10 %": ("1500", "150"), "Consumption tax 8 %": ("298", "23")},
    ),
    # What is not allowed there any more: each tea 107 x 8/108 = 7.93, so 7; 21 and not 23.
    JPY.example(
        "Japan: what rounding per line would come to",
        to="JP",
        buy=TEAS,
        rates=JAPAN,
        policy=TaxPolicy(per="line", rounding="down"),
        items="321", included_tax="21", total="321",
        taxes={"Consumption tax 8 %": ("300", "21")},
    ),
    # Mug 22.00 / 11 = 2.00. Of 11.00 post 864.29 and 235.71 cents, so 8.64 and 2.36: 8.64 / 11 = 0.7855, so 0.79.
    AUD.example(
        "Australia: food is free of GST, with its part of the post",
        to="AU",
        buy=[AUD.line(1, "mug", "22.00"), AUD.line(1, "bread", "6.00", tax="food")],
        methods=[AUD.post("11.00")],
        rates=AUSTRALIA,
        policy=TaxPolicy(per="total", rounding="half_up", shipping="proportional"),
        items="28.00", shipping="11.00", included_tax="2.79", total="39.00",
        taxes={"GST 10 %": ("27.85", "2.79"), "GST 0 %": ("8.36", "0.00")},
    ),
    # Goods and Services Tax Act, 9 % since 2024: 54.50 x 9/109 = 4.50.
    SGD.example(
        "Singapore: prices are shown with the tax",
        to="SG",
        buy=[SGD.line(1, "lamp", "54.50")],
        rates=[rate("GST", "9", "SG", included=True)],
        items="54.50", included_tax="4.50", total="54.50",
    ),
    # 1180.00 x 18/118 = 180.00, half and half. The book has none.
    INR.example(
        "India: within the state, two halves",
        to="IN-MH",
        buy=[INR.line(1, "fan", "1180.00"), INR.line(1, "novel", "400.00", tax="books")],
        rates=INDIA,
        items="1580.00", included_tax="180.00", total="1580.00",
        taxes={"CGST 9 %": ("1000.00", "90.00"), "SGST 9 %": ("1000.00", "90.00"), "GST 0 %": ("400.00", "0.00")},
    ),
    # To Karnataka it is the country's rate, in one.
    INR.example(
        "India: to another state",
        to="IN-KA",
        buy=[INR.line(1, "fan", "1180.00")],
        rates=INDIA,
        items="1180.00", included_tax="180.00", total="1180.00",
        taxes={"IGST 18 %": ("1000.00", "180.00")},
    ),
    # 10.00 x 18/118 = 1.5254, so 1.53 in all, so that price and taxes agree; the odd paisa is the first rate's.
    INR.example(
        "India: two halves of an odd number",
        to="IN-MH",
        buy=[INR.line(1, "clip", "10.00")],
        rates=INDIA,
        items="10.00", included_tax="1.53", total="10.00",
        taxes={"CGST 9 %": ("8.47", "0.77"), "SGST 9 %": ("8.47", "0.76")},
    ),
    # Two taxes inside, of 10 and 2 % (no country's rule): 112.00 holds 12.00, by 10 : 2.
    EUR.example(
        "two taxes inside the same price are split by their rates",
        to="ZZ",
        buy=[EUR.line(1, "lamp", "112.00")],
        rates=[rate("VAT", "10", "ZZ", included=True), rate("Levy", "2", "ZZ", included=True)],
        items="112.00", included_tax="12.00", total="112.00",
        taxes={"VAT 10 %": ("100.00", "10.00"), "Levy 2 %": ("100.00", "2.00")},
    ),
    # A levy on top beside a tax inside (no country's rule): 110.00 holds 10.00; 2 % of the 100.00 without it.
    EUR.example(
        "a levy on top is worked out from the price without the tax inside",
        to="ZZ-1",
        buy=[EUR.line(1, "lamp", "110.00")],
        rates=[rate("VAT", "10", "ZZ", included=True), rate("Levy", "2", "ZZ-1", adds=True)],
        items="110.00", tax="2.00", included_tax="10.00", total="112.00",
        taxes={"VAT 10 %": ("100.00", "10.00"), "Levy 2 %": ("100.00", "2.00")},
    ),
]  # fmt: skip

CURRENCIES = [
    # 15 % of 333 is 49.95: rounded down with the taxes' rounding, 49 off.
    JPY.example(
        "yen: a percentage, rounded down where the shop rounds down",
        buy=[JPY.line(1, "mug", "333")],
        offers=[JPY.percent("15")],
        policy=JAPANESE,
        items="333", discount="49", total="284",
    ),
    # 15 % of 333 is 49.95, so 50.
    JPY.example(
        "yen: a percentage, rounded to the nearest",
        buy=[JPY.line(1, "mug", "333")],
        offers=[JPY.percent("15")],
        items="333", discount="50", total="283",
    ),
    # 1000 over three lines of 980: 333.33 each, so 334, 333, 333.
    JPY.example(
        "yen: an amount over equal lines",
        buy=[JPY.line(1, name, "980") for name in ("a", "b", "c")],
        offers=[JPY.fixed("1000")],
        items="2940", discount="1000", total="1940",
        lines={"a": "646", "b": "647", "c": "647"},
    ),
    # Kuwait has no VAT. 3 x 1.115 = 3.345; 15 % of it is 0.50175, so 0.502; 2.843 is charged as 2.840, since cards go
    # in steps of 10 fils (https://docs.stripe.com/currencies#three-decimal).
    KWD.example(
        "dinar: three decimals, charged to 10 fils",
        buy=[KWD.line(3, "mug", "1.115")],
        offers=[KWD.percent("15")],
        items="3.345", discount="0.502", rounding="-0.003", total="2.840",
    ),
    # 2.845 is as near to 2.840 as to 2.850: to the even step. 2.855 likewise to 2.860, 2.846 is nearer to 2.850.
    KWD.example(
        "dinar: half a step, down to even",
        buy=[KWD.line(1, "mug", "2.845")],
        items="2.845", rounding="-0.005", total="2.840",
    ),
    KWD.example(
        "dinar: half a step, up to even",
        buy=[KWD.line(1, "mug", "2.855")],
        items="2.855", rounding="0.005", total="2.860",
    ),
    KWD.example(
        "dinar: nearer to the next step",
        buy=[KWD.line(1, "mug", "2.846")],
        items="2.846", rounding="0.004", total="2.850",
    ),
    # Bahrain, 10 % since 2022: 12.350 x 10/110 = 1.1227, so 1.123.
    BHD.example(
        "dinar of Bahrain: a tax to the thousandth",
        to="BH",
        buy=[BHD.line(1, "lamp", "12.350")],
        rates=[rate("VAT", "10", "BH", included=True)],
        items="12.350", included_tax="1.123", total="12.350",
        taxes={"VAT 10 %": ("11.227", "1.123")},
    ),
]  # fmt: skip


@pytest.mark.parametrize("example", TAXES)
def test_taxes(example: Expected) -> None:
    check(example)


@pytest.mark.parametrize("example", CURRENCIES)
def test_currencies(example: Expected) -> None:
    check(example)
