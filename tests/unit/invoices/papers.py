"""Sales and documents to test with: of any basket under any rules."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from commerce.invoices import composing
from commerce.invoices.model import Content, Invoice, Paid, Sale, Seller, SoldLine
from commerce.money import Money
from commerce.postal import Address
from commerce.pricing import Basket, Priced, Rules, calculate

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
SELLER = Seller(
    series="souk",
    name="Souk Handels GmbH",
    address=["Lindenstraße 12", "10969 Berlin", "Germany"],
    vat_id="DE 123 456 789",
    registration="HRB 123456 B",
    email="accounts@example.com",
)
ADA = Address(name="Ada Lovelace", line1="12 St James's Square", city="London", postal_code="SW1Y 4JH", country="GB")


def sale(basket: Basket, priced: Priced, *, titles: Sequence[str] = (), **more: Any) -> Sale:
    """The sale of a basket as it was priced."""
    names = [*titles, *(line.line_id for line in basket.lines[len(titles) :])]
    lines = [
        SoldLine(
            line_id=line.line_id,
            kind="gift_card" if line.gift_card else "goods",
            sku=line.sku or line.line_id.upper(),
            title=name,
            variant_title="",
            quantity=line.quantity,
            unit_price=Money(amount=line.unit_price, currency=basket.currency),
        )
        for line, name in zip(basket.lines, names, strict=True)
    ]
    known: dict[str, Any] = {"shipping_address": ADA, "billing_address": ADA, "placed_at": AT} | more
    return Sale(id="ord_1", number="7KQ2M-9XD4T-R", lines=lines, totals=priced.totals, shipping=priced.method, **known)


def content(basket: Basket, rules: Rules, *, titles: Sequence[str] = (), by: str = "stripe", **more: Any) -> Content:
    """What its invoice says."""
    sold = sale(basket, calculate(basket, rules), titles=titles, **more)
    return composing.invoice(sold, [Paid(payment_id="pay_1", by=by, amount=sold.totals.total.amount)])


def document(said: Content, serial: int = 1, **more: Any) -> Invoice:
    """The document with a number."""
    prefix = {"invoice": "INV", "credit_note": "CRN", "correction": "COR"}[said.kind]
    known: dict[str, Any] = {"step": serial, "locale": "en", "seller": SELLER} | more
    return Invoice(
        **dict(said),
        id=f"inv_{prefix}{serial}",
        number=f"{prefix}-2026-{serial:06}",
        series=f"souk|{prefix}-2026",
        serial=serial,
        issued_at=AT,
        issued_on=AT.date().isoformat(),
        keep_until=AT,
        **known,
    )
