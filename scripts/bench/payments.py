"""What payments cost: `python -m scripts.bench.payments [--times 15]`, and how long buyers wait for a confirmed order:
`python -m scripts.bench.payments --running [--purchases 50] [--stack FILE]`.

The first measures in this process, warm: CPU of the function's thread, round trips to the database, calls of the
provider. Timings of one run belong together; round trips and calls are exact. The second buys from a running shop, one
purchase after another, and reads the order's own history: from Stripe's answer to the browser, when its webhook leaves,
to the moment at which the order was confirmed.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import io
import json
import logging
import statistics
import sys
import threading
import time
import unittest.mock
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pymongo.monitoring

from commerce.payments.gateways import stripe
from commerce.runtime.observability import logger
from scripts.bench.meter import TripCounter
from scripts.bench.operations import SKU, Bench, Cost
from scripts.demo import STACK, Guest
from tests.support import fixtures
from tests.support.api import event
from tests.support.shop import Buyer, Shop, sign
from tests.support.staff import Staff
from tests.support.tour import bearer, signed_in

type Request = tuple[str, dict[str, Any]]


class CallCounter:
    """Counts the HTTP requests that the watching thread sends to a provider."""

    def __init__(self) -> None:
        self.calls, self._thread = 0, 0
        send: Any = http.client.HTTPConnection.putrequest

        def counted(connection: Any, *arguments: Any, **options: Any) -> None:
            self.calls += threading.get_ident() == self._thread
            send(connection, *arguments, **options)

        unittest.mock.patch.object(http.client.HTTPConnection, "putrequest", counted).start()

    @contextlib.contextmanager
    def watch(self) -> Iterator[None]:
        """Counts until the block ends."""
        self.calls, self._thread = 0, threading.get_ident()
        try:
            yield
        finally:
            self._thread = 0


class Watching(TripCounter):
    """Counts round trips and the provider's calls together."""

    def __init__(self) -> None:
        super().__init__()
        self.provider = CallCounter()

    @contextlib.contextmanager
    def watch(self) -> Iterator[Any]:
        """Counts until the block ends."""
        with super().watch() as trips, self.provider.watch():
            yield trips


class Payments:
    """Measures operations one after another, each call about a payment of its own."""

    def __init__(self, shop: Shop, counter: Watching, *, times: int) -> None:
        self.shop, self.counter = shop, counter
        self.bench = Bench(shop, counter, times=times)
        self.staff = Staff(shop.sandbox)
        self.rows: list[tuple[Cost, int]] = []
        self._asked = 0

    def run(self) -> list[tuple[Cost, int]]:
        """All of them, each with its calls of the provider."""
        self.shop.stock(SKU, 100_000, price=1250)
        self._measure("stripe_webhook, paid", lambda: self._stripe(self._charged, "payment_intent.succeeded"))
        self._measure("stripe_webhook, once more", self._repeated)
        self._measure("paypal_webhook, approved: captures", lambda: self._paypal(self._approved, "CHECKOUT.ORDER."))
        self._measure("paypal_webhook, paid", lambda: self._paypal(self._captured, "PAYMENT.CAPTURE.COMPLETED"))
        self._measure("create_refund (Stripe)", lambda: self._refund(self._sold("stripe")))
        self._measure("create_refund (PayPal)", lambda: self._refund(self._sold("paypal")))
        self._measure("create_refund (to a gift card)", lambda: self._refund(self._sold("stripe"), to="gift_card"))
        self._measure("stripe_webhook, our refund", lambda: self._stripe(self._refunded, "refund.created"))
        self._measure("stripe_webhook, a refund made elsewhere", lambda: self._stripe(self._elsewhere, "refund."))
        self._measure("paypal_webhook, our refund", lambda: self._paypal(self._refunded, "PAYMENT.CAPTURE.REFUNDED"))
        self._measure("stripe_webhook, a dispute", lambda: self._stripe(self._disputed, "charge.dispute."))
        self._measure("paypal_webhook, a dispute", lambda: self._paypal(self._disputed, "CUSTOMER.DISPUTE."))
        return self.rows

    def _measure(self, name: str, request: Callable[[], Request]) -> None:
        cost = self.bench.measure(name, "payments", request, floors=False)
        self.rows.append((cost, self.calls))

    @property
    def calls(self) -> int:
        """Of the provider, in the call that was watched last."""
        return self.counter.provider.calls

    # ------------------------------------------------------------------------------------------------------ the news

    def _stripe(self, happen: Callable[[str], object], kind: str) -> Request:
        """The newest event of Stripe's of this kind, once that has happened."""
        happen("stripe")
        happened = [event for event in self.shop.stripe_events() if event["type"].startswith(kind)][-1]
        raw = json.dumps(happened)
        headers = {"Stripe-Signature": sign(raw, self.shop.sandbox.config.stripe.webhook_secrets[0])}
        return "payments.stripe_webhook", {"headers": headers, "body": raw, "isBase64Encoded": False}

    def _paypal(self, happen: Callable[[str], object], kind: str) -> Request:
        """The same of PayPal's."""
        happen("paypal")
        happened = [event for event in self.shop.paypal_events() if event["event_type"].startswith(kind)][-1]
        return "payments.paypal_webhook", self.shop.paypal_message(happened)

    def _repeated(self) -> Request:
        """An event that has been applied."""
        again = self._stripe(self._charged, "payment_intent.succeeded")
        self.shop.webhook(json.loads(again[1]["body"]))
        return again

    def _refund(self, payment_id: str, **wanted: str) -> Request:
        """Staff gives all of a payment back."""
        self._asked += 1
        path = f"/admin/payments/{payment_id}/refunds"
        token = self.shop.sandbox.session_token(self.staff.email, "staff")
        headers = bearer(token) | {"Idempotency-Key": f"bench-{self._asked}"}
        body = {"reason": "Arrived broken", "everything": True, **wanted}
        authorizer = signed_in(token, "POST", path)
        return "payments.create_refund", event("POST", path, body=body, headers=headers, authorizer=authorizer)

    # --------------------------------------------------------------------------------------------- what has happened

    def _ordered(self) -> Buyer:
        buyer = self.bench.buyer()
        self.shop.ready_order(buyer, (SKU, 1))
        return buyer

    def _charged(self, _: str = "stripe") -> Buyer:
        """Somebody's card was charged; nobody here has heard of it."""
        buyer = self._ordered()
        self.shop.pay(buyer)
        return buyer

    def _approved(self, _: str = "paypal") -> tuple[Buyer, str]:
        """Somebody has agreed on PayPal's page."""
        buyer = self._ordered()
        begun = self.shop.begin_payment(buyer, "paypal").json
        self.shop.agree(begun)
        return buyer, begun["id"]

    def _captured(self, _: str = "paypal") -> Buyer:
        """PayPal has the money, and has told the browser."""
        buyer, payment_id = self._approved()
        self.shop.capture(buyer, payment_id)
        return buyer

    def _sold(self, provider: str) -> str:
        """An order that was paid, confirmed and booked; its payment's id."""
        buyer = self._charged() if provider == "stripe" else self._captured()
        if provider == "stripe":
            self.shop.webhook([e for e in self.shop.stripe_events() if e["type"] == "payment_intent.succeeded"][-1])
        for kind, consumer in (
            ("PaymentSucceeded", "orders.on_payment_event"),
            ("OrderConfirmed", "payments.on_order_event"),
        ):
            entry = next(entry for entry in reversed(self.shop.bus.entries) if entry["DetailType"] == kind)
            self.shop.bus.deliver_one(consumer, entry)
        return str(self.shop.one("payments", order_id=buyer.order_id)["_id"])

    def _refunded(self, provider: str) -> None:
        """Staff has given all of a payment back."""
        from tests.support.till import Till

        self._asked += 1
        Till(self.shop).refund(self._sold(provider), everything=True, key=f"bench-{self._asked}")

    def _elsewhere(self, provider: str) -> None:
        """Somebody has given all of a payment back in the provider's dashboard."""
        payment = self.shop.one("payments", _id=self._sold(provider))
        stripe.client().v1.refunds.create({"payment_intent": payment["provider_ref"]})

    def _disputed(self, provider: str) -> None:
        """A buyer disputes a payment."""
        payment = self.shop.one("payments", _id=self._sold(provider))
        if provider == "paypal":
            self.shop.sandbox.paypal_control("POST", "/disputes", {"capture": payment["capture_ref"]})
            return
        self.shop.sandbox.stripe_control("POST", "/disputes", {"charge": payment["capture_ref"]})


