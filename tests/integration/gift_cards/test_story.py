"""An order with gift cards in it, spent, refunded, cancelled, in any order and with news in any order: the books hold
after every step, and nobody ends with more than was paid.
"""

import contextlib
import itertools
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stripe import InvalidRequestError

from tests.integration.payments.test_books import give_back_in_the_dashboard
from tests.integration.test_interleavings import wipe
from tests.support import books, gifts
from tests.support.shop import Buyer, Shop
from tests.support.story import OrderStory
from tests.support.till import Till

LAMP, SHIPPING, CARDS = 1999, 500, 2 * 2500

_numbers = itertools.count(1)


class Story(OrderStory):
    """Two gift cards and a lamp are paid for; the codes are spent by others. Each step does what is possible."""

    def __init__(self, shop: Shop, till: Till) -> None:
        shop.stock("LAMP", 50)
        gifts.offer(shop, 2500)
        buyer = Buyer()
        shop.ready_order(buyer, ("GIFT-2500", 2), ("LAMP", 1))
        super().__init__(shop, buyer)
        self.till = till
        self.others: list[Buyer] = []
        self.address = f"2001:db8:{next(_numbers):x}::2"  # No story waits for the limits of another one.
        self.mails = len(shop.post.emails)
        shop.pay(buyer)
        for happened in shop.stripe_events():
            shop.webhook(happened)

    def spend(self) -> None:
        self.shop.post.deliver()
        codes = gifts.codes_in(self.shop.post, since=self.mails)
        if codes and len(self.others) < 4:
            other = Buyer(email=f"other-{len(self.others)}@example.com")
            self.shop.ready_order(other, ("LAMP", 1))
            self.others.append(other)
            for code in codes:
                assert gifts.pay(other, code, address=self.address).status in {200, 409, 422}

    def unspend(self) -> None:
        if self.others:
            assert self.shop.cancel(self.others[0]).status in {200, 409}

    def refund(self, **wanted: Any) -> None:
        if payment_id := self.shop.one("orders", _id=self.buyer.order_id)["payment_id"]:
            assert self.till.refund(payment_id, **wanted).status in {201, 409, 422}

    def refund_a_card(self) -> None:
        line = next(line for line in self.shop.order(self.buyer)["lines"] if line["kind"] == "gift_card")
        self.refund(lines=[{"line_id": line["line_id"], "quantity": 1, "restock": True}])

    def refund_the_lamp(self) -> None:
        line = next(line for line in self.shop.order(self.buyer)["lines"] if line["kind"] == "goods")
        self.refund(lines=[{"line_id": line["line_id"], "quantity": 1, "restock": True}], shipping=True)

    def courtesy(self) -> None:
        self.refund(amount={"amount": 700, "currency": "USD"})

    def refund_all(self) -> None:
        self.refund(everything=True)

    def dashboard(self) -> None:
        intent = self.shop.one("payments", order_id=self.buyer.order_id)["provider_ref"]
        with contextlib.suppress(InvalidRequestError):  # So much is not left there.
            give_back_in_the_dashboard(self.shop, 3000, intent)

    def webhook(self) -> None:
        for happened in self.shop.stripe_events()[-3:]:
            assert self.shop.webhook(happened)["statusCode"] == 200

    def sweep(self) -> None:
        self.shop.sweep(tell=False)


STEPS = (
    "spend", "spend", "unspend", "refund_a_card", "refund_the_lamp", "courtesy", "refund_all", "dashboard", "webhook",
    "poll", "cancel", "sweep", "deliver", "deliver_all_twice", "deliver_all_twice",
)  # fmt: skip


@pytest.mark.timeout(240)
def test_bought_spent_and_given_back_in_any_order(shop: Shop, till: Till) -> None:
    @settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.sampled_from(STEPS), min_size=4, max_size=12))
    def tell(steps: list[str]) -> None:
        wipe(shop)
        story = Story(shop, till)
        for step in steps:
            getattr(story, step)()
            books.check()
        for _ in range(2):
            shop.settle()
            shop.sweep()
        books.check()
        paid = shop.order(story.buyer)["paid"]["amount"]
        back = shop.order(story.buyer)["refunded"]["amount"]
        held = sum(card["balance"] for card in shop.all("gift_cards"))
        spent = sum(part["amount"]["amount"] for other in story.others for part in shop.order(other)["gift_cards"])
        assert paid == LAMP + SHIPPING + CARDS
        if "dashboard" not in steps:  # Whoever refunds there does not know what was spent.
            assert back + held + spent <= paid
            if shop.order(story.buyer)["status"] == "cancelled":
                assert back + held + spent == paid, "nothing is lost either"

    tell()
