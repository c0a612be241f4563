"""Queues: a poison message fails alone, an unknown version waits, a duplicate is applied once."""

import importlib
import json
from typing import Any

import pytest

from tests.support.api import LambdaContext
from tests.support.bus import as_message, queues, sqs_event, subscriptions
from tests.support.shop import Buyer, Shop

CONSUMERS = sorted(subscriptions())


def bring(consumer: str, *bodies: str) -> list[int]:
    """A batch; which of its messages failed, by position."""
    event = sqs_event(list(bodies))
    answer = importlib.import_module(consumer).handler(event, LambdaContext())
    failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
    return [n for n, record in enumerate(event["Records"]) if record["messageId"] in failed]


@pytest.fixture
def paid(shop: Shop) -> dict[str, Any]:
    """The news that an order was paid, on the bus and not delivered."""
    shop.stock("LAMP", 3)
    buyer = Buyer()
    shop.ready_order(buyer, ("LAMP", 1))
    shop.pay(buyer)
    for happened in shop.stripe_events():
        shop.webhook(happened)
    return shop.bus.entries[-1]


def changed(entry: dict[str, Any], **members: Any) -> str:
    """The message with another type, or other metadata."""
    detail = json.loads(entry["Detail"])
    detail["metadata"] |= members.pop("metadata", {})
    detail["data"] |= members.pop("data", {})
    return as_message(entry | {"Detail": json.dumps(detail)} | members)


@pytest.mark.parametrize("consumer", [*CONSUMERS, "notifications.send_email"])
def test_poison_fails_alone_and_the_rest_goes_through(shop: Shop, paid: dict[str, Any], consumer: str) -> None:
    poison = ["{", "", "[]", "null", '"text"', '{"detail-type": "X"}', changed(paid, DetailType="Unheard"), "\ud800"]
    good = as_message(paid)
    if consumer == "orders.on_payment_event":
        assert bring(consumer, *poison[:4], good, *poison[4:]) == [0, 1, 2, 3, 5, 6, 7, 8]
        assert shop.one("orders")["status"] == "confirmed"
    else:
        assert bring(consumer, *poison) == list(range(8))
    assert consumer in queues().values()


def test_a_version_from_the_future_waits_and_an_unknown_member_is_ignored(shop: Shop, paid: dict[str, Any]) -> None:
    before = shop.snapshot()
    assert bring("orders.on_payment_event", changed(paid, metadata={"schema_version": 2})) == [0]
    assert shop.snapshot() == before
    assert bring("orders.on_payment_event", changed(paid, data={"colour": "blue"})) == []
    assert shop.one("orders")["status"] == "confirmed"


def test_a_message_for_an_order_that_is_not_there_fails(shop: Shop, paid: dict[str, Any]) -> None:
    assert bring("orders.on_payment_event", changed(paid, data={"order_id": "ord_none"})) == [0]


def test_the_same_event_is_applied_once_in_one_batch_and_later(shop: Shop, paid: dict[str, Any]) -> None:
    body = as_message(paid)
    assert bring("orders.on_payment_event", body, body, body) == []
    after = shop.snapshot()
    assert bring("orders.on_payment_event", body) == []
    assert shop.snapshot() == after
    assert shop.bus.types().count("OrderConfirmed") == 1


def test_the_same_fact_under_another_id_changes_nothing_more(shop: Shop, paid: dict[str, Any]) -> None:
    assert bring("orders.on_payment_event", as_message(paid)) == []
    twin = changed(paid, metadata={"event_id": "evt_twin"})
    assert bring("orders.on_payment_event", twin) == []
    assert shop.bus.types().count("OrderConfirmed") == 1
    assert shop.level("LAMP")["on_hand"] == 2


def test_the_correlation_id_follows_from_the_request_to_the_email(shop: Shop) -> None:
    shop.stock("LAMP", 3)
    buyer = Buyer()
    shop.cart_with(buyer, ("LAMP", 1))
    shop.place(buyer, X_Correlation_Id="trace-me-12345678")
    assert shop.one("outbox")["correlation_id"] == "trace-me-12345678"
    shop.cancel(buyer, X_Correlation_Id="cancel-12345678")
    shop.settle()
    assert json.loads(shop.post.handovers[0][1])["correlation_id"] == "cancel-12345678"
    caused = [entry for entry in shop.all("outbox") if entry["causation_id"]]
    assert all(entry["causation_id"].startswith("evt_") for entry in caused)
