"""Amazon SES, version 2 of its API."""

from functools import lru_cache
from typing import Any

from commerce.runtime.settings import settings


@lru_cache(maxsize=1)
def _ses() -> Any:
    import boto3

    return boto3.client("sesv2")


def send(*, to: str, subject: str, text: str, html: str) -> str:
    """Sends an email in both forms; returns the service's id of it."""
    utf8 = {"Charset": "UTF-8"}
    body = {"Text": {"Data": text, **utf8}, "Html": {"Data": html, **utf8}}
    answer = _ses().send_email(
        FromEmailAddress=settings().need("mail_from"),
        Destination={"ToAddresses": [to]},
        Content={"Simple": {"Subject": {"Data": subject, **utf8}, "Body": body}},
    )
    return str(answer["MessageId"])
