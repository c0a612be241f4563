"""Buyers of a deployed shop, over HTTP as browsers meet it, and the shelf behind it."""

import contextlib
import json
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from tests.support.bus import as_message
from tests.support.stack import Mail, RunningStack, wait_for

ADDRESS = {
    "line1": "12 St James's Square",
    "city": "London",
    "postal_code": "SW1Y 4JH",
    "country": "GB",
}

GOOD = "pm_card_visa"
DECLINED = "pm_card_chargeDeclined"
THREE_D_SECURE = "pm_card_authenticationRequired"


@dataclass
class Buyer:
    """A guest, or a signed-in person. Each has an email, a name and so an address of their own."""

    shop: "Shop" = field(repr=False)
    email: str
    person: bool = False
    role: str = "customer"
    cart: dict[str, Any] = field(default_factory=dict)
    order: dict[str, Any] = field(default_factory=dict)
    payment: dict[str, Any] = field(default_factory=dict)
    cart_token: str = ""
    order_token: str = ""

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """One request with all that the buyer has to show; header names with _ for -. An empty one is left out."""
        shown = {"X-Cart-Token": self.cart_token, "X-Order-Token": self.order_token}
        if self.person:
            shown["Authorization"] = f"Bearer {self.shop.stack.token(self.email, self.role)}"
        shown |= {name.replace("_", "-"): value for name, value in headers.items()}
        options = {} if body is None else {"json": body}
        return self.shop.stack.api(method, path, headers={k: v for k, v in shown.items() if v}, **options)

    def get(self, method: str, path: str, body: Any = None, **headers: str) -> dict[str, Any]:
        """The JSON of an answer that must be good."""
        answer = self.ask(method, path, body, **headers)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        content: dict[str, Any] = answer.json()
        return content

    # -- the way to a purchase -----------------------------------------------------------------------------------------

    def open_cart(self, **body: Any) -> dict[str, Any]:
        """POST a cart."""
        self.cart = self.get("POST", "/carts", body)
        self.cart_token = self.cart["token"] or ""
        return self.cart

    def add(self, sku: str, quantity: int = 1) -> dict[str, Any]:
        """POST a line."""
        path = f"/carts/{self.cart['id']}/lines"
        self.cart = self.get("POST", path, {"sku": sku, "quantity": quantity})
        return self.cart

    def deliver(self) -> dict[str, Any]:
        """PUT contact and address; the cart has a quote then."""
        self.cart = self.get("PUT", f"/carts/{self.cart['id']}/delivery", self.delivery())
        return self.cart

    def delivery(self) -> dict[str, Any]:
        """Whom to write to and where it goes."""
        return {"contact": {"email": self.email}, "shipping_address": {"name": self.email.split("@")[0], **ADDRESS}}

    def fill(self, *wanted: str | tuple[str, int], **cart: Any) -> dict[str, Any]:
        """A cart ready to be ordered."""
        self.open_cart(**cart)
        for thing in wanted:
            self.add(*((thing, 1) if isinstance(thing, str) else thing))
        return self.deliver()

    def try_to_place(self, **headers: str) -> httpx.Response:
        """POST the order."""
        body = {"cart_id": self.cart["id"], "quote_hash": self.cart["quote"]["hash"]}
        return self.ask("POST", "/orders", body, **headers)

    def place(self, *wanted: str | tuple[str, int], **headers: str) -> dict[str, Any]:
        """Cart and order."""
        if wanted:
            self.fill(*wanted)
        answer = self.try_to_place(**headers)
        assert answer.status_code == 201, answer.text
        self.order = answer.json()
        self.order_token = self.order["token"] or ""
        return self.order

    def begin_payment(self, **headers: str) -> dict[str, Any]:
        """POST a payment."""
        self.payment = self.get("POST", f"/orders/{self.order['id']}/payments", {"provider": "stripe"}, **headers)
        return self.payment

    def show_card(self, card: str = GOOD) -> dict[str, Any]:
        """What the browser does with Stripe.js: the card goes to Stripe, never to us. Answers intent or error."""
        secret = self.payment["client_secret"]
        answer = self.shop.stack.sandbox.http.post(
            f"{self.payment['provider_url']}/v1/payment_intents/{self.intent}/confirm",
            data={
                "payment_method": card,
                "client_secret": secret,
                "return_url": f"{self.shop.stack.facts['shop']}/paid",
            },
            headers={"Authorization": f"Bearer {self.payment['publishable_key']}"},
        )
        content: dict[str, Any] = answer.json()
        return content.get("error") or content

    def pay(self, card: str = GOOD) -> dict[str, Any]:
        """A payment from its beginning to Stripe's word on the card."""
        self.begin_payment()
        return self.show_card(card)

    def buy(self, *wanted: str | tuple[str, int]) -> dict[str, Any]:
        """The whole purchase, to the confirmed order."""
        self.place(*wanted)
        self.pay()
        return self.wait_until("confirmed")

    # -- afterwards ----------------------------------------------------------------------------------------------------

    @property
    def intent(self) -> str:
        """Stripe's id of the payment."""
        secret: str = self.payment["client_secret"]
        return secret.partition("_secret_")[0]

    def look(self) -> dict[str, Any]:
        """GET the order."""
        return self.get("GET", f"/orders/{self.order['id']}")

    def wait_until(self, status: str, seconds: float = 30) -> dict[str, Any]:
        """The order, once it is in this state."""
        return self.wait_for(lambda order: order["status"] == status, f"the order is {status}", seconds)

    def wait_for(self, good: Callable[[dict[str, Any]], bool], what: str, seconds: float = 30) -> dict[str, Any]:
        """The order, once it is as it should be."""

        def look() -> dict[str, Any] | None:
            self.order |= self.look()
            return self.order if good(self.order) else None

        found = wait_for(look, seconds=seconds, what=what)
        assert found is not None
        return found

    def mails(self, subject: str = "") -> list[Mail]:
        """What the buyer has been sent, all or what has this in its subject."""
        return [mail for mail in self.shop.stack.mails(self.email) if subject in mail.subject]

    def wait_for_mail(self, subject: str) -> Mail:
        """The mail with this in its subject."""
        return wait_for(lambda: self.mails(subject), seconds=30, what=f"a mail about “{subject}”")[0]

    def backdate(self) -> None:
        """The time to pay is over."""
        past = {"$set": {"pay_by": datetime(2020, 1, 1, tzinfo=UTC)}}
        assert self.shop.stack.mongo["orders"].update_one({"_id": self.order["id"]}, past).modified_count == 1


