"""The ledger's arithmetic: every transaction sums to zero, a payment's state is a function of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.money import Money
from commerce.payments import ledger
from commerce.payments.credit import Credit, CreditedLine, CreditedPart, CreditedTax
from commerce.payments.ledger import Standing, standing
from commerce.payments.model import Payment
from commerce.runtime.clock import now

PAYMENT = Payment(
    id="pay_1",
    order_id="ord_1",
    order_number="N",
    provider="stripe",
    provider_ref="pi_1",
    amount=1000,
    currency="USD",
    created_at=now(),
)


def usd(amount: int) -> Money:
    return Money(amount=amount, currency="USD")


def on(booked: ledger.Transaction) -> dict[str, int]:
    return {posting.account: posting.amount for posting in booked.postings}


def test_postings_must_sum_to_zero() -> None:
    with pytest.raises(ValueError, match="sum to zero"):
        ledger.entry("fee", "x", {"fees:stripe": 1}, order_id="", payment_id="", currency="USD")


def test_a_credit_takes_back_what_the_sale_had_booked() -> None:
    tax = CreditedTax(rate_id="r", name="VAT", percent="20", included=True, amount=usd(20))
    taken = Credit(
        lines=[CreditedLine(line_id="l", quantity=1, amount=usd(120), taxes=[tax])],
        shipping=CreditedPart(amount=usd(60), taxes=[tax]),
        rounding=usd(-1),
        plain=usd(-10),
    )
    booked = on(ledger.credit(PAYMENT, "ref_1", taken))
    assert booked == {"refunds": 90, "shipping": 40, "tax": 40, "rounding": -1, "receivable": -169}
    assert on(ledger.credit_reversed(PAYMENT, "ref_1", taken)) == {account: -n for account, n in booked.items()}


def test_a_dispute_takes_and_gives_back_but_for_the_fee() -> None:
    assert on(ledger.dispute(PAYMENT, "dp_1", 1000)) == {"disputes": 1000, "cash:stripe": -1000}
    assert on(ledger.dispute_fee(PAYMENT, "dp_1", 1500, "USD")) == {"fees:stripe": 1500, "cash:stripe": -1500}
    assert on(ledger.dispute_reinstated(PAYMENT, "dp_1", 1000)) == {"disputes": -1000, "cash:stripe": 1000}


@given(st.integers(1, 10_000), st.lists(st.integers(1, 500), max_size=5), st.booleans(), st.integers(0, 100))
def test_a_payments_state_is_a_function_of_its_ledger(captured: int, backs: list[int], failed: bool, fee: int) -> None:
    booked = [ledger.capture(PAYMENT, captured), ledger.fee(PAYMENT, fee, "EUR")]
    booked += [ledger.refund(PAYMENT, f"re_{number}", amount) for number, amount in enumerate(backs)]
    if failed and backs:
        booked.append(ledger.refund_failed(PAYMENT, "re_0", backs[0]))
    gone = sum(backs) - (backs[0] if failed and backs else 0)
    stands = standing(reversed(booked))
    assert stands == Standing(captured, gone, 0)
    assert stands.status == ("paid" if not gone else "refunded" if gone >= captured else "partially_refunded")


def test_without_a_capture_there_is_no_state() -> None:
    assert standing([]).status is None


def test_every_reference_is_of_one_kind_and_thing() -> None:
    booked = [
        ledger.capture(PAYMENT, 1),
        ledger.fee(PAYMENT, 1, "USD"),
        ledger.refund(PAYMENT, "re_1", 1),
        ledger.refund_failed(PAYMENT, "re_1", 1),
        ledger.credit(PAYMENT, "ref_1", Credit(plain=usd(1))),
        ledger.credit_reversed(PAYMENT, "ref_1", Credit(plain=usd(1))),
        ledger.dispute(PAYMENT, "dp_1", 1),
        ledger.dispute_fee(PAYMENT, "dp_1", 1, "USD"),
        ledger.dispute_reinstated(PAYMENT, "dp_1", 1),
    ]
    assert len({transaction.reference for transaction in booked}) == len(booked)
