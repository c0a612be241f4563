"""What goes back of an invoice: never more than it charged, whatever is refunded how, to the unit and by rate."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commerce.invoices import crediting
from commerce.invoices.crediting import Refunded
from commerce.invoices.model import Content, Invoice
from commerce.pricing import Basket, Rules
from tests.unit.invoices import papers
from tests.unit.pricing import arbitrary
from tests.unit.pricing.arbitrary import Case
from tests.unit.pricing.worked import AT, EUR, EVERYWHERE, place, rate


def tally(documents: list[Invoice] | list[Content]) -> Counter[tuple[str, int, str]]:
    """Every amount that the documents hold, by part and rate; what a correction holds counts the other way."""
    found: Counter[tuple[str, int, str]] = Counter()
    for document in documents:
        sign = -1 if document.kind == "correction" else 1
        found["", -1, "rounding"] += sign * document.rounding
        for part in document.parts:
            found[part.line_id, -1, "net"] += sign * part.net
            for tax in part.taxes:
                found[part.line_id, tax.rate, "base"] += sign * tax.base
                found[part.line_id, tax.rate, "tax"] += sign * tax.amount
    return found


@given(arbitrary.cases(delivered=True), st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_given_back_in_any_pieces_is_the_invoice_in_the_end(case: Case, data: st.DataObject) -> None:
    invoice = papers.document(papers.content(*case))
    others: list[Invoice] = []

    def left() -> int:
        signs = (-one.total if one.kind == "credit_note" else one.total for one in others)
        return invoice.total + sum(signs)

    for number in range(data.draw(st.integers(0, 6))):
        amount = data.draw(st.integers(0, max(1, 2 * left() // 3)))
        named = [part.line_id for part in invoice.parts if data.draw(st.booleans())]
        lines = {line_id: data.draw(st.integers(0, max(1, amount))) for line_id in named if line_id}
        refunded = Refunded(f"ref_{number}", amount, lines=lines, shipping=data.draw(st.integers(0, max(1, amount))))
        before = left()
        said = crediting.credit_note(invoice, others, refunded)
        if said is None:
            assert min(amount, before) == 0
            continue
        assert said.total == min(amount, before)
        others.append(papers.document(said, len(others) + 2))
        if data.draw(st.booleans()):
            back = crediting.correction(invoice, others[-1])
            assert back.total == said.total
            others.append(papers.document(back, len(others) + 2))
        credited, charged = tally(others), tally([invoice])
        for key, amount in credited.items():
            assert key[2] == "rounding" or 0 <= amount <= charged[key], key
    last = crediting.credit_note(invoice, others, Refunded("ref_last", invoice.total))
    assert (last is None) == (left() == 0)
    if last:
        others.append(papers.document(last, len(others) + 2))
    assert left() == 0
    assert crediting.credit_note(invoice, others, Refunded("ref_more", 1)) is None
    if invoice.total:
        assert +tally(others) == +tally([invoice])


def lamp_and_book() -> Invoice:
    basket = Basket(
        currency="EUR",
        lines=(EUR.line(2, "lamp", "11.90"), EUR.line(1, "book", "10.70", tax="books")),
        at=AT,
        destination=place("DE"),
    )
    rates = [rate("VAT", "19", "DE", included=True), rate("VAT", "7", "DE", "books", included=True)]
    return papers.document(papers.content(basket, Rules(rates=rates, methods=[EUR.post("5.95")], zones=[EVERYWHERE])))


def amounts(said: Content | None) -> dict[str, tuple[int, int]]:
    assert said
    return {part.line_id: (part.net, part.gross) for part in said.parts}


def test_a_line_a_shipping_an_amount() -> None:
    invoice = lamp_and_book()
    one_lamp = Refunded("ref_1", 1190, lines={"lamp": 1190}, pieces={"lamp": 1})
    said = crediting.credit_note(invoice, [], one_lamp)
    assert amounts(said) == {"lamp": (1000, 1190)}
    assert said
    assert [(row.base, row.amount) for row in said.taxes] == [(1000, 190), (0, 0)]
    assert said.parts[0].quantity == 1
    assert amounts(crediting.credit_note(invoice, [], Refunded("ref_2", 595, shipping=595))) == {"": (500, 595)}
    spread = amounts(crediting.credit_note(invoice, [], Refunded("ref_3", 100)))
    assert spread == {"lamp": (50, 59), "book": (24, 26), "": (13, 15)}


def test_what_a_refund_names_too_much_of_is_taken_from_the_rest() -> None:
    invoice = lamp_and_book()
    said = crediting.credit_note(invoice, [], Refunded("ref_1", 2480, lines={"lamp": 2480, "gone": 5}))
    assert said
    assert said.total == 2480
    assert amounts(said)["lamp"] == (2000, 2380)


def test_never_more_than_was_charged() -> None:
    invoice = lamp_and_book()
    said = crediting.credit_note(invoice, [], Refunded("ref_1", 10**6))
    assert said
    assert said.total == invoice.total
    assert [part.quantity for part in said.parts] == [2, 1, 1], "all of it came back"
    assert crediting.credit_note(invoice, [papers.document(said)], Refunded("ref_2", 1)) is None


@pytest.mark.parametrize("amount", [0, -5])
def test_nothing_makes_no_document(amount: int) -> None:
    assert crediting.credit_note(lamp_and_book(), [], Refunded("ref_1", amount)) is None


def test_what_they_speak_of() -> None:
    invoice = lamp_and_book()
    said = crediting.credit_note(invoice, [], Refunded("ref_1", 500, reason="order_cancelled"))
    assert said
    note = papers.document(said)
    back = crediting.correction(invoice, note)
    assert (said.cause, back.cause) == ("refund:ref_1", "returned:ref_1")
    assert [one.number for one in said.about] == [invoice.number]
    assert [one.number for one in back.about] == [note.number, invoice.number]
    assert (said.buyer, said.order_number, said.paid) == (invoice.buyer, invoice.order_number, [])
