"""Consumers against the template and against every producer they listen to."""

import copy
import importlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from commerce.runtime.clock import now, rfc3339
from scripts.generate import facts, handlers
from scripts.samples import SAMPLES
from tests.support import gifts
from tests.support.api import LambdaContext
from tests.support.bus import queues, resources, sqs_event, subscriptions
from tests.support.shop import Buyer, Shop

FACTS = {fact.__name__: fact for fact in facts()}
HEARD = [(consumer, kind) for consumer, pairs in subscriptions().items() for _, kind in pairs]


def sample(fact: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SAMPLES / "facts" / f"{fact}.json").read_text())
    return found


def deliver(consumer: str, *events: dict[str, Any]) -> list[str]:
    """Which of the messages failed."""
    batch = sqs_event([json.dumps(event) for event in events])
    answer = importlib.import_module(consumer).handler(batch, LambdaContext())
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_every_consumer_has_a_rule() -> None:
    consumers = {name for name, module in handlers() if hasattr(module, "consume") and module.consume.reactions}
    assert consumers == set(subscriptions())


@pytest.mark.parametrize("consumer", subscriptions())
def test_a_consumer_reacts_to_just_what_its_rule_lets_through(consumer: str) -> None:
    consume = importlib.import_module(consumer).consume
    reactions = {(fact.source, kind) for kind, (fact, _) in consume.reactions.items()}
    assert reactions == set(subscriptions()[consumer])
    assert consume.name == consumer, "the inbox would not know it"


def test_every_queue_reports_its_failures_one_by_one() -> None:
    """Without it one bad message would bring the whole batch again."""
    sources = [
        source
        for body in resources().values()
        if body["Type"] == "AWS::Serverless::Function"
        for source in (body["Properties"].get("Events") or {}).values()
        if source["Type"] == "SQS"
    ]
    assert len(sources) == len(queues())
    assert all(source["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"] for source in sources)


# The samples of the producers, brought into a shop where they make sense.


def pending(shop: Shop) -> Buyer:
    """An order with a payment that waits for its card."""
    shop.stock("CUP", 5, price=1250)
    buyer = Buyer()
    shop.ready_order(buyer, ("CUP", 1))
    assert shop.begin_payment(buyer).status == 201
    return buyer


def paid(shop: Shop) -> Buyer:
    buyer = pending(shop)
    shop.pay(buyer)
    shop.webhooks()
    return buyer


def expiring(shop: Shop) -> Buyer:
    buyer = pending(shop)
    shop.expire_time(buyer)
    importlib.import_module("orders.expire_orders").handler({}, LambdaContext())
    return buyer


def expired(shop: Shop) -> Buyer:
    """An order that a gift card has paid a part of."""
    shop.stock("CUP", 5, price=1250)
    buyer = Buyer()
    shop.ready_order(buyer, ("CUP", 1))
    assert gifts.pay(buyer, gifts.issue(shop, 500)["code"]).status == 200
    shop.expire_time(buyer)
    importlib.import_module("orders.expire_orders").handler({}, LambdaContext())
    return buyer


def cancelled(shop: Shop) -> Buyer:
    buyer = pending(shop)
    assert shop.cancel(buyer).status == 200
    return buyer