@dataclass
class Shop:
    """The deployed shop."""

    stack: RunningStack = field(repr=False)
    answers: list[tuple[str, str]] = field(default_factory=list, repr=False)
    """Address and text of everything that the API has answered."""
    logged_before: dict[str, int] = field(default_factory=dict, repr=False)
    """Bytes that were in the functions' logs before the first test, by file."""

    dead_before: list[str] = field(default_factory=list, repr=False)
    """Ids of the messages that were in dead-letter queues before the first test."""

    def __post_init__(self) -> None:
        self.dead_before += [message["MessageId"] for message in self.dead_letters()]
        self.logged_before |= {file.name: file.stat().st_size for file in self.logs()}
        self.stack.http.event_hooks["response"].append(self._record)

    def logs(self) -> list[Path]:
        """The log files of the functions, one for each service."""
        return sorted(self.stack.layout.logs.glob("functions-*.log"))

    def dead_letters(self) -> list[dict[str, Any]]:
        """Every message that was given up, and by whom (`Queue`)."""
        queues = [name for name in self.stack.facts["queues"] if name.endswith("DeadLetters")]
        return [message | {"Queue": name} for name in queues for message in self.stack.messages(name)]

    def _record(self, answer: httpx.Response) -> None:
        self.answers.append((str(answer.request.url), answer.read().decode("utf-8", "replace")))

    def stock(self, quantity: int, *, price: int = 1999, currency: str = "USD") -> str:
        """A new product with one variant on the shelf; its SKU. Its slug is the SKU in small letters."""
        sku = f"E2E-{uuid4().hex[:10].upper()}"
        from commerce import inventory
        from commerce.catalog import intake
        from commerce.catalog.drafts import ProductDraft, VariantDraft

        variant = VariantDraft(sku=sku, price=price, quantity=quantity)
        with self.stack.in_process():
            intake.save([ProductDraft(handle=sku.lower(), title=sku.title(), currency=currency, variants=[variant])])
            inventory.receive({sku: quantity}, reference="test")
        return sku

    def gift_card(self, value: int) -> str:
        """A new gift card to be bought, worth so many cents; its SKU."""
        sku = f"E2E-{uuid4().hex[:10].upper()}"
        from commerce.catalog import intake
        from commerce.catalog.drafts import ProductDraft, VariantDraft

        variants = [VariantDraft(sku=sku, price=value)]
        card = ProductDraft(handle=sku.lower(), title="Gift card", kind="gift_card", currency="USD", variants=variants)
        with self.stack.in_process():
            intake.save([card])
        return sku

    def buyer(self, *, person: bool = False, role: str = "customer") -> Buyer:
        """Someone new."""
        return Buyer(self, f"{role}-{uuid4().hex[:10]}@example.com", person=person, role=role)

    def buyers(self, number: int, *wanted: str) -> list[Buyer]:
        """Guests with carts that are ready to be ordered."""
        # One after another: side by side each call would first start a worker of its own, which takes longer.
        made = [self.buyer() for _ in range(number)]
        for buyer in made:
            buyer.fill(*wanted)
        return made

    def staff(self) -> Buyer:
        """Someone of the shop."""
        return self.buyer(person=True, role="staff")

    def level(self, sku: str) -> tuple[int, int, int]:
        """On hand, reserved and available."""
        found = self.stack.mongo["stock"].find_one({"_id": sku})
        assert found is not None
        return found["on_hand"], found["reserved"], found["available"]

    def one(self, collection: str, **where: Any) -> dict[str, Any]:
        """A stored document."""
        found = self.stack.mongo[collection].find_one(where)
        assert found is not None, f"no {where} in {collection}"
        return found

    def count(self, collection: str, where: dict[str, Any]) -> int:
        """How many there are."""
        return self.stack.mongo[collection].count_documents(where)

    def facts_about(self, order_id: str) -> list[str]:
        """The types of the events about an order, in order."""
        found = self.stack.mongo["outbox"].find({"data.order_id": order_id}).sort("_id")
        return [entry["type"] for entry in found]

    # -- Stripe --------------------------------------------------------------------------------------------------------

    def stripe(self, path: str, **query: Any) -> dict[str, Any]:
        """What Stripe says of a thing, to whoever has the secret key."""
        answer = self.stack.sandbox.http.get(
            f"{self.stack.facts['stripe']}/v1{path}",
            params=query,
            headers={"Authorization": f"Bearer {self.stack.keys.stripe_secret_key}"},
        )
        assert answer.is_success, answer.text
        content: dict[str, Any] = answer.json()
        return content

    def events_about(self, intent: str) -> list[dict[str, Any]]:
        """What has happened to a payment at Stripe, the oldest first."""
        found = self.stripe("/events", limit=100)["data"]
        return [event for event in reversed(found) if event["data"]["object"]["id"] == intent]

    @contextlib.contextmanager
    def webhooks(self, **behaviour: Any) -> Iterator[None]:
        """A stretch of time in which Stripe's webhooks travel like this; see docs/sandbox.md."""
        self.stack.sandbox.stripe_control("PUT", "/webhooks/behaviour", behaviour)
        try:
            yield
        finally:
            self.stack.sandbox.stripe_control("DELETE", "/webhooks/behaviour")
            self.stack.sandbox.stripe_control("POST", "/webhooks/release", {"order": "created"})

    def release_webhooks(self, order: str = "created") -> None:
        """Sends what was held; every one has been answered then."""
        self.stack.sandbox.stripe_control("POST", "/webhooks/release", {"order": order})

    # -- events that were not published --------------------------------------------------------------------------------

    def relay(self, *order_ids: str) -> None:
        """The relay comes by, as if the events of these orders had waited long enough for it."""
        past = {"$set": {"occurred_at": datetime.now(UTC) - timedelta(minutes=1)}}
        waiting = {"data.order_id": {"$in": list(order_ids)}, "waiting": True}
        self.stack.mongo["outbox"].update_many(waiting, past)
        self.stack.invoke("system.relay_outbox")


