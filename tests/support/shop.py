"""A shop to test with: stock on the shelves, buyers, cards, webhooks."""

import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from commerce.catalog import intake
from commerce.catalog.cells import slug
from commerce.catalog.drafts import ProductDraft, VariantDraft
from commerce.runtime import blocklist, mongo
from commerce.runtime.settings import settings
from scripts.sandbox.testing import Sandbox
from tests.support.api import Answer, LambdaContext, call
from tests.support.bus import Bus
from tests.support.clerk import Clerk
from tests.support.post import Post
from tests.support.query_shapes import looking
from tests.support.uploads import Uploads

ADDRESS = {
    "name": "Ada Lovelace",
    "line1": "12 St James's Square",
    "city": "London",
    "postal_code": "SW1Y 4JH",
    "country": "GB",
}


@dataclass
class Buyer:
    """A guest, or a signed-in person when `token` is there."""

    email: str = "ada@example.com"
    token: str = ""
    cart_id: str = ""
    cart_token: str = ""
    order_id: str = ""
    order_token: str = ""

    def headers(self, **more: str) -> dict[str, str]:
        """What the buyer shows."""
        shown = {"X-Cart-Token": self.cart_token, "X-Order-Token": self.order_token}
        if self.token:
            shown["Authorization"] = f"Bearer {self.token}"
        return {name.replace("_", "-"): value for name, value in (shown | more).items() if value}


