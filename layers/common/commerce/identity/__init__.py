"""Identity: the accounts and sessions that the sign-in service holds, and what it tells of them."""

from commerce.identity.privacy import erase, personal_data
from commerce.identity.webhooks import take_notice

__all__ = ["erase", "personal_data", "take_notice"]
