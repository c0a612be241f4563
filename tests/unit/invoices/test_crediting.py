"""What goes back of an invoice is what the ledger takes back: never more than it charged, and in the end all of it."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commerce.invoices import crediting
from commerce.invoices.crediting import BeyondInvoice, Refunded
from commerce.invoices.model import Content, Invoice
from commerce.money import Money
from commerce.payments.credit import Credit
from commerce.payments.crediting import Pieces, of_amount, of_parts, refunded
from commerce.payments.sales import Sale, sold
from commerce.pricing import Basket, Rules, calculate
from tests.unit.invoices import papers
from tests.unit.pricing import arbitrary
from tests.unit.pricing.arbitrary import Case
from tests.unit.pricing.worked import AT, EUR, EVERYWHERE, place, rate


def told(credit: Credit, currency: str, number: int = 1, **more: Any) -> Refunded:
    """A refund as payments tell of it."""
    amount = Money(amount=credit.amount, currency=currency)
    said = {"refund_id": f"ref_{number}", "payment_id": "pay_1", "amount": amount, "of_sale": True}
    return Refunded.model_validate({**credit.model_dump(), **said, **more})


def note(invoice: Invoice, others: Sequence[Invoice], refund: Refunded) -> Invoice:
    said = crediting.credit_note(invoice, others, refund)
    assert said
    return papers.document(said, len(others) + 2)


def by_rate(documents: Sequence[Content]) -> Counter[str]:
    """The taxes of documents by rate; a correction's count the other way."""
    found: Counter[str] = Counter()
    for document in documents:
        for row in document.taxes:
            found[row.rate_id] += -row.amount if document.kind == "correction" else row.amount
    return found


def booked(live: Sequence[Credit]) -> Counter[str]:
    """What the ledger takes back of each tax."""
    found: Counter[str] = Counter()
    for credit in live:
        for part in [*credit.lines, *([credit.shipping] if credit.shipping else [])]:
            for tax in part.taxes:
                found[tax.rate_id] += tax.amount.amount
    return found


