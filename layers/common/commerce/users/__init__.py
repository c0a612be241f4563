"""People with accounts: profiles, address books, wishes, consents, and what the law gives them.

Functions compose this context with others; no other context imports it. (`addresses`, `wishlist`, `viewed`, `consents`,
`staff` and `privacy` are imported by those who need them.)
"""

from commerce.users.erasing import is_erased, lock_account
from commerce.users.model import ProfilePatch, ProfileView
from commerce.users.profiles import contact, take_account
from commerce.users.profiles import get as get_profile
from commerce.users.profiles import require as require_account
from commerce.users.profiles import update as update_profile

__all__ = [
    "ProfilePatch",
    "ProfileView",
    "contact",
    "get_profile",
    "is_erased",
    "lock_account",
    "require_account",
    "take_account",
    "update_profile",
]
