"""The tour's station at the counter for customers: who they are, what they keep, and how they leave."""

from datetime import timedelta
from typing import Any

import time_machine

from commerce.runtime.clock import now
from tests.support.api import Answer, LambdaContext, call
from tests.support.person import ADDRESS, Customer
from tests.support.shop import Buyer
from tests.support.staff import Staff


def take(tour: Any) -> None:
    """A customer from the sign-up to the day when nobody knows them any more. `tour` is the `Tour` of
    `tests.support.tour`.
    """
    shop = tour.shop
    shop.stock("GLOBE", 5, price=9900)
    shop.clerk.listen()
    mary = Customer(shop.sandbox, "mary@example.com")
    _ok(mary.ask("get_profile", "GET", "/me"))
    shop.clerk.deliver()
    shop.bus.deliver()
    reconcile()
    _keeps_things(mary)
    shop.buy(Buyer(email=mary.email, token=mary.token), ("GLOBE", 1))
    _is_looked_at(shop, mary)
    _takes_everything_along(tour, mary)
    _leaves(tour, mary)
    shop.clerk.stop()


def _keeps_things(mary: Customer) -> None:
    profile = _ok(mary.ask("get_profile", "GET", "/me"))
    said = {"name": "Mary Somerville", "locale": "en-GB", "currency": "EUR", "time_zone": "Europe/London"}
    _ok(mary.ask("update_profile", "PATCH", "/me", said, If_Match=profile.headers["ETag"]))
    home = _ok(
        mary.ask("add_address", "POST", "/me/addresses", ADDRESS | {"label": "Home"}, Idempotency_Key="a-1"), 201
    )
    _ok(mary.ask("add_address", "POST", "/me/addresses", ADDRESS | {"name": "Mary S.", "phone": "020 7946 0958"}), 201)
    path = f"/me/addresses/{home.json['id']}"
    _ok(mary.ask("update_address", "PATCH", path, {"line2": "Flat 2", "default_billing": True}))
    _ok(mary.ask("delete_address", "DELETE", path), 204)
    _ok(mary.ask("list_addresses", "GET", "/me/addresses"))
    _ok(mary.ask("note_viewed", "PUT", "/me/recently-viewed", {"product_id": "globe"}), 204)
    _ok(mary.ask("get_recently_viewed", "GET", "/me/recently-viewed"))
    wish = _ok(mary.ask("add_wish", "PUT", "/me/wishlist/globe"))
    _ok(mary.ask("get_wishlist", "GET", "/me/wishlist"))
    _ok(mary.ask("remove_wish", "DELETE", f"/me/wishlist/{wish.json['product_id']}"), 204)
    consent = {"kind": "marketing", "given": True, "text_version": "2026-10", "source": "privacy_page"}
    _ok(mary.ask("say_consent", "PUT", "/me/consents", consent))
    _ok(mary.ask("get_consents", "GET", "/me/consents"))


def _is_looked_at(shop: Any, mary: Customer) -> None:
    staff = Staff(shop.sandbox)
    assert _ok(staff.ask("users.list_users", "GET", "/admin/users?q=mary&status=active")).json["items"]
    path = f"/admin/users/{mary.id}"
    assert _ok(staff.ask("users.get_user", "GET", path)).json["orders_count"] == 1
    _ok(staff.ask("users.add_user_note", "POST", f"{path}/notes", {"text": "Asked for a map."}), 201)
    _ok(staff.ask("users.block_user", "POST", f"{path}/block", {"reason": "by mistake"}))
    shop.twenty_seconds_later()
    assert call("users.get_profile", "GET", "/me", headers={"Authorization": f"Bearer {mary.token}"}).status == 401
    _ok(staff.ask("users.unblock_user", "POST", f"{path}/unblock"))
    shop.twenty_seconds_later()


def _takes_everything_along(tour: Any, mary: Customer) -> None:
    """PersonalDataRequested, PersonalDataGathered, PersonalDataReady; one email."""
    _ok(mary.ask("export_data", "POST", "/me/export", Idempotency_Key="export-1"), 202)
    tour.settle()
    assert _ok(mary.ask("get_my_export", "GET", "/me/export")).json["status"] == "ready"


def _leaves(tour: Any, mary: Customer) -> None:
    """AccountClosing, AccountKept, AccountLocked, ErasureDue, AccountErased; two emails."""
    shop = tour.shop
    _ok(mary.ask("delete_account", "DELETE", "/me"), 202)
    _ok(mary.ask("restore_account", "POST", "/me/restore"))
    _ok(mary.ask("delete_account", "DELETE", "/me"), 202)
    tour.settle()
    for days in (15, 16, 60, 61):
        with time_machine.travel(now() + timedelta(days=days)):
            advance(shop)
    assert shop.count("users", _id=mary.id) == 0


def advance(shop: Any) -> None:
    """The schedule comes by, and all that follows."""
    import users.advance_privacy

    users.advance_privacy.handler({"id": "test"}, LambdaContext())
    shop.clerk.deliver()
    shop.bus.deliver()


def reconcile() -> dict[str, int]:
    """The schedule comes by that compares profiles with Clerk."""
    import users.reconcile_profiles

    done: dict[str, int] = users.reconcile_profiles.handler({"id": "test"}, LambdaContext())
    return done


def _ok(answer: Answer, status: int = 200) -> Answer:
    assert answer.status == status, f"{answer.status}: {answer.text}"
    return answer
