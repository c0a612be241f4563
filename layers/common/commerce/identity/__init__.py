"""Identity: the accounts and sessions that the sign-in service holds, and what it tells of them."""

from commerce.identity.accounts import look_up
from commerce.identity.privacy import erase, forget_reports, personal_data
from commerce.identity.sessions import SessionView, list_sessions, revoke
from commerce.identity.webhooks import take_notice

__all__ = [
    "SessionView",
    "erase",
    "forget_reports",
    "list_sessions",
    "look_up",
    "personal_data",
    "revoke",
    "take_notice",
]