SCENES: dict[tuple[str, str], tuple[Callable[[Shop], Buyer], str]] = {
    ("orders.on_payment_event", "PaymentAuthorized"): (pending, "confirmed"),
    ("orders.on_payment_event", "PaymentSucceeded"): (pending, "confirmed"),
    ("orders.on_payment_event", "PaymentFailed"): (pending, "pending"),
    ("orders.on_payment_event", "PaymentVoided"): (expiring, "expired"),
    ("orders.on_payment_event", "PaymentOverdue"): (expiring, "expired"),
    ("orders.on_payment_event", "RefundSucceeded"): (paid, "confirmed"),
    ("orders.on_payment_event", "RefundFailed"): (paid, "confirmed"),
    ("orders.on_payment_event", "DisputeOpened"): (paid, "confirmed"),
    ("orders.on_payment_event", "DisputeClosed"): (paid, "confirmed"),
    ("orders.on_payment_event", "FraudWarned"): (paid, "confirmed"),
    ("payments.on_order_event", "OrderExpiring"): (expiring, "expiring"),
    ("payments.on_order_event", "OrderExpired"): (expired, "expired"),
    ("payments.on_order_event", "OrderConfirmed"): (paid, "confirmed"),
    ("payments.on_order_event", "OrderPaid"): (paid, "confirmed"),
    ("payments.on_order_event", "OrderCancelled"): (cancelled, "cancelled"),
    ("payments.on_order_event", "OrderUnfulfillable"): (paid, "confirmed"),
    ("payments.issue_invoice", "OrderConfirmed"): (paid, "confirmed"),
    ("payments.issue_invoice", "OrderPaid"): (paid, "confirmed"),
    ("payments.issue_credit_note", "RefundSucceeded"): (pending, "pending"),
    ("payments.issue_credit_note", "RefundFailed"): (pending, "pending"),
    ("notifications.route_event", "OrderConfirmed"): (paid, "confirmed"),
    ("notifications.route_event", "OrderHeld"): (paid, "confirmed"),
    ("notifications.route_event", "OrderCancelled"): (cancelled, "cancelled"),
}


# What the products and users services hear changes no order, nor does what carts hear of categories, nor the end of
# somebody who has none.
ELSEWHERE = (
    "payments.run_transactions_export",
    "products.",
    "users.",
    "carts.on_category_changed",
    "notifications.route_event",
)
PRIVACY = ".on_privacy_event"


def bound(fact: str, shop: Shop, buyer: Buyer) -> dict[str, Any]:
    """The sample as if it were about this order and of this moment: ids, money and time, and nothing else."""
    event = sample(fact)
    event["detail"]["metadata"]["occurred_at"] = rfc3339(now())
    data = event["detail"]["data"]
    if "order_id" in data:
        data["order_id"] = buyer.order_id
    if data.get("payment_id"):
        data["payment_id"] = shop.one("payments", order_id=buyer.order_id)["_id"]
    if "paid" in data:
        data["paid"] = shop.order(buyer)["totals"]["total"]
    if fact == "PaymentAuthorized":
        data["authorized"] = shop.order(buyer)["totals"]["total"]
    return event


@pytest.mark.parametrize(("consumer", "fact"), HEARD)
def test_a_consumer_takes_its_producers_sample(consumer: str, fact: str, shop: Shop) -> None:
    assert (consumer, fact) in SCENES or consumer.startswith(ELSEWHERE) or consumer.endswith(PRIVACY)
    scene, status = SCENES.get((consumer, fact), (pending, "pending"))
    buyer = scene(shop)
    event = bound(fact, shop, buyer)
    newer = copy.deepcopy(event)
    newer["detail"]["data"]["added_later"] = {"by": "a producer that is ahead"}
    newer["detail"]["metadata"] |= {"event_id": "evt_other", "added_later": 1}

    assert deliver(consumer, event) == []
    assert shop.order(buyer)["status"] == status
    before = shop.order(buyer)
    assert deliver(consumer, event) == [], "delivered twice, it is taken twice"
    assert shop.order(buyer) == before, "and applied once"
    assert deliver(consumer, newer) == [], "members that are new are no reason to refuse"


@pytest.mark.parametrize(("consumer", "fact"), HEARD)
def test_a_consumer_refuses_a_schema_it_is_older_than(consumer: str, fact: str, shop: Shop) -> None:
    event = sample(fact)
    event["detail"]["metadata"]["schema_version"] = FACTS[fact].schema_version + 1
    assert len(deliver(consumer, event)) == 1


def test_the_email_queue_takes_what_the_router_gives_it(shop: Shop) -> None:
    """The other queue: not bus events but handovers, through a topic that filters by channel."""
    buyer = paid(shop)
    shop.bus.deliver()
    ((channel, handover),) = shop.post.handovers
    recorded = json.loads(json.loads((SAMPLES / "notifications.send_email.json").read_text())["Records"][0]["body"])
    subscription = resources()["NotificationsSendEmailSubscription"]["Properties"]

    assert set(json.loads(handover)) == set(recorded)
    assert subscription["FilterPolicy"] == {"channel": [channel]}
    shop.post.deliver()
    assert shop.post.recipients() == [buyer.email]
