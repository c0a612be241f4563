"""Every operation of a purchase, warm, in this process: CPU, round trips, bytes, and the floor beside it."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from scripts.bench import floor
from scripts.bench.meter import TripCounter, Trips, cpu_ms
from tests.support.api import LambdaContext, event
from tests.support.bus import as_message, sqs_event, subscriptions
from tests.support.shop import ADDRESS, Buyer, Shop, sign

SKU = "BENCH-MUG"


@dataclass
class Cost:
    """What one call of an operation costs. CPU in milliseconds, sizes in bytes."""

    name: str
    side: str
    cpu: float = 0.0
    floor: float = 0.0
    trips: Trips = field(default_factory=Trips)
    size: int = 0


class Bench:
    """Measures operations one after another, each of them many times on fresh carts and orders."""

    def __init__(self, shop: Shop, counter: TripCounter, *, times: int) -> None:
        self.shop = shop
        self.counter = counter
        self.times = times
        self.costs: list[Cost] = []
        self._number = 0
        self._last = Buyer()

    def buyer(self) -> Buyer:
        """Someone new, so that nobody has too many unpaid orders."""
        self._number += 1
        return Buyer(email=f"buyer-{self._number}@example.com")

    def measure(
        self, name: str, side: str, request: Callable[[], tuple[str, dict[str, Any]]], *, floors: bool = True
    ) -> Cost:
        """One operation. `request` prepares a call, uncounted: the function's name and its event."""
        prepared: list[tuple[Callable[[dict[str, Any], Any], Any], dict[str, Any]]] = []

        def prepare() -> None:
            function, happening = request()
            prepared[:] = [(importlib.import_module(function).handler, happening)]

        def act() -> Any:
            handler, happening = prepared[0]
            return handler(happening, LambdaContext())

        cost = Cost(name, side)
        prepare()
        act()
        prepare()
        with self.counter.watch() as cost.trips:
            result = act()
        text = str(result.get("body") or "")
        cost.size = len(text.encode())
        cost.cpu = cpu_ms(act, times=self.times, before=prepare)
        cost.floor = (
            cpu_ms(floor.of(cost.trips, text if text.startswith("{") else "{}"), times=self.times) if floors else 0
        )
        self.costs.append(cost)
        return cost

    def run(self) -> list[Cost]:
        """All of them, in the order of a purchase."""
        shop = self.shop
        shop.stock(SKU, 100_000, price=1250)
        for number in range(30):
            shop.stock(f"BENCH-OTHER-{number}", 5)
        self._reads()
        self._cart()
        self._order()
        self._events()
        self._paypal()
        return self.costs

    # ----------------------------------------------------------------------------------------------------------------

    def _reads(self) -> None:
        from commerce.runtime import cache

        def listing() -> tuple[str, dict[str, Any]]:
            return "products.list_products", event("GET", "/products?limit=20")

        def missing() -> tuple[str, dict[str, Any]]:
            cache.bump("products")
            return listing()

        def detail() -> tuple[str, dict[str, Any]]:
            return "products.get_product", event("GET", "/products/bench-mug")

        def detail_missing() -> tuple[str, dict[str, Any]]:
            cache.bump("products")
            return detail()

        self.measure("list_products, cached", "reads", listing)
        self.measure("list_products, not cached", "reads", missing)
        self.measure("get_product, cached", "reads", detail)
        self.measure("get_product, not cached", "reads", detail_missing)

    def _cart(self) -> None:
        def create() -> tuple[str, dict[str, Any]]:
            return "carts.create_cart", event("POST", "/carts", body={}, address=f"10.0.{self._next()}.1")

        def add() -> tuple[str, dict[str, Any]]:
            buyer = self._empty_cart()
            path, body = f"/carts/{buyer.cart_id}/lines", {"sku": SKU, "quantity": 1}
            return "carts.add_line", event("POST", path, body=body, headers=buyer.headers())

        def deliver() -> tuple[str, dict[str, Any]]:
            buyer = self._empty_cart()
            self.shop.add(buyer, SKU)
            body = {"contact": {"email": buyer.email}, "shipping_address": ADDRESS}
            return "carts.set_delivery", event(
                "PUT", f"/carts/{buyer.cart_id}/delivery", body=body, headers=buyer.headers()
            )

        def look() -> tuple[str, dict[str, Any]]:
            buyer = self.buyer()
            self.shop.cart_with(buyer, (SKU, 1))
            return "carts.get_cart", event("GET", f"/carts/{buyer.cart_id}", headers=buyer.headers())

        self.measure("create_cart", "buyer", create)
        self.measure("add_line", "buyer", add)
        self.measure("set_delivery", "buyer", deliver)
        self.measure("get_cart", "buyer", look)

    def _order(self) -> None:
        def place() -> tuple[str, dict[str, Any]]:
            buyer = self.buyer()
            quote = self.shop.cart_with(buyer, (SKU, 1)).json["quote"]["hash"]
            body = {"cart_id": buyer.cart_id, "quote_hash": quote}
            headers = buyer.headers(Idempotency_Key=f"bench-{self._next()}")
            return "orders.place_order", event("POST", "/orders", body=body, headers=headers)

        def begin() -> tuple[str, dict[str, Any]]:
            buyer = self._ordered()
            headers = buyer.headers(Idempotency_Key=f"bench-{self._next()}")
            return "payments.create_payment", event(
                "POST", f"/orders/{buyer.order_id}/payments", body={}, headers=headers
            )

        def look() -> tuple[str, dict[str, Any]]:
            buyer = self._ordered()
            return "orders.get_order", event("GET", f"/orders/{buyer.order_id}", headers=buyer.headers())

        self.measure("place_order", "buyer", place)
        self.measure("create_payment", "buyer", begin)
        self.measure("get_order", "buyer", look)

    def _events(self) -> None:
        """The asynchronous part: the webhook, and every consumer of what follows from it."""

        def webhook() -> tuple[str, dict[str, Any]]:
            self._paid()
            happened = [e for e in self.shop.stripe_events() if e["type"] == "payment_intent.succeeded"][-1]
            raw = json.dumps(happened)
            headers = {"Stripe-Signature": sign(raw, self.shop.sandbox.config.stripe.webhook_secrets[0])}
            return "payments.stripe_webhook", {"headers": headers, "body": raw, "isBase64Encoded": False}

        self.measure("stripe_webhook", "after", webhook, floors=False)
        for kind in ("PaymentSucceeded", "OrderConfirmed"):
            for consumer, pairs in subscriptions().items():
                if kind in {name for _, name in pairs}:
                    self.measure(
                        f"{consumer.partition('.')[2]} ({kind})", "after", self._fresh(kind, consumer), floors=False
                    )
        self.measure("send_email", "after", self._mail, floors=False)
        self.measure("issue_credit_note (RefundSucceeded)", "later", self._refunded, floors=False)
        self.measure("get_invoice", "later", self._invoiced, floors=False)

    def _paypal(self) -> None:
        """The same purchase, paid with PayPal."""

        def begin() -> tuple[str, dict[str, Any]]:
            buyer = self._ordered()
            path = f"/orders/{buyer.order_id}/payments"
            return "payments.create_payment", event("POST", path, body={"provider": "paypal"}, headers=buyer.headers())

        def approved() -> tuple[Buyer, str]:
            buyer = self._ordered()
            begun = self.shop.begin_payment(buyer, "paypal").json
            self.shop.agree(begun)
            return buyer, begun["id"]

        def take() -> tuple[str, dict[str, Any]]:
            buyer, payment_id = approved()
            return "payments.capture_payment", event("POST", f"/payments/{payment_id}/capture", headers=buyer.headers())

        def webhook() -> tuple[str, dict[str, Any]]:
            self.shop.capture(*approved())
            return "payments.paypal_webhook", self.shop.paypal_message(self.shop.paypal_events()[-1])

        self.measure("create_payment (PayPal)", "paypal", begin, floors=False)
        self.measure("capture_payment", "paypal", take, floors=False)
        self.measure("paypal_webhook", "paypal", webhook, floors=False)

    def _fresh(self, kind: str, consumer: str) -> Callable[[], tuple[str, dict[str, Any]]]:
        """A fact of this kind that nobody has heard yet."""

        def prepare() -> tuple[str, dict[str, Any]]:
            self._paid()
            happened = [e for e in self.shop.stripe_events() if e["type"] == "payment_intent.succeeded"][-1]
            self.shop.webhook(happened)
            entry = next(e for e in reversed(self.shop.bus.entries) if e["DetailType"] == "PaymentSucceeded")
            if kind == "OrderConfirmed":
                self.shop.bus.deliver_one("orders.on_payment_event", entry)
                entry = next(e for e in reversed(self.shop.bus.entries) if e["DetailType"] == "OrderConfirmed")
            return consumer, sqs_event([as_message(entry)])

        return prepare

    def _mail(self) -> tuple[str, dict[str, Any]]:
        consumer, happening = self._fresh("OrderConfirmed", "notifications.route_event")()
        importlib.import_module(consumer).handler(happening, LambdaContext())
        return "notifications.send_email", sqs_event([self.shop.post.handovers[-1][1]])

    def _invoiced(self) -> tuple[str, dict[str, Any]]:
        consumer, happening = self._fresh("OrderConfirmed", "payments.issue_invoice")()
        importlib.import_module(consumer).handler(happening, LambdaContext())
        buyer = self._last
        return "payments.get_invoice", event("GET", f"/orders/{buyer.order_id}/invoice", headers=buyer.headers())

    def _refunded(self) -> tuple[str, dict[str, Any]]:
        """All of an order that was invoiced is given back."""
        self._invoiced()
        confirmed = next(e for e in reversed(self.shop.bus.entries) if e["DetailType"] == "OrderConfirmed")
        self.shop.bus.deliver_one("payments.on_order_event", confirmed)
        self.shop.cancel(self._last)
        cancelled = next(e for e in reversed(self.shop.bus.entries) if e["DetailType"] == "OrderCancelled")
        self.shop.bus.deliver_one("payments.on_order_event", cancelled)
        entry = next(e for e in reversed(self.shop.bus.entries) if e["DetailType"] == "RefundSucceeded")
        return "payments.issue_credit_note", sqs_event([as_message(entry)])

    def _empty_cart(self) -> Buyer:
        buyer = self.buyer()
        made = importlib.import_module("carts.create_cart").handler(
            event("POST", "/carts", body={}, address=f"10.0.{self._next()}.1"), LambdaContext()
        )
        cart = json.loads(made["body"])
        buyer.cart_id, buyer.cart_token = cart["id"], cart["token"]
        return buyer

    def _ordered(self) -> Buyer:
        buyer = self.buyer()
        self.shop.ready_order(buyer, (SKU, 1))
        self._last = buyer
        return buyer

    def _paid(self) -> None:
        self.shop.pay(self._ordered())

    def _next(self) -> int:
        self._number += 1
        return self._number