def together[Result](jobs: Sequence[Callable[[], Result]]) -> list[Result]:
    """What the jobs returned, all let go at once."""
    gate = threading.Barrier(len(jobs))

    def run(job: Callable[[], Result]) -> Result:
        gate.wait()
        return job()

    with ThreadPoolExecutor(len(jobs)) as hands:
        return list(hands.map(run, jobs))


def is_problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """Holds that an answer is a complete problem of RFC 9457; returns it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json", answer.headers
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == status, problem
    assert problem["code"] == code, problem
    assert problem["type"] == "about:blank"
    assert problem["title"], problem
    assert problem["detail"], problem
    return problem


def link_in(text: str) -> tuple[str, str]:
    """Order id and secret token of the link in a mail."""
    found = re.search(r"/orders/(ord_\w+)#token=([\w.-]+)", text)
    assert found is not None, text
    return found[1], found[2]


def as_delivered(entry: dict[str, Any]) -> str:
    """An event of the outbox as the bus puts it on a queue."""
    metadata = {key: entry.get(key, "") for key in ("schema_version", "correlation_id", "causation_id")}
    metadata |= {"event_id": entry["_id"], "occurred_at": entry["occurred_at"].isoformat()}
    detail = json.dumps({"metadata": metadata, "data": entry["data"]}, default=str)
    return as_message({"Source": entry["source"], "DetailType": entry["type"], "Detail": detail})
