"""Credit notes of what goes back, and corrections of what did not: one of each, never above the invoice."""

import itertools
from functools import partial
from typing import Any

import pytest

from commerce import invoices
from commerce.invoices import Refunded
from commerce.invoices.crediting import BeyondInvoice
from commerce.invoices.store import HEARD_REFUNDS
from commerce.money import Money
from commerce.runtime.errors import Stale
from tests.support.api import LambdaContext
from tests.support.bus import as_message, sqs_event
from tests.support.killswitch import Killswitch
from tests.support.papers import YEAR, confirmed, delivery, entries, numbers, paid
from tests.support.race import together
from tests.support.rules import tax
from tests.support.shop import Buyer, Shop


def refund_at_stripe(shop: Shop, buyer: Buyer, amount: int) -> None:
    """Made in the provider's dashboard."""
    intent = shop.one("payments", order_id=buyer.order_id)["provider_ref"]
    answer = shop.sandbox.http.post(
        f"{shop.sandbox.stripe_url}/v1/refunds",
        data={"payment_intent": intent, "amount": amount},
        headers={"Authorization": f"Bearer {shop.sandbox.config.stripe.secret_key}"},
    )
    assert answer.status_code == 200, answer.text


def test_what_is_cancelled_is_wholly_credited(shop: Shop) -> None:
    tax("GB", 200_000)
    shop.stock("LAMP", 5)
    buyer = Buyer()
    order = shop.buy(buyer, ("LAMP", 2))
    assert shop.cancel(buyer).status == 200
    shop.settle()
    (note,) = shop.invoice(buyer).json["credit_notes"]
    assert (note["kind"], note["number"]) == ("credit_note", f"CRN-{YEAR}-000001")
    assert (note["total"], note["reason"]) == (order["totals"]["total"], "order_cancelled")
    invoice, credited = shop.all("invoices")
    assert credited["about"][0]["number"] == invoice["number"]
    assert credited["taxes"] == invoice["taxes"]
    assert "file" in credited


def test_parts_are_credited_one_by_one_and_never_too_much(shop: Shop) -> None:
    tax("GB", 200_000)
    shop.stock("LAMP", 5, price=999)
    buyer = Buyer()
    order = shop.buy(buyer, ("LAMP", 3))
    total = order["totals"]["total"]["amount"]
    for amount in (1, 1000, total - 1001):
        refund_at_stripe(shop, buyer, amount)
        shop.settle()
    credited = shop.all("invoices", kind="credit_note")
    assert [note["total"] for note in credited] == [1, 1000, total - 1001]
    (invoice,) = shop.all("invoices", kind="invoice")
    assert [part["title"] for part in credited[-1]["parts"]] == ["Lamp", "Shipping", "Given back before"]
    for index, row in enumerate(invoice["taxes"]):
        assert sum(note["taxes"][index]["amount"] for note in credited) == row["amount"]
        assert sum(note["taxes"][index]["base"] for note in credited) == row["base"]


def test_money_that_the_order_never_took_is_no_part_of_its_invoice(shop: Shop) -> None:
    """Cancelled while the payment was on its way: it goes back, and there is neither invoice nor credit note."""
    buyer = paid(shop)
    assert shop.cancel(buyer).status == 200
    shop.settle()
    assert shop.order(buyer)["refunded"] == shop.order(buyer)["totals"]["total"]
    assert shop.count("invoices") == 0
    assert shop.count("invoice_refunds") == 1
    assert (shop.invoice(buyer).status, shop.invoice(buyer).json["code"]) == (409, "invoice_not_issued")


def test_a_refund_that_is_quicker_than_the_invoice_is_not_lost(shop: Shop) -> None:
    buyer, entry = confirmed(shop)
    assert shop.cancel(buyer).status == 200
    shop.bus.deliver()  # all but the confirmation
    shop.settle()
    assert shop.count("invoices") == 0
    assert not shop.bus.failures
    assert shop.bus.deliver_one("payments.issue_invoice", entry)
    assert numbers(shop) + numbers(shop, "credit_note") == [f"INV-{YEAR}-000001", f"CRN-{YEAR}-000001"]


def test_a_refund_that_is_quicker_than_the_sale_is_credited_with_it(shop: Shop) -> None:
    """Given back in the provider's dashboard before the order has heard of its money."""
    buyer = paid(shop)
    refund_at_stripe(shop, buyer, 500)
    for happened in shop.stripe_events():
        shop.webhook(happened)
    (told,) = entries(shop, "RefundSucceeded")
    assert '"of_sale":false' in told["Detail"].replace(" ", "")
    assert shop.bus.deliver_one("payments.issue_credit_note", told)
    shop.settle()
    (note,) = shop.invoice(buyer).json["credit_notes"]
    assert note["total"]["amount"] == 500


def test_a_refund_that_did_not_arrive_is_corrected(shop: Shop) -> None:
    shop.stock("LAMP", 5)
    buyer = Buyer()
    order = shop.buy(buyer, ("LAMP", 2))
    shop.cancel(buyer)
    shop.settle()
    refund = shop.one("refunds")["provider_ref"]
    shop.sandbox.stripe_control("POST", f"/refunds/{refund}/finish", {"outcome": "failed"})
    shop.settle()
    assert [note["kind"] for note in shop.invoice(buyer).json["credit_notes"]] == ["credit_note", "correction"]
    note, correction = shop.all("invoices")[1:]
    assert correction["number"] == f"COR-{YEAR}-000001"
    assert [one["number"] for one in correction["about"]] == [note["number"], f"INV-{YEAR}-000001"]
    assert correction["total"] == order["totals"]["total"]["amount"]
    refund_at_stripe(shop, buyer, 1234)
    shop.settle()
    assert [document["total"] for document in shop.all("invoices", kind="credit_note")][1:] == [1234]


