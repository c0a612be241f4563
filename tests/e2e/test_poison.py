"""A message that nobody can handle: it ends in the dead-letter queue, and the rest of its batch goes through."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from uuid import uuid4

import pytest

from tests.e2e.shopping import Shop, as_delivered
from tests.e2e.test_killed import DIE, dies
from tests.support.stack import wait_for

CONSUMERS = ["OrdersOnPaymentEvent", "PaymentsOnOrderEvent", "NotificationsRouteEvent", "NotificationsSendEmail"]
# What is in a poison must not come out in a log; test_aftermath.py looks.
SOMEONE = '{"email": "someone@example.com"}'


@contextmanager
def impatient(shop: Shop, name: str) -> Iterator[None]:
    """A queue that gives a failed message again after 3 s, not after 15; its dead letters are taken away."""
    sqs, url = shop.stack.emulator.client("sqs"), shop.stack.queue(name)
    before = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])["Attributes"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "3"})
    try:
        yield
    finally:
        sqs.set_queue_attributes(QueueUrl=url, Attributes=before)
        sqs.purge_queue(QueueUrl=shop.stack.queue(f"{name}DeadLetters"))


@pytest.fixture
def quick(shop: Shop) -> Iterator[None]:
    """All queues are."""
    with ExitStack() as queues:
        for name in CONSUMERS:
            queues.enter_context(impatient(shop, name))
        yield


def wait_for_dead(shop: Shop, name: str, *bodies: str) -> None:
    """They lie in the dead-letter queue, each once, and nowhere else."""

    def dead() -> list[str]:
        return sorted(message["Body"] for message in shop.stack.messages(f"{name}DeadLetters"))

    wait_for(lambda: dead() == sorted(bodies), seconds=45, what=f"the poison is in {name}DeadLetters")
    assert not shop.stack.messages(name)


@pytest.mark.usefixtures("quick")
def test_the_rest_of_the_batch_goes_through(shop: Shop) -> None:
    buyer = shop.buyer()
    buyer.place(shop.stock(5))
    with shop.webhooks(hold=True):
        buyer.pay()
        # A genuine event that nobody has published: its maker was killed just before.
        dies(buyer.ask("GET", f"/payments/{buyer.payment['id']}?sync=true", X_Souk_Test=DIE))
        entry = shop.one("outbox", type="PaymentSucceeded", **{"data.order_id": buyer.order["id"]})
        genuine = as_delivered(entry)
        poisons = [f'{{"source": {SOMEONE}, "mark": "{uuid4()}"}}', genuine.replace(entry["type"], "PaymentDreamt")]

        sent = shop.stack.emulator.client("sqs").send_message_batch(
            QueueUrl=shop.stack.queue("OrdersOnPaymentEvent"),
            Entries=[{"Id": str(n), "MessageBody": body} for n, body in enumerate([poisons[0], genuine, poisons[1]])],
        )

        assert len(sent["Successful"]) == 3
        buyer.wait_until("confirmed")
    wait_for_dead(shop, "OrdersOnPaymentEvent", *poisons)
    shop.relay(buyer.order["id"])
    assert shop.facts_about(buyer.order["id"]).count("OrderConfirmed") == 1


@pytest.mark.usefixtures("quick")
def test_every_consumer_lets_go_of_it(shop: Shop) -> None:
    poison = {name: f'{{"message_id": {SOMEONE}, "mark": "{uuid4()}"}}' for name in CONSUMERS}
    for name, body in poison.items():
        shop.stack.send(name, body)
    for name, body in poison.items():
        wait_for_dead(shop, name, body)
