"""What an invoice says, and how it is shown. Amounts are minor units of the document's currency."""

from datetime import date, datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

from commerce.catalog.model import ProductKind
from commerce.money import Money
from commerce.postal import Address
from commerce.pricing import ShippingOption, Totals
from commerce.runtime.clock import Moment
from commerce.runtime.errors import Conflict
from commerce.runtime.mongo import Document

type Kind = Literal["invoice", "credit_note", "correction"]


class NoInvoiceYet(Conflict):
    """409: the order has no invoice: it is made when the order is paid, within moments."""

    code, title = "invoice_not_issued", "There is no invoice for this order yet"


class SoldLine(BaseModel):
    """A line of an order. `unit_price` is what the shop showed."""

    model_config = ConfigDict(from_attributes=True)

    line_id: str
    kind: ProductKind = "goods"
    sku: str
    title: str
    variant_title: str
    quantity: int
    unit_price: Money


class Sale(BaseModel):
    """An order as it was confirmed: what invoices want to know of it, by the names that orders give it."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    number: str
    lines: list[SoldLine]
    totals: Totals
    shipping: ShippingOption | None = None
    shipping_address: Address
    billing_address: Address
    placed_at: Moment


class Paid(BaseModel):
    """How some of it was paid: `by` is `stripe`, `paypal`, `gift_card`."""

    payment_id: str
    by: str
    amount: int


class Seller(BaseModel):
    """The legal entity that sells, as it was when the document was made; `series` is what its numbers go by."""

    series: str
    name: str
    address: list[str]
    vat_id: str = ""
    registration: str = ""
    email: str = ""


class Buyer(BaseModel):
    """To whom it is made out: address lines as the post writes them, names first."""

    address: list[str]
    country: str
    vat_id: str = ""


class PartTax(BaseModel):
    """One rate's tax on a part; `rate` is its place among the document's taxes, `base` what of the part it is on."""

    rate: int
    base: int
    amount: int


class Part(BaseModel):
    """A line of the document, or its shipping (`line_id` is empty): `gross` = `net` + its taxes.

    `net` is after `discount` and without any tax. `quantity` is 0 where an amount was given back and no piece.
    """

    line_id: str
    title: str
    detail: str = ""
    quantity: int
    unit_price: int
    discount: int = 0
    net: int
    taxes: list[PartTax]
    gross: int

    @model_validator(mode="after")
    def _sums(self) -> Self:
        if self.gross != self.net + sum(tax.amount for tax in self.taxes):
            raise ValueError("a part is not the sum of its net and its taxes")
        return self


class TaxRow(BaseModel):
    """One rate: what it is on, and what it comes to. `included` where the prices held it."""

    rate_id: str
    name: str
    percent: str
    included: bool
    base: int
    amount: int


class Reference(BaseModel):
    """Another document that this one speaks of."""

    id: str
    number: str
    issued_at: Moment


class File(BaseModel):
    """Where the PDF lies; `sha256` in hexadecimal, `size` in bytes."""

    key: str
    sha256: str
    size: int


class Content(BaseModel):
    """All that a document says but who issued it when, and under which number.

    `total` = `net` + the taxes + `rounding`; a credit note's amounts are what it gives back, none below zero.
    """

    kind: Kind
    cause: str
    order_id: str
    order_number: str
    ordered_at: Moment
    buyer: Buyer
    deliver_to: list[str] = []
    currency: str
    parts: list[Part]
    taxes: list[TaxRow]
    rounding: int = 0
    total: int
    paid: list[Paid] = []
    about: list[Reference] = []
    refund_id: str = ""
    reason: str = ""

    @property
    def net(self) -> int:
        """Without taxes."""
        return sum(part.net for part in self.parts)

    @model_validator(mode="after")
    def _sums(self) -> Self:
        """Nothing that does not add up is ever given a number."""
        for index, row in enumerate(self.taxes):
            shares = [tax for part in self.parts for tax in part.taxes if tax.rate == index]
            if row.amount != sum(tax.amount for tax in shares) or row.base != sum(tax.base for tax in shares):
                raise ValueError(f"{row.name} is not the sum of its parts")
        if self.total != self.net + sum(row.amount for row in self.taxes) + self.rounding:
            raise ValueError("the total is not the sum of its parts")
        return self


class Invoice(Document, Content):
    """A document: an invoice, a credit note, or the correction of one. It never changes once it is there, except that
    `file` is noted when the PDF has been stored. `locale` is how its numbers and dates are written.

    `number` is for people, `serial` the number within its `series`, `step` its place among those of its order: each was
    made in view of all before it. `keep_until` is when the law wants it no more.
    """

    number: str
    series: str
    serial: int
    step: int
    issued_at: Moment
    issued_on: str
    seller: Seller
    locale: str
    file: File | None = None
    keep_until: datetime

    @property
    def day(self) -> date:
        """The date that it bears."""
        return date.fromisoformat(self.issued_on)

    @property
    def reference(self) -> Reference:
        """How others speak of it."""
        return Reference(id=self.id, number=self.number, issued_at=self.issued_at)

    def money(self, amount: int) -> Money:
        """An amount of its currency."""
        return Money(amount=amount, currency=self.currency)


class DocumentView(BaseModel):
    """A document, with an address at which its PDF can be fetched for `expires_in` seconds. `total` is what it charges,
    or what a credit note gives back.
    """

    id: str
    kind: Kind
    number: str
    order_id: str
    order_number: str
    issued_at: Moment
    total: Money
    reason: str = ""
    url: str
    expires_in: int
    sha256: str


class InvoiceView(DocumentView):
    """The invoice of an order, with what was given back of it since: credit notes, and corrections of those whose
    refund did not arrive. The oldest first.
    """

    credit_notes: list[DocumentView] = []
