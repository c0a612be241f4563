"""Consumers: functions that react to events from a queue, each event applied once however often it is delivered.

    consume = Consumer("orders.on_payment_event")

    @consume.on(PaymentSucceeded)
    def confirm(fact: PaymentSucceeded, delivery: Delivery) -> None:
        orders.confirm(fact.order_id, delivery.changes())

    handler = consume.handler

`delivery.changes()` begins with the insert into the inbox, so the effect and the note that it happened are one
transaction. A message that fails goes back to the queue alone (partial batch failures), and after three tries to the
dead-letter queue.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from pydantic import BaseModel, ValidationError

from commerce.runtime.changes import Changes, retry_stale
from commerce.runtime.clock import now
from commerce.runtime.errors import Conflict
from commerce.runtime.events import BusEvent, Fact, read
from commerce.runtime.mongo import Collection, Document, Index
from commerce.runtime.observability import correlate, logger

KEEP = timedelta(days=30)  # Longer than any queue keeps a message (14 days).


class AlreadyHandled(Conflict):
    """This consumer has applied this event before."""

    code = "already_handled"


class InboxEntry(Document):
    """A note that a consumer applied an event."""

    until: datetime


class Inbox(Collection[InboxEntry]):
    """The collection `inbox`; the id is `<consumer>:<event id>`."""

    name = "inbox"
    model = InboxEntry
    indexes = (Index((("until", 1),), expire_after_seconds=0),)


INBOX = Inbox()


@dataclass(frozen=True)
class Delivery:
    """One event on its way to one consumer."""

    consumer: str
    event: BusEvent

    @property
    def occurred_at(self) -> datetime:
        """When the fact happened, by its maker's clock."""
        return self.event.detail.metadata.occurred_at

    def changes(self) -> Changes:
        """A change that happens once per event: its first write is the note in the inbox."""
        changes = Changes()
        note = InboxEntry(id=f"{self.consumer}:{self.event.detail.metadata.event_id}", until=now() + KEEP)
        changes.insert(INBOX, note, taken=AlreadyHandled())
        return changes


type Reaction = Callable[[Any, Delivery], None]
type Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


class Consumer:
    """The Lambda handler of a queue of bus events, with a reaction per fact."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.reactions: dict[str, tuple[type[Fact], Reaction]] = {}
        self._processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)

    def on[F: Fact](self, fact: type[F]) -> Callable[[Callable[[F, Delivery], None]], Callable[[F, Delivery], None]]:
        """Registers the reaction to a fact."""

        def register(reaction: Callable[[F, Delivery], None]) -> Callable[[F, Delivery], None]:
            self.reactions[fact.type_name()] = (fact, reaction)
            return reaction

        return register

    def handler(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Handles a batch; answers which messages failed."""
        return dict(process_partial_response(event, self._handle, self._processor, context))

    def _handle(self, record: SQSRecord) -> None:
        with _failures_logged():
            event = BusEvent.parse(record.body)
            metadata = event.detail.metadata
            correlate(metadata.correlation_id, metadata.event_id)
            if event.detail_type not in self.reactions:
                raise LookupError(f"{self.name} does not know {event.detail_type}")
            fact, reaction = self.reactions[event.detail_type]
            content = read(fact, event.detail)
            try:
                retry_stale(lambda: reaction(content, Delivery(self.name, event)))
            except AlreadyHandled:
                logger.info(f"{event.detail_type} was handled before", extra={"event_id": metadata.event_id})
                return
        logger.info(f"{event.detail_type} handled", extra={"event_id": metadata.event_id})


@contextmanager
def _failures_logged() -> Iterator[None]:
    """Says in the log why a message goes back to its queue."""
    try:
        yield
    except ValidationError as error:  # Its own words quote what was sent: addresses and the like.
        findings = [f"{'.'.join(map(str, found['loc']))}: {found['type']}" for found in error.errors()]
        logger.warning("Message failed", extra={"reason": "; ".join(findings)[:300]})
        raise
    except Exception as error:
        logger.warning("Message failed", extra={"reason": f"{type(error).__name__}: {error}"[:300]})
        raise


def queue[Content: BaseModel](content: type[Content], take: Callable[[Content], None]) -> Handler:
    """The Lambda handler of a queue whose messages are one model, not bus events."""
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)

    def handle_one(record: SQSRecord) -> None:
        with _failures_logged():
            take(content.model_validate_json(record.body))

    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        return dict(process_partial_response(event, handle_one, processor, context))

    return handle
