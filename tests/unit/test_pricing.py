"""Totals: charged is shown is the sum of the parts, whatever is in the cart."""

from hypothesis import given
from hypothesis import strategies as st

from commerce.carts.model import MAX_LINES, MAX_QUANTITY
from commerce.catalog.drafts import MAX_PRICE
from commerce.pricing import PricedLine, total

currencies = st.sampled_from(["USD", "JPY", "KWD"])
lines = st.lists(
    st.builds(
        PricedLine,
        line_id=st.uuids().map(str),
        quantity=st.integers(1, MAX_QUANTITY),
        unit_price=st.integers(0, MAX_PRICE),
    ),
    max_size=MAX_LINES,
)


@given(lines, st.integers(0, 100_000) | st.none(), currencies)
def test_every_cent_is_explained(wanted: list[PricedLine], shipping: int | None, currency: str) -> None:
    totals = total(wanted, shipping=shipping, currency=currency)
    parts = {kind: sum(p.amount.amount for p in totals.explain if p.kind == kind) for kind in ("item", "shipping")}
    assert totals.total.amount == sum(part.amount.amount for part in totals.explain)
    assert totals.total == totals.items - totals.discount + totals.shipping + totals.tax
    assert totals.items.amount == parts["item"] == sum(line.quantity * line.unit_price for line in wanted)
    assert totals.shipping.amount == parts["shipping"] == (shipping or 0)
    assert {money.currency for money in (totals.items, totals.discount, totals.shipping, totals.tax, totals.total)} == {
        currency
    }


@given(lines, currencies)
def test_every_line_is_explained_by_itself(wanted: list[PricedLine], currency: str) -> None:
    explained = {part.reference: part.amount.amount for part in total(wanted, shipping=None, currency=currency).explain}
    assert explained == {line.line_id: line.quantity * line.unit_price for line in wanted}


@given(lines, st.integers(0, 100_000), currencies)
def test_order_does_not_matter(wanted: list[PricedLine], shipping: int, currency: str) -> None:
    assert (
        total(wanted, shipping=shipping, currency=currency).total
        == total(wanted[::-1], shipping=shipping, currency=currency).total
    )


def test_shipping_that_is_free_is_still_told() -> None:
    line = PricedLine(line_id="l1", quantity=2, unit_price=1250)
    assert [part.kind for part in total([line], shipping=0, currency="USD").explain] == ["item", "shipping"]
    assert [part.kind for part in total([line], shipping=None, currency="USD").explain] == ["item"]


def test_the_words_of_an_explanation() -> None:
    (part,) = total([PricedLine(line_id="l1", quantity=3, unit_price=1999)], shipping=None, currency="KWD").explain
    assert (part.text, part.amount.amount) == ("3 x KWD 1.999", 5997)
