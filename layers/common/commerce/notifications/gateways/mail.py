"""Amazon SES, version 2 of its API."""

from functools import lru_cache
from typing import Any

from commerce.runtime.settings import settings


class NotTaken(Exception):
    """The mail service did not take an email; says its code, or the kind of fault."""


@lru_cache(maxsize=1)
def _ses() -> Any:
    import boto3

    return boto3.client("sesv2")


def send(*, to: str, subject: str, text: str, html: str) -> str:
    """Sends an email in both forms; returns the service's id of it.

    Raises:
        NotTaken: see there.
    """
    utf8 = {"Charset": "UTF-8"}
    body = {"Text": {"Data": text, **utf8}, "Html": {"Data": html, **utf8}}
    content = {"Simple": {"Subject": {"Data": subject, **utf8}, "Body": body}}
    sender = settings().need("mail_from")
    try:
        answer = _ses().send_email(FromEmailAddress=sender, Destination={"ToAddresses": [to]}, Content=content)
    except Exception as error:  # noqa: BLE001  (whatever it is, the mail was not taken)
        # Its own words may quote addresses ("... is not verified: ada@example.com"), which no log may hold.
        code = getattr(error, "response", {}).get("Error", {}).get("Code")
        raise NotTaken(code or type(error).__name__) from None
    return str(answer["MessageId"])
