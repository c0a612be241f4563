"""A message that nobody can handle: it ends in the dead-letter queue, and the rest of its batch goes through."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from uuid import uuid4

import pytest

from tests.e2e.shopping import Shop, as_delivered
from tests.e2e.test_killed import DIE, dies
from tests.support.stack import wait_for

CONSUMERS = ["OrdersOnPaymentEvent", "PaymentsOnOrderEvent", "NotificationsRouteEvent", "NotificationsSendEmail"]


@contextmanager
def impatient(shop: Shop, name: str) -> Iterator[None]:
    """A queue that gives a failed message again after 3 s, not after 15."""
    sqs, url = shop.stack.emulator.client("sqs"), shop.stack.queue(name)
    before = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])["Attributes"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "3"})
    try:
        yield
    finally:
        sqs.set_queue_attributes(QueueUrl=url, Attributes=before)


@pytest.fixture
def quick(shop: Shop) -> Iterator[None]:
    """All queues are."""
    with ExitStack() as queues:
        for name in CONSUMERS:
            queues.enter_context(impatient(shop, name))
        yield


def wait_for_dead(shop: Shop, name: str, body: str) -> None:
    """It lies in the dead-letter queue and nowhere else; it is taken away, so that the next test finds none."""

    def dead() -> list[str]:
        return sorted(message["Body"] for message in shop.stack.messages("OrdersOnPaymentEventDeadLetters"))

    wait_for(lambda: dead() == sorted([batch[0], batch[2]]), seconds=45, what="both poisons are dead letters")
    assert not shop.stack.messages("OrdersOnPaymentEvent")
    sqs = shop.stack.emulator.client("sqs")
    sqs.purge_queue(QueueUrl=shop.stack.queue("OrdersOnPaymentEventDeadLetters"))
    shop.relay(buyer.order["id"])
    assert shop.facts_about(buyer.order["id"]).count("OrderConfirmed") == 1


@pytest.mark.usefixtures("quick")
def test_every_consumer_lets_go_of_it(shop: Shop) -> None:
    poison = {name: f'{{"message_id": {{"to": "someone@example.com"}}, "mark": "{uuid4()}"}}' for name in CONSUMERS}
    for name, body in poison.items():
        shop.stack.send(name, body)
    for name, body in poison.items():
        wait_for_dead(shop, name, body)
