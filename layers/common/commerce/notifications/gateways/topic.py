"""The SNS topic between routing and the channels; each channel's queue filters by attribute."""

from functools import lru_cache
from typing import Any

from commerce.notifications.model import Handover
from commerce.runtime.settings import settings


@lru_cache(maxsize=1)
def _sns() -> Any:
    import boto3

    return boto3.client("sns")


def publish(message_id: str, *, channel: str, correlation_id: str) -> None:
    """Gives a stored message to its channel's queue."""
    _sns().publish(
        TopicArn=settings().need("notifications_topic_arn"),
        Message=Handover(message_id=message_id, correlation_id=correlation_id).model_dump_json(),
        MessageAttributes={"channel": {"DataType": "String", "StringValue": channel}},
    )
