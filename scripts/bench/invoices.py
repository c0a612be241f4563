"""What making an invoice costs: `python -m scripts.bench.invoices [--times 20]`.

CPU of this thread and nothing behind it: what it says from the order's totals, and its PDF. Two rates of tax inside the
prices. The whole of issuing, with database and S3, is among the operations of `python -m scripts.bench`.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from functools import partial

from commerce.invoices import Paid, Sale, composing
from commerce.invoices.model import Content, Invoice, Seller, SoldLine
from commerce.invoices.pdf.page import render
from commerce.money import Money
from commerce.postal import Address
from commerce.pricing import Basket, Destination, PricedLine, Rules, calculate
from commerce.pricing.taxes import TaxRate
from scripts.bench.meter import cpu_ms

LINES = (1, 10, 50)
AT = datetime(2026, 1, 1, tzinfo=UTC)
BUYER = Address(name="Ada Lovelace", line1="12 St James's Square", city="London", postal_code="SW1Y 4JH", country="GB")
SELLER = Seller(series="bench", name="Souk Example Ltd", address=["1 Example Street", "London N1 9GU"])


def sale(lines: int) -> Sale:
    """A sale of so many products."""
    wanted = tuple(
        PricedLine(
            line_id=f"line_{number:03}",
            quantity=1 + number % 5,
            unit_price=999 + 137 * number,
            tax_category=("", "books")[number % 2],
        )
        for number in range(lines)
    )
    rates = [
        TaxRate(id=f"tax_{ppm}", name="VAT", country="GB", category=name, ppm=ppm, included=True, created_at=AT)
        for name, ppm in (("", 200_000), ("books", 50_000))
    ]
    basket = Basket(currency="EUR", lines=wanted, at=AT, destination=Destination("GB"))
    return Sale(
        id="ord_bench",
        number="7KQ2M-9XD4T-R",
        lines=[
            SoldLine(
                line_id=line.line_id,
                sku=f"SKU-{number:04}",
                title=f"A thing with a title of some length, number {number}",
                variant_title="Large / Blue",
                quantity=line.quantity,
                unit_price=Money(amount=line.unit_price, currency="EUR"),
            )
            for number, line in enumerate(wanted)
        ],
        totals=calculate(basket, Rules(rates=rates)).totals,
        shipping_address=BUYER,
        billing_address=BUYER,
        placed_at=AT,
    )


def document(content: Content) -> Invoice:
    """Its document."""
    return Invoice(
        **dict(content),
        id="inv_bench",
        number="INV-2026-000001",
        series="bench|INV-2026",
        serial=1,
        step=1,
        issued_at=AT,
        issued_on="2026-01-01",
        seller=SELLER,
        locale="en",
        keep_until=AT,
    )


def main(arguments: list[str] | None = None) -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m scripts.bench.invoices")
    parser.add_argument("--times", type=int, default=20, help="of each")
    times = parser.parse_args(arguments).times
    print("| lines | what it says, CPU ms | PDF, CPU ms | kB |\n|---:|---:|---:|---:|")
    for lines in LINES:
        sold, paid = sale(lines), [Paid(payment_id="pay_bench", by="stripe", amount=1)]
        made = document(composing.invoice(sold, paid))
        says = cpu_ms(partial(composing.invoice, sold, paid), times=times)
        draws = cpu_ms(partial(render, made), times=times)
        print(f"| {lines} | {says:.2f} | {draws:.1f} | {len(render(made)) / 1000:.0f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
