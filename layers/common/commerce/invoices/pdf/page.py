"""How a document looks: A4, the seller above, to whom it is made out, the lines, the taxes, the total.

What does not fit goes on, on further pages, under the table's head; the taxes and the total stay together.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from commerce.invoices.model import Invoice, Part
from commerce.invoices.pdf.table import COLUMNS, Table
from commerce.invoices.pdf.words import Words
from commerce.invoices.pdf.writer import HEIGHT, WIDTH, Align, Colour, Page, Pdf, wrapped

LEFT, RIGHT = 52.0, WIDTH - 52.0
BOTTOM = HEIGHT - 92.0
MIDDLE = 318.0  # Where the right half begins.
INK: Colour = (0.149, 0.133, 0.11)
MUTED: Colour = (0.435, 0.404, 0.361)
ACCENT: Colour = (0.604, 0.231, 0.122)
RULE: Colour = (0.86, 0.84, 0.8)
SHADE: Colour = (0.968, 0.96, 0.945)
TEXT = 9.0
SMALL = 7.5


def render(document: Invoice) -> bytes:
    """The PDF of a document: the same bytes every time, by the same version of this code and of its languages."""
    return _Letter(document).content()


@dataclass(frozen=True)
class _Row:
    """A line of a list of amounts."""

    label: str
    value: str
    bold: bool = False


class _Letter:
    """A document being laid out; `_y` is how far down the present page is used."""

    def __init__(self, document: Invoice) -> None:
        self._document = document
        self._words = Words(document)
        self._pdf = Pdf(
            title=f"{self._words.title} {document.number}",
            author=document.seller.name,
            language=document.locale.partition("_")[0],
            made_at=document.issued_at,
        )
        self._table = Table(document, self._words, RIGHT - LEFT)
        self._page: Page
        self._y = 0.0

    def content(self) -> bytes:
        """The file."""
        self._page = self._pdf.page()
        self._head()
        self._parties()
        self._table_head()
        for part in self._document.parts:
            self._line(part)
        self._sums()
        for number, page in enumerate(self._pdf.pages, start=1):
            self._foot(page, number)
        return self._pdf.content()

    # -- the upper part --------------------------------------------------------------------------------------------

    def _head(self) -> None:
        seller = self._document.seller
        y = 68.0
        self._text(RIGHT, y, self._words.title, size=22, bold=True, colour=ACCENT, align="right")
        for line in wrapped(seller.name, 14, MIDDLE - LEFT + 40, bold=True):
            self._text(LEFT, y, line, size=14, bold=True)
            y += 17
        for line in [*seller.address, seller.email]:
            for piece in wrapped(line, 8.5, MIDDLE - LEFT) if line else ():
                self._text(LEFT, y, piece, size=8.5, colour=MUTED)
                y += 11.5
        self._page.line(LEFT, y + 6, RIGHT, thick=1.2, colour=ACCENT)
        self._y = y + 30

    def _parties(self) -> None:
        """To whom, and where to, on the left; what, when and how on the right."""
        left = self._block(self._y, "Bill to", self._buyer())
        if self._document.deliver_to:
            left = self._block(left + 10, "Deliver to", self._document.deliver_to)
        right = self._y
        for label, value in self._facts():
            self._text(MIDDLE, right, label, size=8.5, colour=MUTED)
            for piece in wrapped(value, TEXT, RIGHT - MIDDLE - 56):
                self._text(RIGHT, right, piece, size=TEXT, align="right")
                right += 14
        self._y = max(left, right) + 16

    def _block(self, y: float, label: str, lines: Sequence[str]) -> float:
        self._text(LEFT, y, label, size=8.5, colour=MUTED)
        y += 14
        for number, line in enumerate(lines):
            for piece in wrapped(line, TEXT + 0.5, MIDDLE - LEFT - 24, bold=not number):
                self._text(LEFT, y, piece, size=TEXT + 0.5, bold=not number)
                y += 13
        return y

    def _buyer(self) -> list[str]:
        buyer = self._document.buyer
        return [*buyer.address, *([f"VAT ID {buyer.vat_id}"] if buyer.vat_id else [])]

    def _facts(self) -> list[tuple[str, str]]:
        document, words = self._document, self._words
        facts = [("Number", document.number), ("Date", words.date(document.day))]
        for other in document.about:
            label = "Invoice" if other is document.about[-1] else "Takes back"
            facts.append((label, f"{other.number}, {words.date(other.issued_at.date())}"))
        facts += [("Order", document.order_number), ("Ordered", words.date(document.ordered_at.date()))]
        if document.paid:
            ways = dict.fromkeys(words.way(paid.by) for paid in document.paid)
            facts.append(("Paid by", ", ".join(ways)))
        if document.reason:
            facts.append(("Reason", words.reason()))
        return facts

    # -- the lines ---------------------------------------------------------------------------------------------------

    def _table_head(self) -> None:
        y = self._y
        self._page.area(LEFT, y, RIGHT - LEFT, 20, colour=SHADE)
        for name, column in self._table.columns.items():
            align: Align = "left" if name == "description" else "right"
            at = LEFT + 6 if name == "description" else LEFT + column.right
            self._text(at, y + 13, COLUMNS[name], size=SMALL, bold=True, colour=MUTED, align=align)
        self._y = y + 20

    def _line(self, part: Part) -> None:
        cells = self._table.cells(part)
        title = wrapped(part.title, TEXT, self._table.described - 12)
        detail = wrapped(part.detail, SMALL, self._table.described - 12) if part.detail else []
        high = 12 + 11.5 * len(title) + 10 * len(detail)
        if self._y + high > BOTTOM:
            self._next_page()
            self._table_head()
        y = self._y + 15
        for name, text in cells.items():
            self._text(LEFT + self._table.columns[name].right, y, text, size=self._table.size, align="right")
        for piece in title:
            self._text(LEFT + 6, y, piece, size=TEXT)
            y += 11.5
        for piece in detail:
            self._text(LEFT + 6, y - 1, piece, size=SMALL, colour=MUTED)
            y += 10
        self._y += high
        self._page.line(LEFT, self._y, RIGHT, colour=RULE)

    # -- the sums ----------------------------------------------------------------------------------------------------

    def _sums(self) -> None:
        rows, taxes, notes = self._totals(), self._taxes(), self._notes()
        if self._y + 40 + max(15 * (len(rows) + 1), 14 * (len(taxes) + 1)) + 11 * len(notes) > BOTTOM:
            self._next_page()
        top = self._y + 26
        left = self._tax_table(top, taxes) if taxes else top
        right = top
        for row in rows:
            size = 11.0 if row.bold else TEXT
            if row.bold:
                self._page.line(MIDDLE + 20, right - 9, RIGHT, thick=0.8, colour=INK)
                right += 6
            self._text(MIDDLE + 20, right, row.label, size=size, bold=row.bold)
            self._text(RIGHT - 6, right, row.value, size=size, bold=row.bold, align="right")
            right += 20 if row.bold else 15
        y = max(left, right) + 14
        for note in notes:
            self._text(LEFT + 6, y, note, size=8, colour=MUTED)
            y += 11
        self._y = y

    def _totals(self) -> list[_Row]:
        document, words = self._document, self._words
        rows = [_Row("Net", words.amount(document.net))]
        if document.taxes:
            rows.append(_Row("Tax", words.amount(sum(row.amount for row in document.taxes))))
        if document.rounding:
            rows.append(_Row("Rounding", words.amount(document.rounding)))
        rows.append(
            _Row({"credit_note": "Credited"}.get(document.kind, "Total"), words.money(document.total), bold=True)
        )
        if document.kind == "invoice":
            rows += [_Row(f"Paid: {words.way(paid.by)}", words.amount(paid.amount)) for paid in document.paid]
            rows.append(_Row("To pay", words.amount(document.total - sum(paid.amount for paid in document.paid))))
        return rows

    def _taxes(self) -> list[tuple[str, str, str]]:
        """Name and rate, what it is on, what it comes to."""
        document, words = self._document, self._words
        rows = [
            (words.rate(row), words.amount(row.base), words.amount(row.amount))
            for row in document.taxes
            if row.base or row.amount or document.kind == "invoice"
        ]
        untaxed = sum(part.net for part in document.parts if not part.taxes)
        return [*rows, ("No tax", words.amount(untaxed), words.amount(0))] if untaxed else rows

    def _tax_table(self, y: float, rows: Sequence[tuple[str, str, str]]) -> float:
        ends = (LEFT + 6, LEFT + 176, MIDDLE - 10)
        head = ("Tax rate", "Taxable", "Tax")
        ways: tuple[Align, ...] = ("left", "right", "right")
        for number, row in enumerate([head, *rows]):
            colour = INK if number else MUTED
            names = wrapped(row[0], 8.5, 108) if number else [row[0]]
            for end, text, way in zip(ends, (names[0], *row[1:]), ways, strict=True):
                self._text(end, y, text, size=8.5, colour=colour, align=way)
            for piece in names[1:]:
                y += 11
                self._text(LEFT + 6, y, piece, size=8.5, colour=colour)
            if not number:
                self._page.line(LEFT, y + 4, MIDDLE - 10, colour=RULE)
            y += 14
        return y

    def _notes(self) -> list[str]:
        document = self._document
        notes = [f"All amounts are in {document.currency}."]
        if document.kind == "invoice" and any(row.included for row in document.taxes):
            notes[0] += " Unit prices and discounts include the taxes that are part of the price."
        if document.kind == "credit_note":
            notes.append(
                f"It reduces invoice {document.about[-1].number} by this amount, which goes back the way you paid."
            )
        if document.kind == "correction":
            notes.append(f"The refund did not arrive, so credit note {document.about[0].number} does not hold.")
        return notes

    # -- every page --------------------------------------------------------------------------------------------------

    def _next_page(self) -> None:
        self._page = self._pdf.page()
        self._text(LEFT, 50, self._document.seller.name, size=8.5, colour=MUTED)
        about = f"{self._words.title} {self._document.number}"
        self._text(RIGHT, 50, about, size=8.5, colour=MUTED, align="right")
        self._page.line(LEFT, 58, RIGHT, thick=1.2, colour=ACCENT)
        self._y = 74.0

    def _foot(self, page: Page, number: int) -> None:
        seller = self._document.seller
        known = (
            seller.name,
            *seller.address,
            f"VAT ID {seller.vat_id}" if seller.vat_id else "",
            seller.registration,
        )
        y = HEIGHT - 62
        page.line(LEFT, y - 12, RIGHT, colour=RULE)
        for line in wrapped(" \u00b7 ".join(filter(None, known)), 7.5, RIGHT - LEFT - 70)[:4]:
            page.text(LEFT, y, line, size=7.5, colour=MUTED)
            y += 10
        of = f"{number} / {len(self._pdf.pages)}"
        page.text(RIGHT, HEIGHT - 62, of, size=7.5, colour=MUTED, align="right")

    def _text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float,
        bold: bool = False,
        colour: Colour = INK,
        align: Align = "left",
    ) -> None:
        self._page.text(x, y, text, size=size, bold=bold, colour=colour, align=align)
