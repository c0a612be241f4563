"""SNS and SES between functions in one process: what is handed over is brought to the channel's function.

Like the bus, an edge that we do not own; `test_messages.py` meets moto's, the end-to-end tests the emulated ones.
"""

import importlib
import json
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from tests.support.api import LambdaContext
from tests.support.bus import sqs_event

FUNCTIONS = {"email": "notifications.send_email"}


@dataclass
class Post:
    """Stands in for the clients of SNS and SES."""

    handovers: list[tuple[str, str]] = field(default_factory=list)  # (channel, body)
    emails: list[dict[str, Any]] = field(default_factory=list)
    delivered: int = 0
    away: bool = False

    def publish(self, TopicArn: str, Message: str, MessageAttributes: dict[str, Any]) -> dict[str, str]:  # noqa: N803
        """SNS: takes a message for a channel."""
        if self.away:
            raise ConnectionError("SNS is away")
        self.handovers.append((MessageAttributes["channel"]["StringValue"], Message))
        return {"MessageId": str(uuid4())}

    def send_email(self, **email: Any) -> dict[str, str]:
        """SES: sends an email."""
        if self.away:
            raise ConnectionError("SES is away")
        self.emails.append(email)
        return {"MessageId": str(uuid4())}

    def recipients(self) -> list[str]:
        """To whom emails went, in order."""
        return [email["Destination"]["ToAddresses"][0] for email in self.emails]

    def subjects(self) -> list[str]:
        """What emails said, in order."""
        return [email["Content"]["Simple"]["Subject"]["Data"] for email in self.emails]

    def deliver(self, *, times: int = 1) -> None:
        """Brings every message to its channel."""
        while self.delivered < len(self.handovers):
            channel, body = self.handovers[self.delivered]
            self.delivered += 1
            for _ in range(times):
                self.bring(channel, body)

    def bring(self, channel: str, body: str) -> bool:
        """Brings one message to its channel; says whether it was taken."""
        json.loads(body)
        handler = importlib.import_module(FUNCTIONS[channel]).handler
        return not handler(sqs_event([body]), LambdaContext())["batchItemFailures"]
