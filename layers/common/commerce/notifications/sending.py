"""Sending: the message is taken under a lease, rendered, sent, marked.

A second email can only go out if the process dies between the mail service's answer and our mark.
"""

from datetime import timedelta

from commerce.notifications.gateways import mail
from commerce.notifications.model import Handover
from commerce.notifications.store import MESSAGES
from commerce.runtime.clock import now
from commerce.runtime.errors import Conflict
from commerce.runtime.observability import correlate, logger

LEASE = timedelta(seconds=60)  # Longer than the function may run.


class InOtherHands(Conflict):
    """Another worker is sending it just now: the queue brings it again, and then it will have been sent."""


def send_email(handover: Handover) -> None:
    """Sends a stored message unless it has been sent.

    Raises:
        InOtherHands: see there.
    """
    from commerce.notifications.rendering import render  # jinja2 and babel, which routing has no use for

    correlate(handover.correlation_id)
    message = MESSAGES.lease(handover.message_id, now() + LEASE)
    if message is None:
        known = MESSAGES.get(handover.message_id)
        if known and known.status == "sent":
            logger.info("Email was sent before", extra={"message_id": handover.message_id})
            return
        raise InOtherHands(handover.message_id)
    try:
        email = render(message)
        ref = mail.send(to=message.recipient, subject=email.subject, text=email.text, html=email.html)
    except Exception:
        MESSAGES.give_back(message.id)
        raise
    MESSAGES.mark_sent(message.id, ref)
    logger.info("Email sent", extra={"message_id": message.id, "template": message.template})
