"""How a document writes things: amounts, rates and dates of its locale, its words in English."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_decimal

from commerce.invoices.model import Invoice, Kind, TaxRow
from commerce.money import exponent, to_decimal

TITLES: Mapping[Kind, str] = {"invoice": "Invoice", "credit_note": "Credit note", "correction": "Correction"}
_WAYS = {"stripe": "Card", "paypal": "PayPal", "gift_card": "Gift card"}
_REASONS = {
    "order_cancelled": "The order was cancelled",
    "made_elsewhere": "Refunded",
    "reversed": "Refunded",
    "refund_failed": "The refund did not arrive",
}


@dataclass(frozen=True)
class Words:
    """The words of one document."""

    document: Invoice

    @property
    def title(self) -> str:
        """What it is."""
        return TITLES[self.document.kind]

    def amount(self, amount: int) -> str:
        """Minor units without the currency, with all its decimals: 1,234.50."""
        currency = self.document.currency
        digits = exponent(currency)
        pattern = f"#,##0.{'0' * digits}" if digits else "#,##0"
        value = Decimal(to_decimal(amount, currency))
        return str(format_decimal(value, format=pattern, locale=self.document.locale))

    def money(self, amount: int) -> str:
        """Minor units with the currency: EUR 1,234.50, which no one can take for another dollar."""
        return f"{self.document.currency}\u00a0{self.amount(amount)}"

    def date(self, day: date) -> str:
        """26 November 2026."""
        return str(format_date(day, "d MMMM y", locale=self.document.locale))

    def percent(self, row: TaxRow) -> str:
        """8.875 %."""
        number = format_decimal(Decimal(row.percent), format="#,##0.####", locale=self.document.locale)
        return f"{number}\u00a0%"

    def rate(self, row: TaxRow) -> str:
        """VAT 19 %: its name, which may say how much it is already."""
        percent = self.percent(row)
        told = percent.replace("\u00a0", "") in "".join(row.name.split())
        return row.name if told else f"{row.name} {percent}"

    def way(self, by: str) -> str:
        """How it was paid."""
        return _WAYS.get(by, by.replace("_", " ").capitalize())

    def reason(self) -> str:
        """Why it was made."""
        reason = self.document.reason
        return _REASONS.get(reason, reason.replace("_", " ").capitalize())
