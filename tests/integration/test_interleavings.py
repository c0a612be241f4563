"""Whatever order things come in, and however often: one order, at most one charge, the same end (semantics 6, 9)."""

import itertools
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commerce.runtime import mongo
from tests.support import books
from tests.support.fixtures import empty_database
from tests.support.query_shapes import looking
from tests.support.shop import Buyer, Shop
from tests.support.story import OrderStory


def wipe(shop: Shop) -> None:
    """An empty shop again, within one test."""
    empty_database()
    shop.bus.entries.clear()
    shop.bus.failures.clear()
    shop.bus.delivered = 0
    shop.post.emails.clear()
    shop.post.handovers.clear()
    shop.post.delivered = 0
    shop.sandbox.reset()


def end(shop: Shop) -> str:
    """All that matters in the end, without ids and times."""
    shop.settle()
    books.check()
    return json.dumps(
        {
            "orders": [
                (o["status"], o.get("paid"), o.get("refunded"), "held" in o, bool(o.get("payment_id")))
                for o in shop.all("orders")
            ],
            "payments": [(p["status"], p["captured"], p["refunded"]) for p in shop.all("payments")],
            "ledger": shop.moved(),
            "stock": [(level["on_hand"], level["reserved"], level["available"]) for level in shop.all("stock")],
            "facts": sorted(e["type"] for e in shop.all("outbox") if e["type"] != "PaymentFailed"),
        }
    )


def declined_then_paid(shop: Shop) -> list[dict[str, Any]]:
    """An order, a decline, a success at Stripe; what Stripe has to say about it, none of it delivered."""
    shop.stock("LAMP", 3)
    buyer = Buyer()
    shop.ready_order(buyer, ("LAMP", 1))
    begun = shop.begin_payment(buyer).json
    shop.confirm_card(begun["client_secret"], "pm_card_chargeDeclined")
    shop.confirm_card(begun["client_secret"])
    return shop.stripe_events()


def test_every_order_of_the_webhooks_ends_in_the_same_state(shop: Shop) -> None:
    events = [e for e in declined_then_paid(shop) if e["data"]["object"]["object"] == "payment_intent"]
    assert {"payment_intent.payment_failed", "payment_intent.succeeded"} <= {e["type"] for e in events}
    with looking():
        before = {c.name: list(mongo.database()[c.name].find()) for c in mongo.declared()}
    ends = set()
    for arranged in itertools.permutations(events[-3:]):
        for repeated in (arranged, [*arranged, *reversed(arranged)], [arranged[0], *arranged]):
            restore(before)
            shop.bus.entries.clear()
            shop.bus.delivered = 0
            for happened in repeated:
                assert shop.webhook(happened)["statusCode"] == 200
                shop.bus.deliver()
            ends.add(end(shop))
    assert len(ends) == 1, ends
    assert '"confirmed"' in ends.pop()


def restore(before: dict[str, list[dict[str, Any]]]) -> None:
    """The database as it was."""
    with looking():
        for name, documents in before.items():
            mongo.database()[name].delete_many({})
            if documents:
                mongo.database()[name].insert_many(documents)


class Story(OrderStory):
    """A purchase whose steps can come in any order. Each step does what is possible when it comes."""

    def __init__(self, shop: Shop) -> None:
        super().__init__(shop, Buyer())
        shop.stock("LAMP", 3)
        shop.ready_order(self.buyer, ("LAMP", 1))
        self.secret = shop.begin_payment(self.buyer).json["client_secret"]
        self.payment_id = shop.all("payments")[0]["_id"]

    def decline(self) -> None:
        self.show_card(self.secret, "pm_card_chargeDeclined")

    def pay(self) -> None:
        self.show_card(self.secret, "pm_card_visa")

    def retry(self) -> None:
        assert self.shop.begin_payment(self.buyer).status in {201, 409}


STEPS = ("decline", "pay", "webhook", "poll", "retry", "expire", "cancel", "deliver", "deliver_all_twice")


@pytest.mark.timeout(90)
def test_any_interleaving_keeps_the_books(shop: Shop) -> None:
    @settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.sampled_from(STEPS), min_size=3, max_size=9))
    def tell(steps: list[str]) -> None:
        wipe(shop)
        story = Story(shop)
        for step in steps:
            getattr(story, step)()
        end(shop)
        order = shop.order(story.buyer)
        money = [kind for kind, _ in shop.moved()]
        assert money.count("capture") <= 1
        if order["status"] == "confirmed":
            assert money == ["capture"], "a good order keeps its money"
        elif "capture" in money:
            assert money == ["capture", "refund"], (order["status"], money)
            assert order["status"] in {"cancelled", "expired"}

    tell()


@pytest.mark.parametrize("first", ["pay", "expire", "cancel"])
def test_the_same_things_end_the_same_way_whatever_comes_between(shop: Shop, first: str) -> None:
    """What decides is what happened first; webhooks, polls and repetitions change nothing about it."""
    ends = set()
    for between in (["webhook"], ["poll"], ["deliver_all_twice"], ["webhook", "poll", "deliver"], ["retry", "webhook"]):
        wipe(shop)
        story = Story(shop)
        getattr(story, first)()
        if first != "pay":
            story.deliver_all_twice()
        for step in between:
            getattr(story, step)()
        if first != "pay":
            story.pay()
        ends.add(end(shop))
    assert len(ends) == 1, ends
