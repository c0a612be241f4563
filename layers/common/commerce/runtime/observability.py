"""Logs, metrics and the correlation id that follows a request through every event it causes."""

from contextvars import ContextVar

from aws_lambda_powertools.logging import Logger

logger = Logger(use_rfc3339=True)
# Powertools' own warning filter would drop our stack traces; ours name no values of variables (see problems.py).

_correlation_id: ContextVar[str] = ContextVar("correlation_id", default="")
_causation_id: ContextVar[str] = ContextVar("causation_id", default="")


def correlate(correlation_id: str, causation_id: str = "") -> None:
    """Starts a request or delivery: all that it logs and publishes carries this correlation id.

    Args:
        correlation_id: the id that came with the request or event, or a new one.
        causation_id: the event that caused this, if one did.
    """
    _correlation_id.set(correlation_id)
    _causation_id.set(causation_id)
    logger.set_correlation_id(correlation_id)


def correlation_id() -> str:
    """The id of the request that began this chain."""
    return _correlation_id.get()


def causation_id() -> str:
    """The id of the event that is being handled, empty in a request."""
    return _causation_id.get()


def count(name: str, value: int = 1) -> None:
    """Adds to a CloudWatch metric by one log line (embedded metric format): no call, no cost when unused."""
    from aws_lambda_powertools.metrics import MetricUnit, single_metric

    with single_metric(name=name, unit=MetricUnit.Count, value=value):
        pass
