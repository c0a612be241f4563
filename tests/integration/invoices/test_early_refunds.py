"""Money that went back before there was a sale, in a provider's dashboard: credited once, in whatever order that is
heard of (semantics 9), and to the cent as the ledger does.
"""

import itertools
from collections import Counter
from typing import Any

import pytest

from commerce.runtime import mongo
from tests.integration.invoices.test_crediting import refund_at_stripe
from tests.integration.payments.test_books import accounts
from tests.integration.test_interleavings import restore
from tests.support import books
from tests.support.papers import entries, paid
from tests.support.query_shapes import looking
from tests.support.rules import tax
from tests.support.shop import Shop

REST = 0


def by_rate(documents: list[dict[str, Any]]) -> Counter[tuple[str, str]]:
    """What documents say of each rate of tax, base and tax, less what they take back."""
    sums: Counter[tuple[str, str]] = Counter()
    for document in documents:
        for row in document["taxes"]:
            sums[row["rate_id"], "base"] += row["base"]
            sums[row["rate_id"], "amount"] += row["amount"]
    return sums


@pytest.mark.timeout(240)
@pytest.mark.parametrize("amounts", [(500,), (REST,), (500, 700), (500, REST)], ids=str)
def test_refunds_quicker_than_the_sale_are_credited_once_in_any_order(shop: Shop, amounts: tuple[int, ...]) -> None:
    tax("GB", 200_000)
    buyer = paid(shop)
    total = shop.order(buyer)["totals"]["total"]["amount"]
    left = total
    for amount in amounts:
        refund_at_stripe(shop, buyer, amount or left)
        left -= amount or left
    for happened in shop.stripe_events():
        shop.webhook(happened)
    (told,) = entries(shop, "PaymentSucceeded")
    refunded = entries(shop, "RefundSucceeded")
    assert all('"of_sale":false' in entry["Detail"].replace(" ", "") for entry in refunded)
    assert len(refunded) == len(amounts)
    shop.bus.deliver_one("orders.on_payment_event", told)
    (confirmed,) = entries(shop, "OrderConfirmed")
    news = [("payments.on_order_event", confirmed), ("payments.issue_invoice", confirmed)]
    news += [("payments.issue_credit_note", entry) for entry in refunded]
    with looking():
        before = {c.name: list(mongo.database()[c.name].find()) for c in mongo.declared()}
    for arranged in itertools.permutations(news):
        restore(before)
        for consumer, entry in arranged:
            assert shop.bus.deliver_one(consumer, entry)
        made = shop.all("invoices")
        for consumer, entry in reversed(arranged):
            assert shop.bus.deliver_one(consumer, entry)
        assert shop.all("invoices") == made
        books.check()
        invoice, *notes = shop.all("invoices")
        assert [invoice["kind"], *(note["kind"] for note in notes)] == ["invoice", *["credit_note"] * len(amounts)]
        assert sorted(note["total"] for note in notes) == sorted(refund["amount"] for refund in shop.all("refunds"))
        credited = by_rate(notes)
        taxes = sum(amount for (_, what), amount in credited.items() if what == "amount")
        assert accounts(shop).get("tax", 0) == taxes - sum(row["amount"] for row in invoice["taxes"])
        if not left:
            assert credited == by_rate([invoice])
