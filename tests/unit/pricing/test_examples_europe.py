"""Worked examples: value added taxes of Europe, which are inside the prices. Tax = price x rate / (100 + rate)."""

import pytest

from commerce.pricing.taxes import TaxPolicy
from tests.unit.pricing.worked import CHF, EUR, GBP, NOK, Expected, check, rate

# Directive 2006/112/EC, article 78 (b): what the seller charges for transport belongs to the price of the goods
# (Germany: UStAE 10.1 (3); United Kingdom: Notice 700/24, section 2). Where these have several rates it is split by
# their value.
FOLLOWS_GOODS = TaxPolicy(per="line", shipping="proportional")
PER_INVOICE = TaxPolicy(per="total", rounding="half_up", shipping="proportional")

GERMANY = [  # UStG § 12: 19 %, books 7 %
    rate("VAT", "19", "DE", included=True),
    rate("VAT", "7", "DE", "books", included=True),
]
FRANCE = [  # CGI 278 and 278-0 bis: 20 %, books 5.5 %
    rate("TVA", "20", "FR", included=True),
    rate("TVA", "5.5", "FR", "books", included=True),
]
IRELAND = [  # VAT Consolidation Act 2010, s. 46 and schedule 2: 23 %, children's clothes 0 %
    rate("VAT", "23", "IE", included=True),
    rate("VAT", "0", "IE", "children", included=True),
]
UNITED_KINGDOM = [  # VATA 1994: 20 %; children's clothes 0 % (sch. 8, group 16), car seats 5 % (sch. 7A, group 5)
    rate("VAT", "20", "GB", included=True),
    rate("VAT", "0", "GB", "children", included=True),
    rate("VAT", "5", "GB", "car seats", included=True),
]
SPAIN = [  # Ley 37/1992: 21 %, but not on the Canary Islands, which have the IGIC, 7 % (Ley 4/2012)
    rate("IVA", "21", "ES", included=True),
    rate("IGIC", "7", "ES-TF", included=True),
]
SWITZERLAND = [  # MWSTG art. 25, since 2024: 8.1 %, books 2.6 %
    rate("MWST", "8.1", "CH", included=True),
    rate("MWST", "2.6", "CH", "books", included=True),
]
NORWAY = [  # Merverdiavgiftsloven: 25 %, food 15 %, books 0 %
    rate("MVA", "25", "NO", included=True),
    rate("MVA", "15", "NO", "food", included=True),
    rate("MVA", "0", "NO", "books", included=True),
]

