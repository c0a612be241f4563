"""Log lines, metrics, and the thread that runs through a chain of events."""

import json

import pytest

from commerce.runtime.observability import causation_id, correlate, correlation_id, count, logger
from tests.unit.conftest import Log


def test_the_correlation_id_is_on_every_line(log: Log) -> None:
    correlate("corr-1")
    logger.info("one")
    correlate("corr-2", "evt_1")
    logger.info("two")
    assert [(line["message"], line["correlation_id"]) for line in log()] == [("one", "corr-1"), ("two", "corr-2")]


def test_a_request_is_caused_by_nothing() -> None:
    correlate("corr-1", "evt_1")
    assert (correlation_id(), causation_id()) == ("corr-1", "evt_1")
    correlate("corr-2")
    assert (correlation_id(), causation_id()) == ("corr-2", "")


def test_a_metric_is_one_line_in_cloudwatchs_own_format(capsys: pytest.CaptureFixture[str]) -> None:
    count("EventsRelayed", 3)
    line = json.loads(capsys.readouterr().out)
    (metrics,) = line["_aws"]["CloudWatchMetrics"]
    assert metrics["Namespace"] == "Souk"
    assert metrics["Metrics"] == [{"Name": "EventsRelayed", "Unit": "Count"}]
    assert line["EventsRelayed"] == [3.0]


def test_times_are_rfc_3339(log: Log) -> None:
    logger.info("now")
    stamp = log()[0]["timestamp"]
    assert "T" in stamp
    assert stamp.endswith(("+00:00", "Z"))
