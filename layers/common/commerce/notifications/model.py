"""What a message is. There is one per (template, entity, recipient, channel), ever: that is its id."""

import hashlib
from typing import Any, Literal

from pydantic import BaseModel

from commerce.runtime.clock import Moment
from commerce.runtime.mongo import Document

type Channel = Literal["email"]
type Template = Literal[
    "order_confirmation",
    "order_cancellation",
    "back_in_stock",
    "account_closing",
    "data_ready",
    "gift_card",
    "dispute",
    "order_held",
    "refund_failed",
]


class MessageOrder(BaseModel):
    """Tell someone something: what a fact asks for."""

    template: Template
    entity: str
    recipient: str
    channel: Channel = "email"
    data: dict[str, Any]

    @property
    def message_id(self) -> str:
        """The same for the same message, however often it is asked for."""
        content = "\n".join((self.template, self.entity, self.recipient.casefold(), self.channel))
        return "msg_" + hashlib.sha256(content.encode()).hexdigest()[:32]


class Message(Document):
    """A message on its way. `leased_until` keeps a second worker off while one is talking to the mail service."""

    template: Template
    entity: str
    recipient: str
    channel: Channel
    data: dict[str, Any]
    status: Literal["pending", "handed_over", "sent"] = "pending"
    leased_until: Moment | None = None
    provider_ref: str = ""
    created_at: Moment
    sent_at: Moment | None = None


class Handover(BaseModel):
    """What the topic carries to a channel's queue: the rest is in the database."""

    message_id: str
    correlation_id: str = ""