UNION = [
    # Nobody knows yet whose tax it will be: 119.00, without a word about it.
    EUR.example(
        "no address yet: no tax is told",
        buy=[EUR.line(1, "lamp", "119.00")],
        rates=GERMANY,
        items="119.00", total="119.00", taxes={},
    ),
    # Lamp 119.00, two novels 53.50. Of 5.90 post 590 x 11900/17250 = 407.01 and 590 x 5350/17250 = 182.99: 4.07 + 1.83.
    # 19 %: 119.00 holds 19.00, 4.07 holds 0.6498, so 0.65; 7 %: 53.50 holds 3.50, 1.83 holds 0.1197, so 0.12.
    EUR.example(
        "Germany: two rates, and the post follows them",
        to="DE",
        buy=[EUR.line(1, "lamp", "119.00"), EUR.line(2, "novel", "26.75", tax="books")],
        methods=[EUR.post("5.90")],
        rates=GERMANY,
        policy=FOLLOWS_GOODS,
        items="172.50", shipping="5.90", included_tax="23.27", total="178.40",
        taxes={"VAT 19 %": ("103.42", "19.65"), "VAT 7 %": ("51.71", "3.62")},
    ),
    # The same with the post at the usual rate: 5.90 holds 0.9420, so 0.94. 19.00 + 0.94 + 3.50 = 23.44.
    EUR.example(
        "Germany: the same, if the post had a rate of its own",
        to="DE",
        buy=[EUR.line(1, "lamp", "119.00"), EUR.line(2, "novel", "26.75", tax="books")],
        methods=[EUR.post("5.90")],
        rates=GERMANY,
        items="172.50", shipping="5.90", included_tax="23.44", total="178.40",
        taxes={"VAT 19 %": ("104.96", "19.94"), "VAT 7 %": ("50.00", "3.50")},
    ),
    # 10 % of 62.98 is 6.298, so 6.30: 500.06 and 129.94 cents, so 5.00 and 1.30. Left are 44.99 and 11.69.
    # 44.99 x 19/119 = 7.1833, 11.69 x 7/107 = 0.7648: 7.18 + 0.76 = 7.94.
    EUR.example(
        "Germany: a coupon over both rates lowers both",
        to="DE",
        buy=[EUR.line(1, "lamp", "49.99"), EUR.line(1, "novel", "12.99", tax="books")],
        offers=[EUR.percent("10")],
        rates=GERMANY,
        policy=PER_INVOICE,
        items="62.98", discount="6.30", included_tax="7.94", total="56.68",
        taxes={"VAT 19 %": ("37.81", "7.18"), "VAT 7 %": ("10.93", "0.76")},
        lines={"lamp": "44.99", "novel": "11.69"},
    ),
    # 0.99 holds 0.1581, so 0.16; three times 0.48.
    EUR.example(
        "Germany: rounded per line",
        to="DE",
        buy=[EUR.line(1, name, "0.99") for name in ("badge", "patch", "pin")],
        rates=GERMANY,
        items="2.97", included_tax="0.48", total="2.97",
        taxes={"VAT 19 %": ("2.49", "0.48")},
    ),
    # 2.97 holds 0.4742, so 0.47. It does not change what is paid, only what of it is tax.
    EUR.example(
        "Germany: rounded once per invoice",
        to="DE",
        buy=[EUR.line(1, name, "0.99") for name in ("badge", "patch", "pin")],
        rates=GERMANY,
        policy=PER_INVOICE,
        items="2.97", included_tax="0.47", total="2.97",
        taxes={"VAT 19 %": ("2.50", "0.47")},
    ),
    # Article 33 of the directive: at a distance it is the buyer's country's rate, inside the same price.
    # 119.00 x 20/120 = 19.8333, so 19.83.
    EUR.example(
        "the same price to France holds France's tax",
        to="FR",
        buy=[EUR.line(1, "lamp", "119.00")],
        rates=[*GERMANY, *FRANCE],
        items="119.00", included_tax="19.83", total="119.00",
        taxes={"TVA 20 %": ("99.17", "19.83")},
    ),
    # Lamp 60.00 holds 10.00; book 21.10 x 5.5/105.5 = 1.10.
    EUR.example(
        "France: a rate with a decimal",
        to="FR",
        buy=[EUR.line(1, "lamp", "60.00"), EUR.line(1, "novel", "21.10", tax="books")],
        rates=FRANCE,
        items="81.10", included_tax="11.10", total="81.10",
        taxes={"TVA 20 %": ("50.00", "10.00"), "TVA 5.5 %": ("20.00", "1.10")},
    ),
    # Of 6.15 post 372.64 and 242.36 cents, so 3.73 and 2.42. 61.50 holds 11.50; 3.73 x 23/123 = 0.6975, so 0.70.
    EUR.example(
        "Ireland: children's clothes at zero, with their part of the post",
        to="IE",
        buy=[EUR.line(1, "lamp", "61.50"), EUR.line(1, "small coat", "40.00", tax="children")],
        methods=[EUR.post("6.15")],
        rates=IRELAND,
        policy=FOLLOWS_GOODS,
        items="101.50", shipping="6.15", included_tax="12.20", total="107.65",
        taxes={"VAT 23 %": ("53.03", "12.20"), "VAT 0 %": ("42.42", "0.00")},
    ),
    # 121.00 x 21/121 = 21.00.
    EUR.example(
        "Spain: the mainland",
        to="ES-M",
        buy=[EUR.line(1, "lamp", "121.00")],
        rates=SPAIN,
        items="121.00", included_tax="21.00", total="121.00",
    ),
    # 121.00 x 7/107 = 7.9159, so 7.92.
    EUR.example(
        "Spain: Tenerife has a tax of its own in its place",
        to="ES-TF",
        buy=[EUR.line(1, "lamp", "121.00")],
        rates=SPAIN,
        items="121.00", included_tax="7.92", total="121.00",
        taxes={"IGIC 7 %": ("113.08", "7.92")},
    ),
    # Article 146: what leaves the Union is exempt. The shop has no rate for Japan: 119.00 with no tax in it.
    EUR.example(
        "an export holds no tax",
        to="JP",
        buy=[EUR.line(1, "lamp", "119.00")],
        rates=[*GERMANY, *FRANCE],
        items="119.00", total="119.00", taxes={},
    ),
    # The goods are free, so that the post is what is sold: 5.95 x 19/119 = 0.95.
    EUR.example(
        "Germany: post for goods that come to nothing has the usual rate",
        to="DE",
        buy=[EUR.line(1, "lamp", "20.00"), EUR.line(1, "novel", "10.00", tax="books")],
        offers=[EUR.percent("100")],
        methods=[EUR.post("5.95")],
        rates=GERMANY,
        policy=FOLLOWS_GOODS,
        items="30.00", discount="30.00", shipping="5.95", included_tax="0.95", total="5.95",
        taxes={"VAT 19 %": ("5.00", "0.95"), "VAT 7 %": ("0.00", "0.00")},
    ),
]  # fmt: skip

