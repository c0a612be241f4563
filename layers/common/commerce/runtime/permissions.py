"""Who may do what: a row for every operation behind the gateway, and the only place that says so.

The door asks it before an operation begins (`http.handler`), so handlers ask nobody for their role, and a function that
has no row does not start. The routes of the template, their authorizers and the description of the API are held to it.

Who: anyone (nobody is asked), guest (and people; a session token that is shown must be good), user, staff, admin.
Staff does the shop's daily work. Admin is for what tells or changes what others of the house do, for what cannot be
undone, and for taxes, which are owed to others.

In person: refused to someone of the house who is signed in as a customer (Clerk's impersonation). That is so wherever
money moves, where an account or what is known of it may leave or end, and for all that staff does: the audit would name
the wrong one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal


@dataclass(frozen=True)
class Permission:
    """What an operation wants of its caller."""

    who: Literal["anyone", "guest", "user", "staff", "admin"]
    in_person: bool = False

    @property
    def signed_in(self) -> bool:
        """Whether guests stay outside: the route has the gateway's authorizer."""
        return self.who in {"user", "staff", "admin"}

    def personally(self) -> "Permission":
        """The same, in person."""
        return replace(self, in_person=True)


ANYONE = Permission("anyone")
GUEST = Permission("guest")
USER = Permission("user")
STAFF = Permission("staff").personally()
ADMIN = Permission("admin").personally()

PERMISSIONS: Mapping[str, Permission] = {
    # auth
    "get_config": ANYONE,
    "get_session": USER,
    "list_sessions": USER,
    "revoke_session": USER.personally(),
    # products
    "list_products": ANYONE,
    "get_product": ANYONE,
    "suggest_products": ANYONE,
    "list_related": ANYONE,
    "list_categories": ANYONE,
    "list_collections": ANYONE,
    "list_reviews": ANYONE,
    "create_review": USER,
    "subscribe_stock": GUEST,
    "create_product": STAFF,
    "update_product": STAFF,
    "archive_product": STAFF,
    "get_admin_product": STAFF,
    "list_admin_products": STAFF,
    "create_category": STAFF,
    "update_category": STAFF,
    "delete_category": STAFF,
    "create_collection": STAFF,
    "update_collection": STAFF,
    "delete_collection": STAFF,
    "create_image_upload": STAFF,
    "list_inventory": STAFF,
    "list_stock_movements": STAFF,
    "adjust_inventory": STAFF,
    "list_admin_reviews": STAFF,
    "moderate_review": STAFF,
    "get_synonyms": STAFF,
    "set_synonyms": STAFF,
    "list_searches": STAFF,
    "start_import": STAFF,
    "get_import": STAFF,
    "list_imports": STAFF,
    "list_import_errors": STAFF,
    "list_import_changes": STAFF,
    "undo_import": STAFF,
    "export_products": STAFF,
    "get_export": STAFF,
    "list_audit": ADMIN,
    # carts
    "create_cart": GUEST,
    "get_cart": GUEST,
    "add_line": GUEST,
    "update_line": GUEST,
    "remove_line": GUEST,
    "update_cart": GUEST,
    "claim_cart": USER,
    "set_delivery": GUEST,
    "list_shipping_options": GUEST,
    "apply_coupon": GUEST.personally(),
    "remove_coupon": GUEST,
    "list_coupons": STAFF,
    "create_coupon": STAFF,
    "update_coupon": STAFF,
    "delete_coupon": STAFF,
    "list_shipping_zones": STAFF,
    "create_shipping_zone": STAFF,
    "update_shipping_zone": STAFF,
    "delete_shipping_zone": STAFF,
    "list_shipping_methods": STAFF,
    "create_shipping_method": STAFF,
    "update_shipping_method": STAFF,
    "delete_shipping_method": STAFF,
    "list_tax_rates": STAFF,
    "create_tax_rate": ADMIN,
    "update_tax_rate": ADMIN,
    "delete_tax_rate": ADMIN,
    "preview_pricing": STAFF,
    # orders
    "place_order": GUEST.personally(),
    "get_order": GUEST,
    "list_my_orders": USER,
    "cancel_order": GUEST.personally(),
    "hold_order": STAFF,
    "release_order": STAFF,
    # payments
    "create_payment": GUEST.personally(),
    "capture_payment": GUEST.personally(),
    "get_payment": GUEST,
    "list_payment_methods": USER,
    "add_payment_method": USER.personally(),
    "delete_payment_method": USER.personally(),
    "get_gift_card_balance": GUEST,
    "pay_by_gift_card": GUEST.personally(),
    "take_back_gift_card": GUEST.personally(),
    "issue_gift_card": STAFF,
    "list_gift_cards": STAFF,
    "get_gift_card": STAFF,
    "disable_gift_card": STAFF,
    "capture_authorization": STAFF,
    "create_refund": STAFF,
    "list_refunds": STAFF,
    "list_disputes": STAFF,
    "list_transactions": ADMIN,
    "export_transactions": ADMIN,
    "get_transactions_export": ADMIN,
    "list_reconciliations": ADMIN,
    "get_invoice": GUEST,
    "list_invoices": ADMIN,
    # users
    "get_profile": USER,
    "update_profile": USER,
    "list_addresses": USER,
    "add_address": USER,
    "update_address": USER,
    "delete_address": USER,
    "get_wishlist": USER,
    "add_wish": USER,
    "remove_wish": USER,
    "get_recently_viewed": USER,
    "note_viewed": USER,
    "get_consents": USER,
    "say_consent": USER.personally(),
    "export_data": USER.personally(),
    "get_my_export": USER.personally(),
    "delete_account": USER.personally(),
    "restore_account": USER.personally(),
    "list_users": STAFF,
    "get_user": STAFF,
    "add_user_note": STAFF,
    "block_user": STAFF,
    "unblock_user": STAFF,
    # system
    "health": ANYONE,
    "openapi": ANYONE,
    "docs": ANYONE,
}


def of(operation: str) -> Permission:
    """An operation's row.

    Raises:
        LookupError: it has none.
    """
    if operation not in PERMISSIONS:
        raise LookupError(f"commerce/runtime/permissions.py has no row for {operation!r}: who may do it?")
    return PERMISSIONS[operation]
