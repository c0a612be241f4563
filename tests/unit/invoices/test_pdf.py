"""The PDF as others read it: whole, the same every time, every letter of it."""

import hashlib
import io
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from pypdf import PdfReader

from commerce.invoices import crediting
from commerce.invoices.crediting import Refunded
from commerce.invoices.model import Invoice
from commerce.invoices.pdf import writer
from commerce.invoices.pdf.fonts import Font, font
from commerce.invoices.pdf.page import render
from commerce.invoices.pdf.words import Words
from commerce.money import MAX_AMOUNT, Money
from commerce.postal import Address
from commerce.pricing import Basket, Destination, PricedLine, Rules
from tests.unit.invoices import papers
from tests.unit.pricing.worked import AT, rate


def invoice(
    *lines: tuple[str, int, int], currency: str = "EUR", locale: str = "en", by: str = "stripe", **more: Any
) -> Invoice:
    """An invoice of lines (title, pieces, price in minor units), taxed at 19 % inside the price."""
    wanted = tuple(
        PricedLine(line_id=f"line_{number}", quantity=quantity, unit_price=price)
        for number, (_, quantity, price) in enumerate(lines)
    )
    basket = Basket(currency=currency, lines=wanted, at=AT, destination=Destination("DE"))
    rules = Rules(rates=[rate("VAT", "19", "DE", included=True)])
    said = papers.content(basket, rules, titles=[title for title, *_ in lines], by=by, **more)
    return papers.document(said, locale=locale)


def pages(document: Invoice) -> list[str]:
    """The text of each page, as a strict reader finds it."""
    reader = PdfReader(io.BytesIO(render(document)), strict=True)
    return [page.extract_text() for page in reader.pages]


def text(document: Invoice) -> str:
    return " ".join(" ".join(pages(document)).replace("\u00a0", " ").split())


def test_it_says_what_the_law_wants() -> None:
    """Directive 2006/112/EC, article 226: date, number, VAT ids, names and addresses, goods, date, taxable amount per
    rate, unit price, rate, tax.
    """
    said = text(invoice(("Brass lamp", 2, 1190)))
    for wanted in (
        "Invoice", "INV-2026-000001", "1 March 2026", "DE 123 456 789", "Souk Handels GmbH", "Lindenstraße 12",
        "HRB 123456 B", "Ada Lovelace", "SW1Y 4JH", "United Kingdom", "Brass lamp", "11.90", "19 %", "20.00", "3.80",
        "EUR 23.80", "7KQ2M-9XD4T-R", "Card", "To pay 0.00",
    ):  # fmt: skip
        assert wanted in said, wanted


def test_a_credit_note_and_its_correction_name_what_they_are_about() -> None:
    charged = invoice(("Brass lamp", 2, 1190))
    amount = Money(amount=1190, currency="EUR")
    refund = Refunded(
        refund_id="ref_1", payment_id="pay_1", amount=amount, reason="order_cancelled", of_sale=True, plain=amount
    )
    credited = crediting.credit_note(charged, [], refund)
    assert credited
    note = papers.document(credited, 2)
    said = text(note)
    for wanted in (
        "Credit note",
        "CRN-2026-000002",
        "INV-2026-000001, 1 March 2026",
        "Credited EUR 11.90",
        "cancelled",
    ):
        assert wanted in said, wanted
    said = text(papers.document(crediting.correction(charged, note), 3))
    for wanted in ("Correction", "COR-2026-000003", "CRN-2026-000002", "INV-2026-000001", "EUR 11.90"):
        assert wanted in said, wanted


@pytest.mark.parametrize(
    ("currency", "price", "printed"),
    [("JPY", 123456, "JPY 123,456"), ("KWD", 1234560, "KWD 1,234.560"), ("EUR", 5, "EUR 0.05"), ("EUR", 0, "EUR 0.00")],
)
def test_amounts_have_the_decimals_of_their_currency(currency: str, price: int, printed: str) -> None:
    assert printed in text(invoice(("Thing", 1, price), currency=currency))


def test_amounts_and_dates_are_written_as_its_locale_does() -> None:
    assert "EUR 1.234,50" in text(invoice(("Thing", 1, 123450), locale="de_DE"))
    assert "1 März 2026" in text(invoice(("Thing", 1, 1), locale="de"))


@pytest.mark.parametrize(
    ("name", "printed"),
    [("VAT", "VAT 19 %"), ("VAT 19 %", "VAT 19 %"), ("VAT 19%", "VAT 19%"), ("VAT 1", "VAT 1 19 %")],
)
def test_a_rate_is_told_once(name: str, printed: str) -> None:
    document = invoice(("Brass lamp", 1, 1190))
    row = document.taxes[0].model_copy(update={"name": name})
    assert Words(document).rate(row).replace("\u00a0", " ") == printed


NAMES = [
    ("Ελένη Παπαδοπούλου", "Ηλεκτρονικά Βιβλία Α.Ε."),
    ("Анастасия Ёлкина", "ТОВ «Їжак і Ґава»"),
    ("Nguyễn Văn Đức", "Łódź Źdźbło sp. z o.o."),
    ("Þórður Ægisson", "Ço\u0308ğütlü A.Ş. \u20ba \u20ac \u20bd"),
]


