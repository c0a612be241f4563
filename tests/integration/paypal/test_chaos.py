"""Chaos with both providers: every call may fail, also after taking effect; every webhook may be lost, doubled, late.

In the end, after the schedules have come by: no order is paid twice, no capture is without an order or a refund, and
the ledger says what the providers say.
"""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from commerce.payments.model import PROCESSING_LIMIT
from tests.integration.paypal.test_interleavings import taken_and_given
from tests.integration.test_interleavings import wipe
from tests.support import books
from tests.support.shop import Buyer, Shop

FAULTS: tuple[dict[str, Any], ...] = (
    {"action": "drop", "after_effect": True, "times": 2},
    {"action": "drop", "times": 2},
    {"action": "error", "status": 500},
    {"action": "error", "status": 500, "after_effect": True},
    {"action": "error", "status": 429},
    {"action": "late", "seconds": 0.02},
)
CALLS = {
    "stripe": (("POST", "/v1/payment_intents"), ("GET", "/v1/payment_intents/*"), ("POST", "*/cancel"),
               ("POST", "/v1/refunds"), ("GET", "/v1/refunds/*")),
    "paypal": (("POST", "/v2/checkout/orders"), ("GET", "/v2/checkout/orders/*"), ("POST", "*/capture"),
               ("POST", "*/refund"), ("GET", "/v2/payments/refunds/*"), ("POST", "/v1/oauth2/token")),
}  # fmt: skip


class Chaos:
    """One story, told by a die."""

    def __init__(self, shop: Shop, seed: int) -> None:
        self.shop, self.die = shop, random.Random(seed)
        wipe(shop)
        shop.stock("LAMP", 5)
        self.buyers = [Buyer(email=f"buyer-{number}@example.com") for number in range(3)]
        for buyer in self.buyers:
            shop.ready_order(buyer, ("LAMP", 1))

    def control(self, provider: str, method: str, path: str, body: dict[str, Any] | None = None) -> None:
        ask = self.shop.sandbox.stripe_control if provider == "stripe" else self.shop.sandbox.paypal_control
        ask(method, path, body)

    def break_something(self) -> None:
        provider = self.die.choice(("stripe", "paypal"))
        method, path = self.die.choice(CALLS[provider])
        self.control(provider, "POST", "/faults", {**self.die.choice(FAULTS), "method": method, "path": path})

    def buy(self) -> None:
        """A buyer tries to pay, and does not mind much what comes of it."""
        buyer = self.die.choice(self.buyers)
        provider = self.die.choice(("stripe", "paypal"))
        begun = self.shop.begin_payment(buyer, provider)
        assert begun.status in {201, 409, 503}, begun.text
        if begun.status != 201:
            return
        if secret := begun.json["client_secret"]:
            self.shop._confirm(secret, self.die.choice(("pm_card_visa", "pm_card_chargeDeclined")))
        elif begun.json["approval_url"] and begun.json["status"] != "authorized":
            self.shop.agree(
                begun.json, self.die.choice(("balance", "balance", "declined", "declined_later", "pending"))
            )
            if self.die.random() < 0.7:
                assert self.shop.capture(buyer, begun.json["id"]).status in {200, 409, 503}

    def hear(self) -> None:
        """Some webhooks come, in no order, some of them twice; what is answered 5xx comes again, perhaps."""
        happened = [("stripe", e) for e in self.shop.stripe_events()] + [
            ("paypal", e) for e in self.shop.paypal_events()
        ]
        chosen = self.die.sample(happened, k=min(len(happened), 4))
        for provider, event in chosen + chosen[:1]:
            answer = self.shop.webhook(event) if provider == "stripe" else self.shop.paypal_webhook(event)
            assert answer["statusCode"] in {200, 503}, answer

    def end_one(self) -> None:
        buyer = self.die.choice(self.buyers)
        if self.die.random() < 0.5:
            assert self.shop.cancel(buyer).status in {200, 409}
        else:
            self.shop.expire_time(buyer)
            self.shop.run_expiry()

    def tell(self) -> None:
        self.shop.bus.deliver(times=self.die.choice((1, 2)))

    def sweep(self) -> None:
        self.shop.sweep(tell=False)

    def calm(self) -> None:
        """Nothing breaks any more. No webhook comes, but the queues bring what failed, and the schedules come by."""
        for provider in CALLS:
            self.control(provider, "DELETE", "/faults")
        for event in self.shop.paypal_events():
            if event["event_type"] == "PAYMENT.CAPTURE.PENDING":
                capture = event["resource"]["id"]
                if self.shop.paypal(f"/v2/payments/captures/{capture}")["status"] == "PENDING":
                    outcome = self.die.choice(("completed", "denied"))
                    self.control("paypal", "POST", f"/captures/{capture}/settle", {"outcome": outcome})
        for buyer in self.buyers:
            self.shop.expire_time(buyer)
        # The orders decide within an hour and some minutes, whatever they wait for.
        for minutes in (0, 2, 4, PROCESSING_LIMIT.seconds // 60 + 10):
            with time_machine.travel(datetime.now(UTC) + timedelta(minutes=minutes), tick=True):
                failed, self.shop.bus.failures = self.shop.bus.failures, []
                for consumer, entry in failed:
                    self.shop.bus.deliver_one(consumer, entry)
                self.shop.run_expiry()
                self.shop.sweep()


STEPS = ("buy", "buy", "buy", "break_something", "break_something", "hear", "tell", "sweep", "end_one")


def provider_balance(shop: Shop) -> int:
    """What lies with the providers, by their own word, in minor units."""
    stripe = sum(
        event["data"]["object"]["amount_received"]
        for event in shop.stripe_events()
        if event["type"] == "payment_intent.succeeded"
    ) - sum(e["data"]["object"]["amount"] for e in shop.stripe_events() if e["type"] == "refund.created")
    paypal = 0
    for event in shop.paypal_events():
        cents = int(float(event["resource"].get("amount", {}).get("value", 0)) * 100 + 0.5)
        sign = {"PAYMENT.CAPTURE.COMPLETED": 1, "PAYMENT.CAPTURE.REFUNDED": -1}.get(event["event_type"], 0)
        paypal += sign * cents
    return int(stripe) + paypal


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", range(8))
def test_after_chaos_the_books_say_what_the_providers_say(shop: Shop, seed: int) -> None:
    chaos = Chaos(shop, seed)
    for _ in range(30):
        getattr(chaos, chaos.die.choice(STEPS))()
    chaos.calm()

    books.check()
    assert sum(amount for _, amount in shop.moved()) == provider_balance(shop)
    taken, given = taken_and_given(shop)
    confirmed = [order for order in shop.all("orders") if order["status"] == "confirmed"]
    assert taken - given == len(confirmed), "each capture has its order, or went back"
    for order in shop.all("orders"):
        assert order["status"] in {"confirmed", "cancelled", "expired"}, order["status"]
        money = sum(amount for _, amount in shop.moved(order_id=order["_id"]))
        assert money == (order["totals"]["total"]["amount"] if order["status"] == "confirmed" else 0)