def test_in_any_order_and_twice_the_end_is_the_same(shop: Shop) -> None:
    ends = set()
    happened = ("OrderConfirmed", "RefundSucceeded", "RefundFailed")
    for number, order in enumerate(itertools.permutations(happened)):
        buyer, _ = confirmed(shop, number)
        shop.cancel(buyer)
        for told in entries(shop, "OrderCancelled")[-1:]:
            shop.bus.deliver_one("payments.on_order_event", told)
        refund = shop.one("refunds", order_id=buyer.order_id)["provider_ref"]
        shop.sandbox.stripe_control("POST", f"/refunds/{refund}/finish", {"outcome": "failed"})
        for webhook in shop.stripe_events():
            shop.webhook(webhook)
        for kind in (*order, *order):
            (entry,) = [one for one in entries(shop, kind) if buyer.order_id in one["Detail"]]
            consumer = "payments.issue_invoice" if kind == "OrderConfirmed" else "payments.issue_credit_note"
            assert shop.bus.deliver_one(consumer, entry)
        documents = shop.all("invoices", order_id=buyer.order_id)
        ends.add(tuple((document["kind"], document["total"], document["step"]) for document in documents))
        shop.bus.delivered = len(shop.bus.entries)
    assert [[kind for kind, *_ in end] for end in ends] == [["invoice", "credit_note", "correction"]]


def test_two_refunds_at_the_same_moment_count_on_different_money(shop: Shop, one_writer: None) -> None:
    buyer, entry = confirmed(shop)
    shop.bus.deliver_one("payments.issue_invoice", entry)
    invoice = shop.one("invoices")

    def credit(number: int) -> None:
        """Each is a third of the invoice and one more: three are too much."""
        amount = Money(amount=invoice["total"] // 3 + 1, currency="USD")
        refunded = Refunded(refund_id=f"ref_{number}", payment_id="pay", amount=amount, of_sale=True, plain=amount)
        for _ in range(20):
            try:
                invoices.credit(buyer.order_id, refunded, delivery(entry, f"credit {number}"))
            except Stale:
                continue
            return

    outcomes = together([partial(credit, number) for number in range(3)])
    assert sum(isinstance(outcome, BeyondInvoice) for outcome in outcomes) >= 1
    assert [note["step"] for note in shop.all("invoices")] == [1, 2, 3]


def test_a_credit_note_that_others_overtook_is_reckoned_anew(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another refund is credited whole between the look at what there is and the number: both are too much."""
    buyer, entry = confirmed(shop)
    shop.bus.deliver_one("payments.issue_invoice", entry)
    invoice = shop.one("invoices")
    amount = Money(amount=2 * invoice["total"] // 3, currency="USD")

    def credit(number: int) -> None:
        refunded = Refunded(refund_id=f"ref_{number}", payment_id="pay", amount=amount, of_sale=True, plain=amount)
        invoices.credit(buyer.order_id, refunded, delivery(entry, f"credit {number}"))

    heard = HEARD_REFUNDS.of_order
    overtaken: list[bool] = []

    def meanwhile(order_id: str) -> Any:
        if not overtaken:
            overtaken.append(True)
            HEARD_REFUNDS.handle.update_one({"_id": "ref_1"}, {"$unset": {"told": ""}})
            credit(2)
            HEARD_REFUNDS.handle.update_one({"_id": "ref_1"}, {"$set": {"told": told}})
        return heard(order_id)

    told = Refunded(refund_id="ref_1", payment_id="pay", amount=amount, of_sale=True, plain=amount).model_dump()
    monkeypatch.setattr(HEARD_REFUNDS, "of_order", meanwhile)
    with pytest.raises(Stale):
        credit(1)
    with pytest.raises(BeyondInvoice):
        credit(1)
    assert [note["refund_id"] for note in shop.all("invoices", kind="credit_note")] == ["ref_2"]


def test_killed_at_any_step_a_credit_note_is_made_once(shop: Shop, killswitch: Killswitch) -> None:
    import payments.issue_credit_note

    step, done = 1, False
    while not done:
        buyer, entry = confirmed(shop, step)
        assert shop.bus.deliver_one("payments.issue_invoice", entry)
        shop.cancel(buyer)
        shop.bus.deliver_one("payments.on_order_event", entries(shop, "OrderCancelled")[-1])
        message = sqs_event([as_message(entries(shop, "RefundSucceeded")[-1])])
        done = killswitch.survives(step, partial(payments.issue_credit_note.handler, message, LambdaContext()))
        assert payments.issue_credit_note.handler(message, LambdaContext()) == {"batchItemFailures": []}
        assert numbers(shop, "credit_note") == [f"CRN-{YEAR}-{serial:06}" for serial in range(1, step + 1)]
        shop.bus.delivered = len(shop.bus.entries)
        step += 1
    assert all("file" in document for document in shop.all("invoices"))
    assert step > 14