NEIGHBOURS = [
    # Kettle 24.00 x 20/120 = 4.00; shoes nothing; car seat 105.00 x 5/105 = 5.00.
    GBP.example(
        "United Kingdom: 20, 5 and 0 % in one basket",
        to="GB",
        buy=[
            GBP.line(1, "kettle", "24.00"),
            GBP.line(1, "small shoes", "30.00", tax="children"),
            GBP.line(1, "car seat", "105.00", tax="car seats"),
        ],
        rates=UNITED_KINGDOM,
        items="159.00", included_tax="9.00", total="159.00",
        taxes={"VAT 20 %": ("20.00", "4.00"), "VAT 0 %": ("30.00", "0.00"), "VAT 5 %": ("100.00", "5.00")},
    ),
    # 5.00 by 24 : 30 is 222.22 and 277.78 cents, so 2.22 and 2.78. 21.78 / 6 = 3.63.
    GBP.example(
        "United Kingdom: a voucher takes off both, by their value",
        to="GB",
        buy=[GBP.line(1, "kettle", "24.00"), GBP.line(1, "small shoes", "30.00", tax="children")],
        offers=[GBP.fixed("5.00")],
        rates=UNITED_KINGDOM,
        items="54.00", discount="5.00", included_tax="3.63", total="49.00",
        lines={"kettle": "21.78", "small shoes": "27.22"},
    ),
    # 108.10 x 8.1/108.1 = 8.10; 20.52 x 2.6/102.6 = 0.52. Five centimes are the smallest coin (Coinage Ordinance),
    # which binds cash: a card pays 128.62.
    CHF.example(
        "Switzerland: a card pays to the centime",
        to="CH",
        buy=[CHF.line(1, "lamp", "108.10"), CHF.line(1, "novel", "20.52", tax="books")],
        rates=SWITZERLAND,
        items="128.62", included_tax="8.62", total="128.62",
        taxes={"MWST 8.1 %": ("100.00", "8.10"), "MWST 2.6 %": ("20.00", "0.52")},
    ),
    # 500.00 x 25/125 = 100.00; 115.00 x 15/115 = 15.00; book nothing.
    NOK.example(
        "Norway: 25 %, food 15 %, a book none",
        to="NO",
        buy=[
            NOK.line(1, "lamp", "500.00"),
            NOK.line(1, "coffee", "115.00", tax="food"),
            NOK.line(1, "novel", "299.00", tax="books"),
        ],
        rates=NORWAY,
        items="914.00", included_tax="115.00", total="914.00",
    ),
]  # fmt: skip


@pytest.mark.parametrize("example", UNION)
def test_european_union(example: Expected) -> None:
    check(example)


@pytest.mark.parametrize("example", NEIGHBOURS)
def test_other_countries(example: Expected) -> None:
    check(example)
