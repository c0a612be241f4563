"""Clerk's webhook, a function URL: signed by Svix, verified over the raw body, each message taken once."""

from commerce import identity
from commerce.runtime import webhook

MAX_BODY_BYTES = 1_048_576  # A person's metadata comes along.

handler = webhook.endpoint(identity.take_notice, max_bytes=MAX_BODY_BYTES)