@dataclass
class Shop:
    """The functions, in process."""

    sandbox: Sandbox
    bus: Bus
    post: Post = field(default_factory=Post)
    uploads: Uploads = field(default_factory=Uploads)

    def __post_init__(self) -> None:
        self.clerk = Clerk(self.sandbox)

    def stock(self, sku: str, quantity: int, *, price: int = 1999, currency: str = "USD") -> None:
        """Puts a product with one variant on the shelf."""
        from commerce import inventory

        variant = VariantDraft(sku=sku, price=price, quantity=quantity)
        told = len(self.bus.entries)
        intake.save([ProductDraft(handle=slug(sku), title=sku.title(), currency=currency, variants=[variant])])
        # The shelves were full before the test began: nobody need hear of it.
        del self.bus.entries[told:]
        with looking():
            mongo.database()["outbox"].delete_many({"type": "ProductsChanged"})
        inventory.receive({sku: quantity}, reference="test")

    def level(self, sku: str) -> dict[str, Any]:
        """The stock of a SKU as stored."""
        return self.one("stock", _id=sku)

    def one(self, collection: str, **where: Any) -> dict[str, Any]:
        """A stored document."""
        found = self.all(collection, **where)
        assert found, f"no {where} in {collection}"
        return found[0]

    def count(self, collection: str, **where: Any) -> int:
        """How many there are."""
        return len(self.all(collection, **where))

    def all(self, collection: str, **where: Any) -> list[dict[str, Any]]:
        """Stored documents, in order of their ids."""
        with looking():
            return list(mongo.database()[collection].find(where).sort("_id"))

    def moved(self, **where: Any) -> list[tuple[str, int]]:
        """What was booked of money that came and went: the kind, and what it did to what lies with the provider."""
        kinds = ("capture", "refund", "refund_failed")
        return [(b["kind"], b["postings"][0]["amount"]) for b in self.all("ledger", **where) if b["kind"] in kinds]

    def snapshot(self) -> dict[str, list[dict[str, Any]]]:
        """Everything that is stored, but for the rate limits."""
        return {kind.name: self.all(kind.name) for kind in mongo.declared() if kind.name != "rate_limits"}

    def twenty_seconds_later(self) -> None:
        """Nobody remembers any more who was blocked when it was last asked."""
        blocklist.known = blocklist.Known()

    # -- what a buyer does ---------------------------------------------------------------------------------------------

    def cart_with(self, buyer: Buyer, *wanted: tuple[str, int], currency: str | None = None) -> Answer:
        """A new cart with these things in it, ready to be ordered; answers the cart."""
        body = {"currency": currency} if currency else {}
        made = call("carts.create_cart", "POST", "/carts", body=body, headers=buyer.headers())
        assert made.status in {200, 201}, made.text
        buyer.cart_id, buyer.cart_token = made.json["id"], made.json["token"] or ""
        for sku, quantity in wanted:
            added = self.add(buyer, sku, quantity)
            assert added.status == 200, added.text
        return self.deliver_to(buyer)

    def add(self, buyer: Buyer, sku: str, quantity: int = 1, **headers: str) -> Answer:
        """POST a line."""
        path = f"/carts/{buyer.cart_id}/lines"
        return call(
            "carts.add_line", "POST", path, body={"sku": sku, "quantity": quantity}, headers=buyer.headers(**headers)
        )

    def claim(self, buyer: Buyer, guest: Buyer, **headers: str) -> Answer:
        """POST the claim of a guest's cart by someone who has signed in."""
        shown = buyer.headers(**headers) | {"X-Cart-Token": guest.cart_token}
        return call("carts.claim_cart", "POST", f"/carts/{guest.cart_id}/claim", headers=shown)

    def change_line(self, buyer: Buyer, line_id: str, **body: Any) -> Answer:
        """PATCH a line."""
        path = f"/carts/{buyer.cart_id}/lines/{line_id}"
        return call("carts.update_line", "PATCH", path, body=body, headers=buyer.headers())

    def wish(self, buyer: Buyer, note: object, **headers: str) -> Answer:
        """PATCH the cart's note."""
        path = f"/carts/{buyer.cart_id}"
        return call("carts.update_cart", "PATCH", path, body={"note": note}, headers=buyer.headers(**headers))

    def deliver_to(self, buyer: Buyer, *, phone: str | None = None, **address: str) -> Answer:
        """PUT contact and address."""
        contact = {"email": buyer.email, "phone": phone}
        body = {"contact": contact, "shipping_address": ADDRESS | {"name": buyer.email} | address}
        path = f"/carts/{buyer.cart_id}/delivery"
        return call("carts.set_delivery", "PUT", path, body=body, headers=buyer.headers())

    def deliver_by(self, buyer: Buyer, method: str) -> Answer:
        """PUT contact and address with a shipping method."""
        address = ADDRESS | {"name": buyer.email}
        body = {"contact": {"email": buyer.email}, "shipping_address": address, "method": method}
        return call("carts.set_delivery", "PUT", f"/carts/{buyer.cart_id}/delivery", body=body, headers=buyer.headers())

    def weigh(self, sku: str, grams: int) -> None:
        """What a piece weighs."""
        with looking():
            mongo.database()["products"].update_one({"variants.sku": sku}, {"$set": {"variants.$.weight_grams": grams}})

    def cart(self, buyer: Buyer) -> Answer:
        """GET the cart."""
        return call("carts.get_cart", "GET", f"/carts/{buyer.cart_id}", headers=buyer.headers())

    def place(self, buyer: Buyer, *, quote: str | None = None, **headers: str) -> Answer:
        """POST the order, with the cart's present quote unless another is given."""
        if quote is None:
            quote = (self.cart(buyer).json.get("quote") or {}).get("hash", "none")
        body = {"cart_id": buyer.cart_id, "quote_hash": quote}
        placed = call("orders.place_order", "POST", "/orders", body=body, headers=buyer.headers(**headers))
        if placed.status == 201:
            buyer.order_id, buyer.order_token = placed.json["id"], placed.json["token"] or ""
        return placed

    def order(self, buyer: Buyer) -> Any:
        """GET the order."""
        got = call("orders.get_order", "GET", f"/orders/{buyer.order_id}", headers=buyer.headers())
        assert got.status == 200, got.text
        return got.json

    def begin_payment(self, buyer: Buyer, provider: str = "stripe", **headers: str) -> Answer:
        """POST a payment."""
        path = f"/orders/{buyer.order_id}/payments"
        body = {"provider": provider}
        return call("payments.create_payment", "POST", path, body=body, headers=buyer.headers(**headers))

    def capture(self, buyer: Buyer, payment_id: str) -> Answer:
        """POST the capture: the buyer is back from PayPal's page."""
        path = f"/payments/{payment_id}/capture"
        return call("payments.capture_payment", "POST", path, headers=buyer.headers())

    def invoice(self, buyer: Buyer) -> Answer:
        """GET the invoice, with its credit notes."""
        path = f"/orders/{buyer.order_id}/invoice"
        return call("payments.get_invoice", "GET", path, headers=buyer.headers())

    def cancel(self, buyer: Buyer, **headers: str) -> Answer:
        """POST the cancellation."""
        path = f"/orders/{buyer.order_id}/cancel"
        return call(
            "orders.cancel_order", "POST", path, body={"reason": "changed my mind"}, headers=buyer.headers(**headers)
        )

    def ready_order(self, buyer: Buyer, *wanted: tuple[str, int]) -> Answer:
        """Cart and order in one go."""
        self.cart_with(buyer, *wanted)
        placed = self.place(buyer)
        assert placed.status == 201, placed.text
        return placed

    # -- what the provider does ----------------------------------------------------------------------------------------

    def confirm_card(self, client_secret: str, method: str = "pm_card_visa") -> dict[str, Any]:
        """The browser confirms with a card, as Stripe.js does: with the publishable key and the client secret."""
        content = self._confirm(client_secret, method)
        assert "error" not in content or content["error"]["type"] == "card_error", content
        return content

    def confirm_card_refused(self, client_secret: str, method: str = "pm_card_visa") -> dict[str, Any]:
        """The same where Stripe does not let it."""
        content = self._confirm(client_secret, method)
        assert content["error"]["type"] != "card_error", content
        return content

    def _confirm(self, client_secret: str, method: str) -> dict[str, Any]:
        intent = client_secret.split("_secret_", maxsplit=1)[0]
        answer = self.sandbox.http.post(
            f"{self.sandbox.stripe_url}/v1/payment_intents/{intent}/confirm",
            data={
                "payment_method": method,
                "client_secret": client_secret,
                "return_url": "http://localhost:8080/return",
            },
            headers={"Authorization": f"Bearer {self.sandbox.config.stripe.publishable_key}"},
        )
        content: dict[str, Any] = answer.json()
        return content

    def agree(self, payment: Any, instrument: str = "balance") -> str:
        """The buyer agrees at PayPal's page; answers PayPal's id of the order."""
        order_ref = payment["approval_url"].partition("token=")[2]
        self.sandbox.paypal_control("POST", f"/orders/{order_ref}/approve", {"instrument": instrument})
        return str(order_ref)

    def paypal(self, path: str) -> dict[str, Any]:
        """What PayPal says of a thing, to whoever has our credentials. Faults that wait for the shop's calls go on
        waiting.
        """
        from commerce.payments.gateways.paypal_api import ask

        waiting = self.sandbox.paypal_control("GET", "/faults")["items"]
        if waiting:
            self.sandbox.paypal_control("DELETE", "/faults")
        said = ask("GET", path)
        for fault in waiting:
            self.sandbox.paypal_control("POST", "/faults", fault)
        return said

    def paypal_events(self) -> list[dict[str, Any]]:
        """Everything that has happened at PayPal, the oldest first."""
        return list(reversed(self.paypal("/v1/notifications/webhooks-events?page_size=300")["events"]))

    def stripe_events(self) -> list[dict[str, Any]]:
        """Everything that has happened at Stripe, the oldest first."""
        answer = self.sandbox.http.get(
            f"{self.sandbox.stripe_url}/v1/events?limit=100",
            headers={"Authorization": f"Bearer {self.sandbox.config.stripe.secret_key}"},
        )
        return list(reversed(answer.json()["data"]))

    def settle(self) -> None:
        """Everything that is under way arrives: the providers' events, ours, emails."""
        for _ in range(2):
            self.webhooks()
            self.post.deliver()

    def webhooks(self) -> None:
        """Delivers all events of the providers, and all that follows from them."""
        for happened in self.stripe_events():
            answer = self.webhook(happened)
            assert answer["statusCode"] == 200, answer
        for happened in self.paypal_events():
            answer = self.paypal_webhook(happened)
            assert answer["statusCode"] == 200, answer
        self.bus.deliver()

    def paypal_message(self, happened: dict[str, Any], webhook_id: str = "") -> dict[str, Any]:
        """One event as PayPal delivers it: a request to the function URL."""
        query = f"?webhook_id={webhook_id}" if webhook_id else ""
        message = self.sandbox.paypal_control("GET", f"/events/{happened['id']}/message{query}")
        headers = {**message["headers"], "Content-Type": "application/json"}
        return {"headers": headers, "body": message["body"], "isBase64Encoded": False}

    def paypal_webhook(self, happened: dict[str, Any]) -> dict[str, Any]:
        """Delivers one event of PayPal."""
        import payments.paypal_webhook

        return payments.paypal_webhook.handler(self.paypal_message(happened), LambdaContext())

    def webhook(
        self, happened: dict[str, Any], *, at: float | None = None, secret: str | None = None
    ) -> dict[str, Any]:
        """Delivers one event, signed as Stripe signs."""
        import payments.stripe_webhook

        raw = json.dumps(happened)
        signed = sign(raw, secret or settings().stripe_webhook_secrets, at=at)
        request = {"headers": {"Stripe-Signature": signed}, "body": raw, "isBase64Encoded": False}
        return payments.stripe_webhook.handler(request, LambdaContext())

    def pay(self, buyer: Buyer, method: str = "pm_card_visa") -> dict[str, Any]:
        """A payment from its beginning to the card's answer."""
        begun = self.begin_payment(buyer)
        assert begun.status == 201, begun.text
        return self.confirm_card(begun.json["client_secret"], method)

    def pay_by_paypal(self, buyer: Buyer, instrument: str = "balance") -> Answer:
        """A payment from its beginning to what the capture says."""
        begun = self.begin_payment(buyer, "paypal")
        assert begun.status == 201, begun.text
        self.agree(begun.json, instrument)
        return self.capture(buyer, begun.json["id"])

    def buy(self, buyer: Buyer, *wanted: tuple[str, int]) -> Any:
        """The whole purchase, events and all; answers the order."""
        self.ready_order(buyer, *wanted)
        self.pay(buyer)
        self.webhooks()
        return self.order(buyer)

    def expire_time(self, buyer: Buyer) -> None:
        """The time to pay is over."""
        past = datetime(2020, 1, 1, tzinfo=UTC)
        mongo.database()["orders"].update_one({"_id": buyer.order_id}, {"$set": {"pay_by": past}})

    def sweep(self, *, tell: bool = True) -> int:
        """The sweep comes by, when all that it may look at is due, and all that follows, if it is to be told."""
        import payments.sweep_payments

        past = datetime(2020, 1, 1, tzinfo=UTC)
        for collection in ("payments", "refunds"):
            with looking():
                due = {"look_at": {"$exists": True}}
                mongo.database()[collection].update_many(due, {"$set": {"look_at": past}})
        swept = payments.sweep_payments.handler({"id": "test"}, LambdaContext())["swept"]
        if tell:
            self.bus.deliver()
        return int(swept)

    def run_expiry(self, *, tell: bool = True) -> None:
        """The schedule comes by, and all that follows, if it is to be told."""
        import orders.expire_orders

        orders.expire_orders.handler({"id": "test"}, LambdaContext())
        if tell:
            self.bus.deliver()


def sign(raw: str, secret: str, *, at: float | None = None) -> str:
    """Stripe's signature header (https://docs.stripe.com/webhooks#verify-manually)."""
    stamp = int(time.time() if at is None else at)
    mac = hmac.new(secret.encode(), f"{stamp}.{raw}".encode(), hashlib.sha256).hexdigest()
    return f"t={stamp},v1={mac}"
