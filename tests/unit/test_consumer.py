"""Consumers: once per event, one by one in a batch, and never a version they do not know."""

import json
from typing import Any

import pytest
from pydantic import BaseModel

from commerce.runtime.clock import now
from commerce.runtime.consumer import INBOX, Consumer, Delivery, queue
from commerce.runtime.errors import Stale
from commerce.runtime.events import BusEvent
from commerce.runtime.observability import causation_id, correlation_id
from tests.support.api import LambdaContext
from tests.support.bus import as_message, sqs_event
from tests.unit.conftest import Log
from tests.unit.things import THINGS, Thing, ThingMade

pytestmark = pytest.mark.usefixtures("database")


def message(event_id: str = "evt_1", *, version: int = 1, kind: str = "ThingMade", **data: Any) -> str:
    metadata = {"event_id": event_id, "schema_version": version, "occurred_at": "2026-05-05T12:00:00.000Z",
                "correlation_id": f"corr-{event_id}", "causation_id": ""}  # fmt: skip
    detail = {"metadata": metadata, "data": data or {"thing_id": event_id}}
    return as_message({"DetailType": kind, "Source": "souk.unit", "Detail": json.dumps(detail)})


def failures(consumer: Consumer, *bodies: str) -> list[int]:
    """The places in the batch of those that failed."""
    batch = sqs_event(list(bodies))
    failed = {found["itemIdentifier"] for found in consumer.handler(batch, LambdaContext())["batchItemFailures"]}
    return [place for place, record in enumerate(batch["Records"]) if record["messageId"] in failed]


class Listener:
    """A consumer that writes a thing per event; `fail` makes it fail first."""

    def __init__(self, fail: dict[str, list[Exception]] | None = None) -> None:
        self.seen: list[tuple[str, str, str]] = []
        self.consumer = Consumer("unit.listener")
        fail = fail or {}

        @self.consumer.on(ThingMade)
        def react(fact: ThingMade, delivery: Delivery) -> None:
            self.seen.append((fact.thing_id, correlation_id(), causation_id()))
            if fail.get(fact.thing_id):
                raise fail[fact.thing_id].pop(0)
            changes = delivery.changes()
            changes.insert(THINGS, Thing(id=fact.thing_id, name=fact.thing_id, owner=fact.thing_id))
            changes.commit()


def test_an_event_is_applied_and_noted_together() -> None:
    listener = Listener()
    assert failures(listener.consumer, message()) == []
    assert THINGS.get("evt_1")
    note = INBOX.get("unit.listener:evt_1")
    assert note
    assert (note.until - now()).days >= 29


def test_delivered_twice_applied_once(log: Log) -> None:
    listener = Listener()
    assert failures(listener.consumer, message(), message()) == []
    assert failures(listener.consumer, message()) == []
    assert THINGS.handle.count_documents({}) == 1
    assert sum("handled before" in line["message"] for line in log()) == 2


def test_two_consumers_have_each_their_own_note() -> None:
    one, other = Listener().consumer, Listener().consumer
    other.name = "unit.other"
    assert failures(one, message()) == []
    THINGS.handle.delete_many({})
    assert failures(other, message()) == []
    assert THINGS.get("evt_1")


def test_the_chain_goes_on_from_the_event() -> None:
    listener = Listener()
    failures(listener.consumer, message("evt_7"))
    assert listener.seen == [("evt_7", "corr-evt_7", "evt_7")]


def test_a_message_that_fails_goes_back_alone() -> None:
    listener = Listener({"evt_2": [RuntimeError("no")]})
    assert failures(listener.consumer, message("evt_1"), message("evt_2"), message("evt_3")) == [1]
    assert INBOX.get("unit.listener:evt_2") is None
    assert failures(listener.consumer, message("evt_2")) == [], "and is taken the next time"


def test_a_batch_of_nothing_but_failures_is_answered_too() -> None:
    """Powertools would raise, and Lambda would take the whole batch for failed without a word."""
    listener = Listener({"evt_1": [RuntimeError("no")]})
    assert failures(listener.consumer, message("evt_1")) == [0]


def test_whoever_was_quicker_makes_us_read_again() -> None:
    listener = Listener({"evt_1": [Stale(), Stale()]})
    assert failures(listener.consumer, message("evt_1")) == []
    assert len(listener.seen) == 3


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", '{"detail-type": "ThingMade"}', message(kind="ThingLost"), message(version=2), message(other=1),
     message(thing_id=7)],
)  # fmt: skip
def test_what_cannot_be_read_goes_to_the_dead_letters(body: str, log: Log) -> None:
    listener = Listener()
    assert failures(listener.consumer, body, message("evt_9")) == [0]
    assert [seen[0] for seen in listener.seen] == ["evt_9"]
    assert any(line["message"] == "Message failed" and line["reason"] for line in log())


def test_the_log_does_not_quote_what_people_wrote(log: Log) -> None:
    assert failures(Listener().consumer, message(thing_id={"street": "12 St James's Square"})) == [0]
    assert "James" not in json.dumps(log())
    assert "thing_id: string_type" in json.dumps(log())


def test_members_that_are_new_are_ignored() -> None:
    listener = Listener()
    assert failures(listener.consumer, message(thing_id="t1", added_later=True)) == []


def test_a_bus_event_is_read_whatever_its_data_says() -> None:
    body = message(thing_id='"detail-type": "Other"')
    assert BusEvent.parse(body).detail_type == "ThingMade"
    assert BusEvent.parse(body).detail.data["thing_id"] == '"detail-type": "Other"'


class _Order(BaseModel):
    what: str


def test_a_queue_of_one_model() -> None:
    taken: list[str] = []

    def take(order: _Order) -> None:
        if order.what == "bad":
            raise RuntimeError("no")
        taken.append(order.what)

    batch = sqs_event(['{"what": "one"}', '{"what": "bad"}', "{", '{"what": 1}', '{"what": "two"}'])
    answer = queue(_Order, take)(batch, LambdaContext())
    failed = [found["itemIdentifier"] for found in answer["batchItemFailures"]]
    assert failed == [batch["Records"][place]["messageId"] for place in (1, 2, 3)]
    assert taken == ["one", "two"]
