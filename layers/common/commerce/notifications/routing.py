"""Facts to messages, and messages to the channel that carries them.

A message is stored before it is handed over, and marked after; a crash in between hands it over again, and the
channel sends it once.
"""

from typing import Any

from commerce.notifications.gateways import topic
from commerce.notifications.model import Message, MessageOrder, Template
from commerce.notifications.store import MESSAGES
from commerce.runtime.clock import now
from commerce.runtime.observability import correlation_id
from commerce.runtime.people import NOBODY
from commerce.runtime.settings import settings


def confirmation(*, order_id: str, number: str, content: dict[str, Any], authorized: bool) -> MessageOrder:
    """An order is paid, or its money is held for us: tell the buyer."""
    return _about_order("order_confirmation", order_id, number, content | {"authorized": authorized})


def cancellation(*, order_id: str, number: str, content: dict[str, Any]) -> MessageOrder:
    """An order will not come: tell the buyer."""
    return _about_order("order_cancellation", order_id, number, content)


def back_in_stock(*, entity: str, email: str, sku: str, title: str, slug: str) -> MessageOrder:
    """What someone waited for can be ordered again. `entity` is the one telling: they may wait a second time."""
    return MessageOrder(
        template="back_in_stock", entity=entity, recipient=email, data={"sku": sku, "title": title, "slug": slug}
    )


def account_closing(*, email: str, entity: str, erase_at: str) -> MessageOrder:
    """Someone wants their account erased: tell its owner, who can take it back. `entity` is the one wish: they may have
    it a second time.
    """
    return MessageOrder(template="account_closing", entity=entity, recipient=email, data={"erase_at": erase_at})


def data_ready(*, email: str, entity: str, until: str) -> MessageOrder:
    """All that is kept of a person lies ready for them. The mail leads to the page where they sign in to fetch it:
    whoever reads someone's mail shall not have that too.
    """
    return MessageOrder(template="data_ready", entity=entity, recipient=email, data={"until": until})


def gift_card(
    *, card_id: str, email: str, code_hash: str, amount: dict[str, Any], message: str, expires_at: str | None
) -> MessageOrder:
    """Someone is given a gift card. Its code is made when the mail is: no message that is kept holds it."""
    data = {"gift_card_id": card_id, "code_hash": code_hash, "amount": amount, "message": message}
    return MessageOrder(template="gift_card", entity=card_id, recipient=email, data=data | {"expires_at": expires_at})


def dispute(*, entity: str, closed: bool, told: dict[str, Any]) -> MessageOrder:
    """A payment is disputed, or that was decided: tell the shop. `entity` is the news; `told` what the fact says."""
    recipient = settings().need("shop_mail")
    return MessageOrder(template="dispute", entity=entity, recipient=recipient, data={"closed": closed, **told})


def order_held(*, order_id: str, number: str, reason: str) -> MessageOrder:
    """An order waits for a person of the shop, and nothing else tells them: once for each reason."""
    data = {"order_id": order_id, "number": number, "reason": reason}
    entity, recipient = f"{order_id}:{reason}", settings().need("shop_mail")
    return MessageOrder(template="order_held", entity=entity, recipient=recipient, data=data)


def refund_failed(*, entity: str, told: dict[str, Any]) -> MessageOrder:
    """A refund did not arrive: tell the shop. `entity` is the refund; `told` what the fact says."""
    return MessageOrder(template="refund_failed", entity=entity, recipient=settings().need("shop_mail"), data=told)


def hand_over(wanted: MessageOrder) -> None:
    """Stores the message once, and gives it to its channel unless that has it already. Who was forgotten gets none."""
    if wanted.recipient == NOBODY:
        return
    message = MESSAGES.add(
        Message(
            id=wanted.message_id,
            template=wanted.template,
            entity=wanted.entity,
            recipient=wanted.recipient,
            channel=wanted.channel,
            data=wanted.data,
            created_at=now(),
        )
    )
    if message.status == "pending":
        topic.publish(message.id, channel=message.channel, correlation_id=correlation_id())
        MESSAGES.mark_handed_over(message.id)


def _about_order(template: Template, order_id: str, number: str, content: dict[str, Any]) -> MessageOrder:
    data = {"order_id": order_id, "number": number, **content}
    return MessageOrder(template=template, entity=order_id, recipient=content["contact"]["email"], data=data)