@pytest.mark.parametrize(("name", "company"), NAMES)
def test_latin_greek_and_cyrillic_are_there_and_can_be_copied(name: str, company: str) -> None:
    to = Address(name=name, company=company, line1="x", city="y", postal_code="115 21", country="GR")
    said = text(invoice(("Φωτιστικό", 1, 100), billing_address=to))
    assert name in said
    assert company.replace("o\u0308", "ö") in said
    assert "Φωτιστικό" in said


def test_what_the_fonts_lack_is_a_box_and_harms_nothing() -> None:
    to = Address(name="山田 Taro (日本) \U0001f600", line1="1-2-3", city="Chuo", region="Tokyo", country="JP")
    assert "Taro" in text(invoice(("Tea\\pot) Tj ET (", 1, 100), billing_address=to))


def test_it_is_the_same_every_time() -> None:
    document = invoice(("Brass lamp", 2, 1190), ("Novel", 1, 1070))
    digests = {hashlib.sha256(render(document)).hexdigest() for _ in range(3)}
    assert len(digests) == 1
    other = document.model_copy(update={"number": "INV-2026-000002"})
    assert hashlib.sha256(render(other)).hexdigest() not in digests


def test_many_lines_go_on_under_the_same_head_with_their_numbers() -> None:
    found = pages(invoice(*((f"Product {number:02} with a title", 1, 100 + number) for number in range(60))))
    assert len(found) > 2
    for number, page in enumerate(found, start=1):
        assert "Description" in page
        assert f"{number} / {len(found)}" in page
        assert "INV-2026-000001" in page
    assert [title for page in found for title in re.findall(r"Product (\d\d)", page)] == [f"{n:02}" for n in range(60)]
    assert sum("To pay" in page for page in found) == 1
    assert "To pay" in found[-1]


@pytest.mark.parametrize("number", range(9, 26))
def test_wherever_the_page_ends_the_sums_stay_together(number: int) -> None:
    found = pages(invoice(*((f"Product {line}", 1, 100) for line in range(number))))
    for wanted in ("Taxable", "Net", "To pay", "All amounts"):
        assert wanted in found[-1]


def test_long_words_and_amounts_stay_on_the_page() -> None:
    long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 3
    address = Address(name="N" * 120, company="M" * 120, line1="W" * 120, line2="1" * 120, city="Ö" * 120, country="KW")
    document = invoice((long, 99, MAX_AMOUNT // 100), (f"{long} " * 2, 1, 1), currency="KWD", billing_address=address)
    places = _places(document)
    assert places
    assert min(left for left, _ in places) >= 50
    assert max(right for _, right in places) <= writer.WIDTH - 50


def _places(document: Invoice) -> list[tuple[float, float]]:
    """Where each text begins and ends across."""
    found = []
    for page in PdfReader(io.BytesIO(render(document))).pages:
        content = page.get_contents()
        assert content is not None
        shown = r"/F(\d) ([\d.]+) Tf ([\d.-]+) [\d.-]+ Td <([0-9a-f]*)>"
        for face, size, x, glyphs in re.findall(shown, content.get_data().decode()):
            widths = font(writer.FACES[face == "2"]).widths
            wide = sum(widths[int(glyphs[at : at + 4], 16)] for at in range(0, len(glyphs), 4))
            found.append((float(x), float(x) + wide * float(size) / 1000))
    return found


def test_what_it_is_about_is_said_where_readers_look_for_it() -> None:
    known = PdfReader(io.BytesIO(render(invoice(("Thing", 1, 1))))).metadata
    assert known
    assert (known.title, known.author) == ("Invoice INV-2026-000001", papers.SELLER.name)
    assert known.creation_date == datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_fonts_are_embedded_by_what_is_shown_of_them() -> None:
    reader = PdfReader(io.BytesIO(render(invoice(("Thing", 1, 1)))))
    fonts: Any = reader.pages[0]["/Resources"]
    for held in fonts["/Font"].values():
        (child,) = held.get_object()["/DescendantFonts"]
        name, descriptor = child.get_object()["/BaseFont"], child.get_object()["/FontDescriptor"].get_object()
        assert re.fullmatch(r"/[A-Z]{6}\+DejaVuSansCondensed(-Bold)?", name)
        assert 5_000 < len(descriptor["/FontFile2"].get_object().get_data()) < 40_000


def test_a_part_of_a_font_has_what_its_glyphs_are_made_of() -> None:
    whole = font(writer.FACES[False])
    accented = whole.by_character[ord("é")]
    part = Font(whole.part([accented]))
    assert part._outline(accented).rstrip(b"\0") == whole._outline(accented).rstrip(b"\0")
    assert part._outline(whole.by_character[ord("e")])
    assert not part._outline(whole.by_character[ord("x")])


@pytest.mark.parametrize("most", [20.0, 60.0, 200.0])
def test_wrapped_lines_fit_and_lose_nothing(most: float) -> None:
    words = "A long title with anextraordinarilylongword in it, and   spaces"
    lines = writer.wrapped(words, 9, most)
    assert all(writer.width(line, 9) <= most for line in lines)
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")
