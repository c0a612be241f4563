"""Identity: the accounts and sessions that the sign-in service holds, and what it tells of them."""

from commerce.identity.accounts import look_up
from commerce.identity.privacy import erase, forget_reports, personal_data
from commerce.identity.webhooks import take_notice

__all__ = ["erase", "forget_reports", "look_up", "personal_data", "take_notice"]
