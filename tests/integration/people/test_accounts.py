"""What Clerk tells of people, lost, doubled and in any order: the profile ends equal to Clerk's."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commerce import identity, users
from commerce.identity.model import Account
from commerce.runtime.changes import Changes
from commerce.runtime.clock import now
from commerce.runtime.errors import ShopError
from commerce.users import reconciling
from tests.support.person import Customer, account, tell
from tests.support.race import together
from tests.support.shop import Shop
from tests.support.tour_people import advance, reconcile

UNHURRIED = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def as_clerk_says(shop: Shop, user_id: str) -> tuple[Any, ...]:
    user = shop.clerk.call("GET", f"/users/{user_id}")
    name = " ".join(filter(None, (user["first_name"], user["last_name"])))
    return user["email_addresses"][0]["email_address"], name, user["updated_at"]


def as_we_say(shop: Shop, user_id: str) -> tuple[Any, ...]:
    profile = shop.one("users", _id=user_id)
    return profile["email"], profile["name"], profile["told_at_ms"]


@UNHURRIED
@given(
    changed=st.integers(1, 5),
    coming=st.lists(st.integers(0, 5), max_size=8),
    times=st.integers(1, 2),
    newest_at=st.integers(0, 8),
    first_request_at=st.integers(0, 9),
)
def test_whatever_order_the_webhooks_come_in_the_newest_counts(
    shop: Shop, changed: int, coming: list[int], times: int, newest_at: int, first_request_at: int
) -> None:
    """Any of them any number of times or never, the newest at least once, with the first request somewhere between."""
    shop.clerk.listen()
    ada = Customer(shop.sandbox, f"{uuid4()}@example.com")
    for number in range(changed):
        shop.clerk.call("PATCH", f"/users/{ada.id}", {"first_name": f"Ada {number}", "last_name": "Byron"})
    told = [m for m in shop.clerk.messages() if m.type.startswith("user.") and m.data["id"] == ada.id]
    order: list[Any] = [told[number % len(told)] for number in coming]
    order.insert(newest_at, told[-1])
    order.insert(first_request_at, None)
    for message in order:
        if message is None:
            assert ada.ask("get_profile", "GET", "/me").status == 200
        else:
            assert shop.clerk.bring(message)["statusCode"] == 200
            shop.bus.deliver(times=times)
    assert not shop.bus.failures
    assert as_we_say(shop, ada.id) == as_clerk_says(shop, ada.id)


@UNHURRIED
@given(told=st.lists(st.integers(1, 9), min_size=1, max_size=8))
def test_words_at_the_same_moment_end_as_the_newest_says(shop: Shop, told: list[int]) -> None:
    def word(at: int) -> Account:
        return account("user_raced", at=at, first_name=f"Ada {at}", email=f"ada{at}@example.com")

    shop_is_empty(shop)
    together([partial(_told, word(at)) for at in told])
    profile = shop.one("users", _id="user_raced")
    assert (profile["told_at_ms"], profile["email"]) == (max(told), f"ada{max(told)}@example.com")


def _told(word: Account) -> None:
    """As the consumer does: again, when someone was quicker."""
    for _ in range(20):
        try:
            tell(word)
        except ShopError:
            continue
        return
    raise AssertionError("it never held still")


def shop_is_empty(shop: Shop) -> None:
    from commerce.runtime import mongo

    mongo.database()["users"].delete_many({"_id": {"$in": [user["_id"] for user in shop.all("users")]}})


def test_webhooks_that_were_lost_are_made_up_for(shop: Shop) -> None:
    """Registration, change and deletion, none of them heard of."""
    ada, eve, bob = (Customer(shop.sandbox, f"{name}@example.com") for name in ("ada", "eve", "bob"))
    for person in (ada, eve, bob):
        person.ask("get_profile", "GET", "/me")
    shop.clerk.call("PATCH", f"/users/{ada.id}", {"first_name": "Ada", "last_name": "Lovelace"})
    assert reconcile() == {"compared": 3, "mended": 3, "gone": 0}
    assert as_we_say(shop, ada.id) == as_clerk_says(shop, ada.id)
    assert reconcile()["compared"] == 0, "once a day is enough"
    shop.clerk.call("PATCH", f"/users/{ada.id}", {"last_name": "King"})
    shop.clerk.call("DELETE", f"/users/{eve.id}")
    with time_machine.travel(now() + timedelta(hours=25)):
        assert reconcile() == {"compared": 3, "mended": 1, "gone": 1}
    assert as_we_say(shop, ada.id) == as_clerk_says(shop, ada.id)
    assert shop.count("users", _id=eve.id) == 0
    assert shop.one("erasures")["status"] == "locked"


def test_a_service_that_knows_nobody_erases_nobody(shop: Shop) -> None:
    """The key of another application, perhaps."""
    people = [Customer(shop.sandbox, f"{number}@example.com") for number in range(3)]
    for person in people:
        person.ask("get_profile", "GET", "/me")

    def nobody(asked: Sequence[str]) -> list[Account]:
        return []

    until = now() + timedelta(seconds=10)
    assert reconciling.reconcile(nobody, until=until) == {"compared": 3, "mended": 0, "gone": 0}
    assert shop.count("users") == 3


def test_a_large_shop_is_compared_in_portions(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconciling, "AT_ONCE", 2)
    for number in range(5):
        Customer(shop.sandbox, f"{number}@example.com").ask("get_profile", "GET", "/me")
    asked: list[int] = []

    def look_up(user_ids: Sequence[str]) -> list[Account]:
        asked.append(len(user_ids))
        return identity.look_up(user_ids)

    assert reconciling.reconcile(look_up, until=now() + timedelta(seconds=30))["mended"] == 5
    assert asked == [2, 2, 1]


@pytest.mark.parametrize("order", ["deleted first", "deleted last"])
def test_who_was_deleted_at_clerk_does_not_come_back(shop: Shop, order: str) -> None:
    shop.clerk.listen()
    ada = Customer(shop.sandbox)
    shop.clerk.call("DELETE", f"/users/{ada.id}")
    messages = [message for message in shop.clerk.messages() if message.type.startswith("user.")]
    for message in reversed(messages) if order == "deleted first" else messages:
        assert shop.clerk.bring(message)["statusCode"] == 200
        shop.bus.deliver()
    assert shop.count("users") == 0
    changes = Changes()
    assert not users.take_account(changes, account(ada.id, at=10**15))
    later = now()
    for minutes in (3, 6, 9):
        with time_machine.travel(later + timedelta(minutes=minutes)):
            advance(shop)
    assert shop.one("erasures")["status"] == "erased"
    assert ada.id not in str(shop.snapshot())


def test_a_person_without_a_name_or_with_an_unproved_address(shop: Shop) -> None:
    tell(account("user_1", at=1, first_name="", last_name="", email="", email_verified=False))
    tell(account("user_2", at=1, email="eve@example.com", email_verified=False))
    assert [users.contact(f"user_{number}") for number in (1, 2, 3)] == ["", "", ""]
    assert [user["name"] for user in shop.all("users")] == ["", "Ada Lovelace"]