def measure(times: int) -> list[tuple[Cost, int]]:
    """The costs of all operations, each with its calls of the provider."""
    counter = Watching()
    pymongo.monitoring.register(counter)
    with fixtures.shop_of_its_own("souk_bench") as shop:
        return Payments(shop, counter, times=times).run()


def wait_of_a_buyer(stack: dict[str, Any]) -> float:
    """Buys something from a running shop: seconds from Stripe's answer to the confirmed order.

    Raises:
        DemoFailed: a step did not work.
    """
    guest = Guest(stack)
    _, sku = guest.choose()
    cart, token = guest.fill_cart(sku)
    wanted = {"cart_id": cart["id"], "quote_hash": cart["quote"]["hash"]}
    order = guest.ask("POST", "orders", wanted, X_Cart_Token=token)
    payment = guest.ask("POST", f"orders/{order['id']}/payments", {"provider": "stripe"}, X_Order_Token=order["token"])
    guest.confirm(payment, "good")
    answered = time.time()
    guest.wait_until_confirmed(order["id"], order["token"])
    history = guest.ask("GET", f"orders/{order['id']}", X_Order_Token=order["token"])["history"]
    confirmed = next(entry["at"] for entry in history if entry["what"] == "paid and confirmed")
    return datetime.fromisoformat(confirmed).timestamp() - answered


def waits(stack: dict[str, Any], purchases: int) -> tuple[float, float]:
    """The median and the 95th percentile of what buyers wait, in seconds, after two purchases that warm up."""
    for _ in range(2):
        wait_of_a_buyer(stack)
    measured = [wait_of_a_buyer(stack) for _ in range(purchases)]
    return statistics.median(measured), statistics.quantiles(measured, n=20, method="inclusive")[-1]


def main(arguments: list[str] | None = None) -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m scripts.bench.payments")
    parser.add_argument("--times", type=int, default=15, help="calls of each operation")
    parser.add_argument("--running", action="store_true", help="buy from the shop that `make up` has started")
    parser.add_argument("--purchases", type=int, default=50, help="with --running: so many")
    parser.add_argument("--stack", type=Path, default=STACK, help="with --running: the description of the shop")
    wanted = parser.parse_args(arguments)
    if wanted.running:
        median, late = waits(json.loads(wanted.stack.read_text()), wanted.purchases)
        print("| from Stripe's answer to the confirmed order | p50 ms | p95 ms |\n|---|---:|---:|")
        print(f"| {wanted.purchases} purchases, one after another | {1000 * median:.0f} | {1000 * late:.0f} |")
        return 0
    logger.setLevel(logging.CRITICAL)
    with contextlib.redirect_stdout(io.StringIO()):
        rows = measure(wanted.times)
    print("| operation | CPU ms | database | provider |\n|---|---:|---:|---:|")
    for cost, calls in rows:
        print(f"| {cost.name} | {cost.cpu:.2f} | {len(cost.trips.mongo)} | {calls} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