@given(arbitrary.cases(delivered=True), st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_goes_back_is_what_the_ledger_takes_back(case: Case, data: st.DataObject) -> None:
    """Piece by piece, amounts, the shipping, and refunds that fail on the way; in the end all that is left."""
    basket, _ = case
    sale = sold("ord_1", ["pay_1"], calculate(*case).totals, {line.line_id: line.quantity for line in basket.lines})
    invoice = papers.document(papers.content(*case))
    assert sale.total == invoice.total
    standing: list[tuple[Credit, Invoice]] = []
    others: list[Invoice] = []

    def live() -> list[Credit]:
        return [credit for credit, _ in standing]

    def give_back(credit: Credit) -> None:
        if credit.amount <= 0:
            return
        made = note(invoice, others, told(credit, basket.currency, len(others)))
        standing.append((credit, made))
        others.append(made)
        assert made.total == credit.amount
        assert +by_rate(others) == +booked(live())

    for _ in range(data.draw(st.integers(0, 5))):
        give_back(_some(sale, live(), data))
        if standing and data.draw(st.integers(0, 3)) == 0:
            _, failed = standing.pop(data.draw(st.integers(0, len(standing) - 1)))
            others.append(papers.document(crediting.correction(invoice, failed), len(others) + 2))
            assert +by_rate(others) == +booked(live())
    give_back(of_amount(sale, live(), sale.total - sum(credit.amount for credit in live())))
    signs = [-other.total if other.kind == "correction" else other.total for other in others]
    assert sum(signs) == invoice.total
    if invoice.total:
        assert +by_rate(others) == +by_rate([invoice])


def _some(sale: Sale, live: list[Credit], data: st.DataObject) -> Credit:
    left = sale.total - sum(credit.amount for credit in live)
    if data.draw(st.booleans()):
        return of_amount(sale, live, data.draw(st.integers(0, max(0, left))))
    pieces = {}
    for line in sale.lines:
        if quantity := data.draw(st.integers(0, line.quantity - refunded(live, line.line_id))):
            pieces[line.line_id] = Pieces(quantity)
    credit = of_parts(sale, live, pieces, shipping=data.draw(st.booleans()))
    return credit if credit.amount <= left else Credit()


def lamp_and_book() -> tuple[Invoice, Sale]:
    basket = Basket(
        currency="EUR",
        lines=(EUR.line(2, "lamp", "11.90"), EUR.line(1, "book", "10.70", tax="books")),
        at=AT,
        destination=place("DE"),
    )
    rates = [rate("VAT", "19", "DE", included=True), rate("VAT", "7", "DE", "books", included=True)]
    rules = Rules(rates=rates, methods=[EUR.post("5.95")], zones=[EVERYWHERE])
    sale = sold("ord_1", ["pay_1"], calculate(basket, rules).totals, {"lamp": 2, "book": 1})
    return papers.document(papers.content(basket, rules)), sale


def amounts(said: Content | None) -> dict[str, tuple[int, int]]:
    assert said
    return {part.line_id: (part.net, part.gross) for part in said.parts}


def test_a_line_the_shipping_an_amount() -> None:
    invoice, sale = lamp_and_book()
    one = note(invoice, [], told(of_parts(sale, [], {"lamp": Pieces(1)}, shipping=False), "EUR"))
    assert amounts(one) == {"lamp": (1000, 1190)}
    assert [(row.base, row.amount) for row in one.taxes] == [(1000, 190), (0, 0)]
    assert (one.parts[0].quantity, one.parts[0].title) == (1, "lamp")
    shipping = told(of_parts(sale, [], {}, shipping=True), "EUR")
    assert amounts(crediting.credit_note(invoice, [], shipping)) == {"": (500, 595)}
    courtesy = told(Credit(plain=Money(amount=100, currency="EUR")), "EUR")
    assert amounts(crediting.credit_note(invoice, [], courtesy)) == {crediting.COURTESY: (100, 100)}


def test_what_was_given_before_is_taken_off_when_all_goes_back() -> None:
    invoice, sale = lamp_and_book()
    first = of_amount(sale, [], 100)
    one = note(invoice, [], told(first, "EUR"))
    rest = note(invoice, [one], told(of_amount(sale, [first], invoice.total - 100), "EUR", 2))
    whole = {"lamp": (2000, 2380), "book": (1000, 1070), "": (500, 595)}
    assert amounts(rest) == whole | {crediting.COURTESY: (-100, -100)}
    assert rest.total == invoice.total - 100


def test_never_more_than_was_charged() -> None:
    invoice, sale = lamp_and_book()
    whole = note(invoice, [], told(of_amount(sale, [], invoice.total), "EUR"))
    assert whole.total == invoice.total
    cent = told(Credit(plain=Money(amount=1, currency="EUR")), "EUR", 2)
    with pytest.raises(BeyondInvoice):
        crediting.credit_note(invoice, [whole], cent)
    back = papers.document(crediting.correction(invoice, whole), 2)
    assert crediting.credit_note(invoice, [whole, back], cent), "what did not arrive may be given back again"


def test_a_refund_that_was_quicker_than_the_sale() -> None:
    """It says nothing of lines; the ledger credits it, when it hears of the sale, as `of_amount` says."""
    invoice, sale = lamp_and_book()
    early: dict[str, Any] = {"of_sale": False, "lines": [], "shipping": None, "plain": None}
    some = told(of_amount(sale, [], 500), "EUR", **early)
    one = note(invoice, [], some)
    assert amounts(one) == {crediting.COURTESY: (500, 500)}
    left = of_amount(sale, [of_amount(sale, [], 500)], invoice.total - 500)
    rest = told(left, "EUR", 2, **early)
    assert amounts(crediting.credit_note(invoice, [one], rest)) == amounts(
        crediting.credit_note(invoice, [one], told(left, "EUR", 2))
    )
    elsewhere = some.model_copy(update={"payment_id": "pay_2"})
    assert crediting.credit_note(invoice, [], elsewhere) is None, "that money the order never took"


def test_what_is_not_of_the_invoice_is_refused() -> None:
    invoice, sale = lamp_and_book()
    lamp = told(of_parts(sale, [], {"lamp": Pieces(1)}, shipping=False), "EUR")
    lamp.lines[0].taxes[0].rate_id = invoice.taxes[1].rate_id
    with pytest.raises(ValueError, match="was not taxed so"):
        crediting.credit_note(invoice, [], lamp)
    lamp.amount = Money(amount=1, currency="EUR")
    lamp.lines[0].taxes = []
    with pytest.raises(ValueError, match="not the sum of its parts"):
        crediting.credit_note(invoice, [], lamp)


def test_what_they_speak_of() -> None:
    invoice, sale = lamp_and_book()
    one = note(invoice, [], told(of_amount(sale, [], 500), "EUR", reason="order_cancelled"))
    back = crediting.correction(invoice, one)
    assert (one.cause, back.cause) == ("refund:ref_1", "returned:ref_1")
    assert [other.number for other in one.about] == [invoice.number]
    assert [other.number for other in back.about] == [one.number, invoice.number]
    assert (one.buyer, one.order_number, one.paid) == (invoice.buyer, invoice.order_number, [])
