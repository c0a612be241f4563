"""The outbox: every event is sent, sooner or later, and what is sent is marked."""

import json
from datetime import timedelta

import pytest

from commerce.runtime import outbox
from commerce.runtime.clock import now
from commerce.runtime.observability import correlate
from commerce.runtime.outbox import ENTRIES, Entry
from tests.support.bus import Bus
from tests.unit.conftest import Configure, Log
from tests.unit.things import ThingMade


@pytest.fixture
def bus(database: None, configure: Configure, monkeypatch: pytest.MonkeyPatch) -> Bus:
    configure(event_bus_name="unit")
    bus = Bus()
    monkeypatch.setattr(outbox, "_bus", lambda: bus)
    return bus


def stored(number: int, *, seconds_ago: float = 60) -> list[Entry]:
    """So many events in the outbox, the oldest first."""
    made = []
    for place in range(number):
        moment = now() - timedelta(seconds=seconds_ago) + timedelta(milliseconds=place)
        made.append(outbox.entry(ThingMade(thing_id=f"t{place}")).model_copy(update={"occurred_at": moment}))
    if made:
        ENTRIES.handle.insert_many([entry.to_mongo() for entry in made])
    return made


def waiting() -> int:
    return ENTRIES.handle.count_documents({"waiting": True})


def test_an_entry_is_the_whole_envelope() -> None:
    correlate("corr-1", "evt_0")
    detail = json.loads(outbox.entry(ThingMade(thing_id="t1", note="é")).detail())
    assert detail["data"] == {"thing_id": "t1", "note": "é"}
    assert detail["metadata"]["event_id"].startswith("evt_")
    assert detail["metadata"]["schema_version"] == 1
    assert (detail["metadata"]["correlation_id"], detail["metadata"]["causation_id"]) == ("corr-1", "evt_0")
    assert detail["metadata"]["occurred_at"].endswith("Z")


def test_what_is_sent_is_marked(bus: Bus) -> None:
    entries = stored(3)
    assert outbox.publish(entries) == 3
    assert bus.types() == ["ThingMade"] * 3
    assert waiting() == 0
    kept = ENTRIES.get(entries[0].id)
    assert kept
    assert kept.sent_at


def test_the_bus_takes_ten_at_a_time(bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    real = bus.put_events

    def put(**call: list[dict[str, object]]) -> dict[str, object]:
        sizes.append(len(call["Entries"]))
        return real(**call)

    monkeypatch.setattr(bus, "put_events", put)
    assert outbox.publish(stored(25)) == 25
    assert sizes == [10, 10, 5]


def test_entries_that_the_bus_refuses_stay(bus: Bus, log: Log) -> None:
    bus.refuse = 2
    assert outbox.publish(stored(5)) == 3
    assert waiting() == 2
    assert log()[-1]["refused"] == 2


def test_a_bus_that_is_away_fails_nobody(bus: Bus, log: Log) -> None:
    bus.down = True
    assert outbox.publish(stored(2)) == 0
    assert waiting() == 2
    assert log()[-1]["reason"] == "ConnectionError"


def test_a_bus_that_goes_away_halfway_keeps_what_it_took(bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
    real = bus.put_events

    def put(**call: list[dict[str, object]]) -> dict[str, object]:
        answer = real(**call)
        bus.down = True
        return answer

    monkeypatch.setattr(bus, "put_events", put)
    assert outbox.publish(stored(15)) == 10
    assert waiting() == 5


def test_a_database_that_is_away_after_the_sending_fails_nobody(bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_: list[str]) -> None:
        raise TimeoutError

    monkeypatch.setattr(ENTRIES, "mark_sent", away)
    outbox.publish(stored(1))
    assert bus.types() == ["ThingMade"]
    assert waiting() == 1, "it will be sent again, and consumers apply it once"


def test_the_relay_sends_the_oldest_first_and_leaves_the_young(bus: Bus) -> None:
    old, young = stored(3), stored(2, seconds_ago=outbox.RELAY_AFTER.total_seconds() - 5)
    assert outbox.relay(seconds=5) == 3
    sent = [json.loads(entry["Detail"])["metadata"]["event_id"] for entry in bus.entries]
    assert sent == [entry.id for entry in old]
    assert waiting() == len(young)
    assert outbox.relay(seconds=5) == 0


def test_the_relay_goes_on_until_nothing_is_left(bus: Bus) -> None:
    stored(230)
    assert outbox.relay(seconds=30) == 230
    assert waiting() == 0


def test_the_relay_gives_up_on_a_bus_that_takes_nothing(bus: Bus) -> None:
    stored(3)
    bus.down = True
    assert outbox.relay(seconds=30) == 0
    bus.down = False
    assert outbox.relay(seconds=30) == 3


def test_without_a_bus_events_wait(bus: Bus, configure: Configure, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EVENT_BUS_NAME")
    configure()
    assert outbox.publish(stored(1)) == 0
    assert waiting() == 1
