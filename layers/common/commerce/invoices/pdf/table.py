"""The table of a document's lines: which columns it has, and how wide each must be for what stands in it."""

from collections.abc import Mapping
from dataclasses import dataclass

from commerce.invoices.model import Invoice, Part
from commerce.invoices.pdf.words import Words
from commerce.invoices.pdf.writer import width

COLUMNS: Mapping[str, str] = {
    "description": "Description",
    "quantity": "Qty",
    "unit_price": "Unit price",
    "discount": "Discount",
    "tax": "Tax",
    "net": "Net",
    "gross": "Total",
}
HEAD = 7.5
SIZES = (9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0)
GAPS = (26.0, 20.0, 14.0)
EDGE = 6.0
LEAST = 0.38
"""What part of the width is left for words."""
# First less air, then smaller figures.
_FITS = [(SIZES[0], gap) for gap in GAPS] + [(size, GAPS[-1]) for size in SIZES[1:]]


@dataclass(frozen=True)
class Column:
    """Where a column ends, from the table's left edge, in points."""

    right: float


class Table:
    """The columns of a document's table. What is empty in every line has none; where amounts are so long that hardly
    any room is left for words, they are set smaller.
    """

    def __init__(self, document: Invoice, words: Words, wide: float) -> None:
        self._document, self._words = document, words
        rows = [self._all_cells(part) for part in document.parts]
        kept = [name for name in COLUMNS if name != "description" and any(row[name] for row in rows)]
        self._kept = kept
        for self.size, gap in _FITS:
            needs = {name: self._need(name, rows) + gap for name in kept}
            self.described = wide - EDGE - sum(needs.values())
            if self.described >= LEAST * wide:
                break
        self.columns, right = {"description": Column(self.described)}, self.described
        for name in kept:
            right += needs[name]
            self.columns[name] = Column(right)

    def cells(self, part: Part) -> dict[str, str]:
        """What stands in a line, beside its description."""
        cells = self._all_cells(part)
        return {name: cells[name] for name in self._kept}

    def _all_cells(self, part: Part) -> dict[str, str]:
        words = self._words
        rates = [words.percent(self._document.taxes[tax.rate]) for tax in part.taxes]
        invoiced = self._document.kind == "invoice"
        return {
            "quantity": str(part.quantity) if part.quantity else "",
            "unit_price": words.amount(part.unit_price) if invoiced else "",
            "discount": words.amount(-part.discount) if part.discount else "",
            "tax": " + ".join(rates),
            "net": words.amount(part.net),
            "gross": words.amount(part.gross),
        }

    def _need(self, name: str, rows: list[dict[str, str]]) -> float:
        widest = max(width(row[name], self.size) for row in rows)
        return max(widest, width(COLUMNS[name], HEAD, bold=True))
