"""Facts as they were really published, against their schemas and against those who listen."""

import json
from typing import Any

import jsonschema
import pytest

from scripts.generate import SCHEMAS, facts
from tests.contract.conftest import Recorded
from tests.support.bus import subscriptions

# Facts that no function listens to, and why they are published all the same.
INFORMATIONAL = {
    "AccountErased": "whoever keeps something of people outside of the shop",
    "AccountKept": "whoever keeps something of people outside of the shop",
    "OrderReleased": "the order's trace",
    "OutOfStock": "staff's list of stock; whoever buys for the shop",
    "RefundRequested": "the order's trace; the list of refunds",
    "ReviewModerated": "the audit trail; analysis",
    "ReviewSubmitted": "staff's list of reviews",
    "StockLow": "staff's list of stock; whoever buys for the shop",
    "SessionEnded": "whoever watches sign-ins",
    "SessionStarted": "whoever watches sign-ins",
}

NAMES = [fact.__name__ for fact in facts()]


def schema(fact: str) -> dict[str, Any]:
    (path,) = SCHEMAS.glob(f"{fact}.v*.json")
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def happened(tour: Recorded, fact: str) -> list[dict[str, Any]]:
    return [json.loads(entry["Detail"]) for entry in tour.entries if entry["DetailType"] == fact]


def test_every_fact_happens_on_the_tour_and_no_other(tour: Recorded) -> None:
    assert {entry["DetailType"] for entry in tour.entries} == set(NAMES)


@pytest.mark.parametrize("fact", NAMES)
def test_a_published_fact_fits_its_schema(fact: str, tour: Recorded) -> None:
    published = schema(fact)
    checker = jsonschema.Draft202012Validator(published, format_checker=jsonschema.FormatChecker())
    for detail in happened(tour, fact):
        checker.validate(detail)
        assert set(detail["data"]) == set(published["properties"]["data"]["properties"]), "not described"


@pytest.mark.parametrize("fact", facts(), ids=NAMES)
def test_a_fact_comes_from_its_owner(fact: Any, tour: Recorded) -> None:
    assert {entry["Source"] for entry in tour.entries if entry["DetailType"] == fact.type_name()} == {fact.source}


def test_every_fact_tells_what_it_came_from(tour: Recorded) -> None:
    metadata = [json.loads(entry["Detail"])["metadata"] for entry in tour.entries]
    ids = [one["event_id"] for one in metadata]
    correlations = {one["event_id"]: one["correlation_id"] for one in metadata}

    assert len(set(ids)) == len(ids)
    for one in metadata:
        assert one["correlation_id"]
        if one["causation_id"]:
            assert correlations[one["causation_id"]] == one["correlation_id"], "the chain broke"
    assert any(one["causation_id"] for one in metadata)


def test_a_fact_is_heard_by_someone_or_informational() -> None:
    heard = {kind for pairs in subscriptions().values() for _, kind in pairs}

    assert heard <= set(NAMES), "a rule waits for a fact that nobody publishes"
    assert set(NAMES) - heard == set(INFORMATIONAL)


def test_no_fact_carries_a_secret(tour: Recorded) -> None:
    secrets = set()
    for call in tour.taken.calls:
        if call.is_http and call.answer["statusCode"] in {200, 201}:
            body = call.answer["body"]
            known = json.loads(body) if body.startswith("{") else {}
            secrets |= {known.get("token"), known.get("client_secret"), (known.get("quote") or {}).get("hash")}
    assert len(secrets) > 5
    published = json.dumps(tour.entries)
    assert not [secret for secret in secrets if secret and secret in published]
