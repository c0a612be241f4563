"""Worked examples: sales taxes of the United States and Canada, which come on top of the prices."""

import pytest

from commerce.pricing.taxes import TaxPolicy
from tests.unit.pricing.worked import CAD, USD, Expected, check, rate

# Streamlined Sales and Use Tax Agreement, section 324: to the third decimal, up where that is more than four; the
# seller chooses between item and invoice.
PER_ITEM = TaxPolicy(per="line", rounding="half_up")
PER_INVOICE = TaxPolicy(per="total", rounding="half_up")
FOLLOWS_GOODS = TaxPolicy(per="line", rounding="half_up", shipping="proportional")

# 7.25 % statewide; shipping by a common carrier that is stated separately is not taxed (Regulation 1628).
CALIFORNIA = rate("Sales tax", "7.25", "US-CA", on_shipping=False)
# 6 %; clothing is exempt (Tax Reform Code § 204 (26)); delivery is taxed as what is delivered (61 Pa. Code § 54.1).
PENNSYLVANIA = [rate("Sales tax", "6", "US-PA"), rate("Sales tax", "0", "US-PA", "clothing")]
# In New York City: state 4 %, city 4.5 %, Metropolitan Commuter Transportation District 0.375 %; shipping is taxed
# (Tax Bulletin ST-838).
NEW_YORK = [
    rate("State", "4", "US-NY", adds=True),
    rate("City", "4.5", "US-NY", adds=True),
    rate("MCTD", "0.375", "US-NY", adds=True),
]
WISCONSIN = rate("Sales tax", "5", "US-WI")

UNITED_STATES = [
    # 2 x 19.99 = 39.98. 10 % of it is 3.998, so 4.00 off: the shop's own discount lowers what is taxed.
    # 35.98 x 7.25 % = 2.60855, so 2.61. 35.98 + 5.00 post + 2.61 = 43.59.
    USD.example(
        "California: after the shop's own discount, post untaxed",
        to="US-CA",
        buy=[USD.line(2, "lamp", "19.99")],
        offers=[USD.percent("10")],
        methods=[USD.post("5.00")],
        rates=[CALIFORNIA],
        policy=PER_ITEM,
        items="39.98", discount="4.00", shipping="5.00", tax="2.61", total="43.59",
        taxes={"Sales tax 7.25 %": ("35.98", "2.61")},
    ),
    # Oregon has no sales tax: 19.99 + 5.00.
    USD.example(
        "Oregon: none",
        to="US-OR",
        buy=[USD.line(1, "lamp", "19.99")],
        methods=[USD.post("5.00")],
        rates=[CALIFORNIA, *PENNSYLVANIA],
        items="19.99", shipping="5.00", total="24.99",
    ),
    # Lamp 60.00, coat 40.00: of 5.00 post 3.00 go with the lamp, 2.00 with the coat.
    # 6 % of 60.00 is 3.60, of 3.00 is 0.18; nothing on 42.00. 100.00 + 5.00 + 3.78 = 108.78.
    USD.example(
        "Pennsylvania: clothing exempt, and its part of the delivery with it",
        to="US-PA",
        buy=[USD.line(1, "lamp", "60.00"), USD.line(1, "coat", "40.00", tax="clothing")],
        methods=[USD.post("5.00")],
        rates=PENNSYLVANIA,
        policy=FOLLOWS_GOODS,
        items="100.00", shipping="5.00", tax="3.78", total="108.78",
        taxes={"Sales tax 6 %": ("63.00", "3.78"), "Sales tax 0 %": ("42.00", "0.00")},
        lines={"lamp": "63.60", "coat": "40.00"},
    ),
    # Goods 80.00: 3.20 + 3.60 + 0.30. Shipping 10.00: 0.40 + 0.45 + 0.0375, so 0.04.
    # State 3.60, city 4.05, district 0.34 = 7.99. 80.00 + 10.00 + 7.99 = 97.99.
    USD.example(
        "New York City: three rates beside each other, shipping taxed",
        to="US-NY",
        buy=[USD.line(1, "lamp", "80.00")],
        methods=[USD.post("10.00")],
        rates=NEW_YORK,
        policy=PER_ITEM,
        items="80.00", shipping="10.00", tax="7.99", total="97.99",
        taxes={"State 4 %": ("90.00", "3.60"), "City 4.5 %": ("90.00", "4.05"), "MCTD 0.375 %": ("90.00", "0.34")},
    ),
    # RCW 82.08.054: state and local tax are rounded together, so they are one rate, 6.5 + 3.85 = 10.35 %.
    # 1.00 x 10.35 % = 0.1035, so 0.10. (Apart they would be 0.065 and 0.0385, so 0.07 + 0.04 = 0.11.)
    USD.example(
        "Washington: state and local are rounded together, as one rate",
        to="US-WA",
        buy=[USD.line(1, "sticker", "1.00")],
        rates=[rate("Sales tax", "10.35", "US-WA")],
        policy=PER_ITEM,
        items="1.00", tax="0.10", total="1.10",
    ),
    # By item: 5 % of 0.30 is 0.015, so 0.02; three times 0.06.
    USD.example(
        "Wisconsin: by item",
        to="US-WI",
        buy=[USD.line(1, name, "0.30") for name in ("badge", "patch", "pin")],
        rates=[WISCONSIN],
        policy=PER_ITEM,
        items="0.90", tax="0.06", total="0.96",
        lines={"badge": "0.32", "patch": "0.32", "pin": "0.32"},
    ),
    # By invoice: 5 % of 0.90 is 0.045, so 0.05. It is dealt out in thirds of 1.67 cents: 2, 2 and 1.
    USD.example(
        "Wisconsin: by invoice",
        to="US-WI",
        buy=[USD.line(1, name, "0.30") for name in ("badge", "patch", "pin")],
        rates=[WISCONSIN],
        policy=PER_INVOICE,
        items="0.90", tax="0.05", total="0.95",
        lines={"badge": "0.32", "patch": "0.32", "pin": "0.31"},
    ),
    # A gift card is not a sale yet (Tex. Tax Code § 151.010 taxes tangible property and services): 6.25 % of 100.00.
    USD.example(
        "Texas: a gift card beside goods is not taxed",
        to="US-TX",
        buy=[USD.line(1, "lamp", "100.00"), USD.line(1, "gift card", "50.00", taxable=False, requires_shipping=False)],
        rates=[rate("Sales tax", "6.25", "US-TX")],
        items="150.00", tax="6.25", total="156.25",
        taxes={"Sales tax 6.25 %": ("100.00", "6.25")},
    ),
]  # fmt: skip

