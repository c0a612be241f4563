"""Emails, from the queue of their channel: each message is sent once."""

from commerce import notifications
from commerce.notifications import Handover
from commerce.runtime import consumer

handler = consumer.queue(Handover, notifications.send_email)
