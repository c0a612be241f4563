"""What brings a job on its way: S3, which tells of a file, or a fact of ours. One message, one stretch of work.

No inbox: a job knows itself how far it is, so a message that comes twice finds nothing left to do.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote_plus

from commerce.runtime.consumer import Consumer, Delivery
from commerce.runtime.events import Fact
from commerce.runtime.observability import correlate, logger

RESERVE = 9.0
"""Seconds at the end of a run that are kept free: what a transaction may take for its retries, and a little."""


class JobQueue(Consumer):
    """The Lambda handler of a queue of jobs; `advance` works on one for as long as there are seconds left."""

    def __init__(self, name: str, advance: Callable[[str, Callable[[], float]], None]) -> None:
        super().__init__(name)
        self._advance = advance
        self._context: Any = None

    def go_on_at(self, fact: type[Fact], member: str) -> None:
        """Registers a fact that brings the job on its way that this member of it names."""

        def react(content: Fact, _delivery: Delivery) -> None:
            self._advance(str(getattr(content, member)), self._seconds_left)

        self.on(fact)(react)

    def handler(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Works on the jobs of a batch; answers which messages failed."""
        self._context = context
        return super().handler(event, context)

    def _seconds_left(self) -> float:
        return float(self._context.get_remaining_time_in_millis()) / 1000 - RESERVE

    def _handle(self, record: Any) -> None:
        message = json.loads(record.body)
        if "detail-type" in message:
            super()._handle(record)
            return
        for job_id in _files(message):
            correlate(job_id)
            try:
                self._advance(job_id, self._seconds_left)
            except Exception as error:
                logger.warning("Message failed", extra={"reason": f"{type(error).__name__}: {error}"[:300]})
                raise


def _files(message: dict[str, Any]) -> Iterator[str]:
    """The jobs whose files S3 tells of. A message without records is its own test, sent when the notification is set up
    (https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html).
    """
    for record in message.get("Records", ()):
        yield PurePosixPath(unquote_plus(record["s3"]["object"]["key"])).stem