# Excise Tax Act: GST 5 % everywhere. British Columbia's PST 7 % beside it; books are exempt of PST (PST Bulletin 205),
# delivery charges are not (PST Bulletin 302). Quebec's QST 9.975 % beside it, both on the price without the other.
# Ontario's HST 13 % in place of it; books have a point-of-sale rebate of the provincial 8 % (GI-065), basic groceries
# are zero-rated (Excise Tax Act, Schedule VI, Part III).
CANADA = [
    rate("GST", "5", "CA"),
    rate("GST", "0", "CA", "groceries"),
    rate("PST", "7", "CA-BC", adds=True),
    rate("PST", "0", "CA-BC", "books", adds=True),
    rate("QST", "9.975", "CA-QC", adds=True),
    rate("HST", "13", "CA-ON"),
    rate("HST", "5", "CA-ON", "books"),
    rate("HST", "0", "CA-ON", "groceries"),
]
PROVINCES = [
    # GST 5 % of 100.00 and of 15.00: 5.00 + 0.75. PST 7 %: 7.00 + 1.05. 115.00 + 5.75 + 8.05 = 128.80.
    CAD.example(
        "British Columbia: PST adds to GST, on the delivery too",
        to="CA-BC",
        buy=[CAD.line(1, "chair", "100.00")],
        methods=[CAD.post("15.00")],
        rates=CANADA,
        items="100.00", shipping="15.00", tax="13.80", total="128.80",
        taxes={"GST 5 %": ("115.00", "5.75"), "PST 7 %": ("115.00", "8.05")},
    ),
    # GST 5 % of 20.00 is 1.00; no PST.
    CAD.example(
        "British Columbia: a book has GST alone",
        to="CA-BC",
        buy=[CAD.line(1, "novel", "20.00", tax="books")],
        rates=CANADA,
        items="20.00", tax="1.00", total="21.00",
        taxes={"GST 5 %": ("20.00", "1.00"), "PST 0 %": ("20.00", "0.00")},
    ),
    # HST 13 % of 100.00, no GST beside it.
    CAD.example(
        "Ontario: HST stands in place of GST",
        to="CA-ON",
        buy=[CAD.line(1, "chair", "100.00")],
        rates=CANADA,
        items="100.00", tax="13.00", total="113.00",
        taxes={"HST 13 %": ("100.00", "13.00")},
    ),
    # 5 % of 24.99 is 1.2495, so 1.25.
    CAD.example(
        "Ontario: a book after the point-of-sale rebate",
        to="CA-ON",
        buy=[CAD.line(1, "novel", "24.99", tax="books")],
        rates=CANADA,
        items="24.99", tax="1.25", total="26.24",
    ),
    # Pan: 13 % of 30.00 is 3.90. Bread: nothing. 34.50 + 3.90 = 38.40.
    CAD.example(
        "Ontario: bread is zero-rated beside a pan",
        to="CA-ON",
        buy=[CAD.line(1, "pan", "30.00"), CAD.line(1, "bread", "4.50", tax="groceries")],
        rates=CANADA,
        items="34.50", tax="3.90", total="38.40",
        taxes={"HST 13 %": ("30.00", "3.90"), "HST 0 %": ("4.50", "0.00")},
    ),
    # GST 5.00. QST 9.975 % of 100.00 (not of 105.00) is 9.975, so 9.98 (half up).
    CAD.example(
        "Quebec: QST adds to GST, on the price without it",
        to="CA-QC",
        buy=[CAD.line(1, "chair", "100.00")],
        rates=CANADA,
        policy=PER_INVOICE,
        items="100.00", tax="14.98", total="114.98",
        taxes={"GST 5 %": ("100.00", "5.00"), "QST 9.975 %": ("100.00", "9.98")},
    ),
    # GST 5 % of 59.99 is 2.9995, so 3.00; Alberta has no tax of its own.
    CAD.example(
        "Alberta: GST alone",
        to="CA-AB",
        buy=[CAD.line(1, "chair", "59.99")],
        rates=CANADA,
        items="59.99", tax="3.00", total="62.99",
        taxes={"GST 5 %": ("59.99", "3.00")},
    ),
]  # fmt: skip


@pytest.mark.parametrize("example", UNITED_STATES)
def test_united_states(example: Expected) -> None:
    check(example)


@pytest.mark.parametrize("example", PROVINCES)
def test_canada(example: Expected) -> None:
    check(example)
