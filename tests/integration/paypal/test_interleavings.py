"""Whatever order PayPal's events come in, and however often: the same end (semantics 6, 9)."""

import itertools
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commerce.runtime import mongo
from tests.integration.test_interleavings import end, restore, wipe
from tests.support.query_shapes import looking
from tests.support.shop import Buyer, Shop
from tests.support.story import OrderStory


def arrangements(events: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Every order of the events, each also with all of them twice, and with the first repeated at once."""
    return [
        list(repeated)
        for arranged in itertools.permutations(events)
        for repeated in (arranged, [*arranged, *reversed(arranged)], [arranged[0], *arranged])
    ]


def ends_of(shop: Shop, events: list[dict[str, Any]]) -> set[str]:
    """In what states the shop ends, over all arrangements of the events."""
    with looking():
        before = {c.name: list(mongo.database()[c.name].find()) for c in mongo.declared()}
    known = len(shop.bus.entries)
    ends = set()
    for arranged in arrangements(events):
        restore(before)
        del shop.bus.entries[known:]
        shop.bus.delivered = known
        for happened in arranged:
            assert shop.paypal_webhook(happened)["statusCode"] == 200
            shop.bus.deliver()
        state = json.loads(end(shop))
        state["ledger"].sort()
        ends.add(json.dumps(state))
    return ends


def test_agreed_declined_agreed_again_and_paid(shop: Shop, buyer: Buyer) -> None:
    """The browser did it all; what PayPal has to tell of it comes in every order."""
    begun = shop.begin_payment(buyer, "paypal").json
    shop.agree(begun, "declined")
    shop.capture(buyer, begun["id"])
    shop.agree(begun)
    from commerce.payments.gateways.paypal_api import ask

    ask("POST", f"/v2/checkout/orders/{shop.one('payments')['provider_ref']}/capture", {})
    shop.bus.deliver()
    events = shop.paypal_events()
    assert [e["event_type"].rpartition(".")[2] for e in events] == ["APPROVED", "APPROVED", "COMPLETED"]
    (only,) = ends_of(shop, events)
    assert '"confirmed"' in only


@pytest.mark.parametrize(("outcome", "told"), [("completed", '"confirmed"'), ("denied", '"failed"')])
def test_pending_and_then_decided(shop: Shop, buyer: Buyer, outcome: str, told: str) -> None:
    begun = shop.begin_payment(buyer, "paypal").json
    order_ref = shop.agree(begun, "pending")
    from commerce.payments.gateways.paypal_api import ask

    ask("POST", f"/v2/checkout/orders/{order_ref}/capture", {})
    capture = shop.paypal_events()[-1]["resource"]["id"]
    shop.sandbox.paypal_control("POST", f"/captures/{capture}/settle", {"outcome": outcome})
    events = shop.paypal_events()
    assert len(events) == 3
    (only,) = ends_of(shop, events)
    assert told in only


def test_paid_refunded_in_part_and_reversed(shop: Shop, buyer: Buyer) -> None:
    from commerce.payments.gateways.paypal_api import ask

    begun = shop.begin_payment(buyer, "paypal").json
    order_ref = shop.agree(begun)
    taken = ask("POST", f"/v2/checkout/orders/{order_ref}/capture", {})
    capture = taken["purchase_units"][0]["payments"]["captures"][0]["id"]
    part = {"amount": {"currency_code": "USD", "value": "5.00"}}
    ask("POST", f"/v2/payments/captures/{capture}/refund", part)
    shop.sandbox.paypal_control("POST", f"/captures/{capture}/reverse")
    events = shop.paypal_events()[1:]  # what was captured is approved: that event is in the first test
    assert len(events) == 3
    (only,) = ends_of(shop, events)
    assert '"ledger": [["capture", 2499], ["refund", -1999], ["refund", -500]]' in only


class Story(OrderStory):
    """A purchase with both providers, whose steps can come in any order. Each does what is possible when it comes."""

    def __init__(self, shop: Shop) -> None:
        super().__init__(shop, Buyer())
        shop.stock("LAMP", 3)
        shop.ready_order(self.buyer, ("LAMP", 1))
        self.known: dict[str, dict[str, Any]] = {}
        self.choose("paypal")

    def choose(self, provider: str) -> None:
        answer = self.shop.begin_payment(self.buyer, provider)
        assert answer.status in {201, 409}, answer.text
        if answer.status == 201:
            self.known[provider] = answer.json

    def choose_paypal(self) -> None:
        self.choose("paypal")

    def choose_card(self) -> None:
        self.choose("stripe")

    def agree(self, instrument: str = "balance") -> None:
        approval = self.known["paypal"].get("approval_url")
        if approval:
            ref = approval.partition("token=")[2]
            if self.shop.paypal(f"/v2/checkout/orders/{ref}")["status"] == "PAYER_ACTION_REQUIRED":
                self.shop.agree(self.known["paypal"], instrument)

    def agree_with_bad_card(self) -> None:
        self.agree("declined")

    def agree_with_slow_bank(self) -> None:
        self.agree("pending")

    def capture(self) -> None:
        assert self.shop.capture(self.buyer, self.known["paypal"]["id"]).status in {200, 409}

    def pay_by_card(self) -> None:
        if secret := self.known.get("stripe", {}).get("client_secret"):
            self.shop._confirm(secret, "pm_card_visa")

    def webhooks(self) -> None:
        for happened in self.shop.paypal_events()[-3:]:
            assert self.shop.paypal_webhook(happened)["statusCode"] == 200
        for happened in self.shop.stripe_events()[-2:]:
            assert self.shop.webhook(happened)["statusCode"] == 200

    def bank_decides(self) -> None:
        for capture in {e["resource"]["id"] for e in self.shop.paypal_events() if e["resource_type"] == "capture"}:
            if self.shop.paypal(f"/v2/payments/captures/{capture}")["status"] == "PENDING":
                self.shop.sandbox.paypal_control("POST", f"/captures/{capture}/settle")

    def sweep(self) -> None:
        self.shop.sweep(tell=False)


STEPS = (
    "choose_paypal", "choose_card", "agree", "agree_with_bad_card", "agree_with_slow_bank", "capture", "pay_by_card",
    "webhooks", "poll", "bank_decides", "expire", "cancel", "sweep", "deliver", "deliver_all_twice",
)  # fmt: skip


def taken_and_given(shop: Shop) -> tuple[int, int]:
    """What the providers themselves say: how many captures, how many full refunds."""
    ours, theirs = shop.paypal_events(), shop.stripe_events()
    captures = sum(e["event_type"] == "PAYMENT.CAPTURE.COMPLETED" for e in ours)
    captures += sum(e["type"] == "payment_intent.succeeded" for e in theirs)
    refunds = sum(e["event_type"] == "PAYMENT.CAPTURE.REFUNDED" for e in ours)
    return captures, refunds + sum(e["type"] == "refund.created" for e in theirs)


@pytest.mark.timeout(240)
def test_any_interleaving_of_both_providers_keeps_the_books(shop: Shop) -> None:
    @settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.sampled_from(STEPS), min_size=4, max_size=12))
    def tell(steps: list[str]) -> None:
        wipe(shop)
        story = Story(shop)
        for step in steps:
            getattr(story, step)()
        story.bank_decides()
        end(shop)
        order, (taken, given) = shop.order(story.buyer), taken_and_given(shop)
        booked = [kind for kind, _ in shop.moved()]
        assert booked.count("capture") == taken <= 1, "each at most once, and all of it booked"
        assert booked.count("refund") == given
        if order["status"] == "confirmed":
            assert (taken, given) == (1, 0), "a good order keeps its money"
        elif taken:
            assert (given, order["status"] in {"cancelled", "expired"}) == (1, True), (order["status"], booked)

    tell()
