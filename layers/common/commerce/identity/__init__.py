"""Identity: the accounts and sessions that the sign-in service holds, and what it tells of them."""

from commerce.identity.webhooks import take_notice

__all__ = ["take_notice"]
