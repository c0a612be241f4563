"""Someone of the house who is signed in as a customer: what they see is noted before they see it."""

import json
from typing import Any

import pytest

from commerce.runtime import access
from commerce.runtime.people import Person
from commerce.users import estate
from tests.support.api import Answer, call
from tests.support.person import Customer
from tests.support.shop import Shop
from tests.support.tour import bearer, signed_in

ACTOR = "user_sandbox_actor"  # as whom the sandbox impersonates


def as_them(
    shop: Shop, function: str, method: str, path: str, *, fresh: bool = False, kind: str = "impersonated"
) -> Answer:
    """One request in the customer's place."""
    token = shop.sandbox.session_token("ada@example.com", "customer", kind=kind, fresh=fresh)
    options: dict[str, Any] = {"headers": bearer(token), "authorizer": signed_in(token, method, path)}
    return call(function, method, path, **options)


def looks(shop: Shop) -> list[tuple[str, str]]:
    return [(entry["who"], entry["what"]) for entry in shop.all("access_log")]


def test_a_session_in_a_customers_place_is_noted_once(shop: Shop) -> None:
    ada = Customer(shop.sandbox)
    assert as_them(shop, "users.get_profile", "GET", "/me").status == 200
    assert as_them(shop, "users.list_addresses", "GET", "/me/addresses").status == 200
    access.forget_noted()  # another execution environment
    assert as_them(shop, "orders.list_my_orders", "GET", "/me/orders").status == 200
    assert looks(shop) == [(ACTOR, "signed_in_as")]
    assert shop.one("access_log")["user_id"] == ada.id
    assert as_them(shop, "users.get_profile", "GET", "/me", fresh=True).status == 200
    assert looks(shop) == [(ACTOR, "signed_in_as")] * 2, "another session is another look"


def test_where_guests_come_too_it_is_noted_as_well(shop: Shop) -> None:
    as_them(shop, "carts.create_cart", "POST", "/carts")
    assert looks(shop) == [(ACTOR, "signed_in_as")]


def test_who_is_refused_has_seen_nothing(shop: Shop) -> None:
    refused = as_them(shop, "users.export_data", "POST", "/me/export")
    assert (refused.status, refused.json["code"]) == (403, "not_in_person")
    assert looks(shop) == []


def test_the_customer_themselves_is_not_noted(shop: Shop) -> None:
    assert as_them(shop, "users.get_profile", "GET", "/me", kind="valid").status == 200
    assert looks(shop) == []


def test_what_cannot_be_noted_is_not_shown(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_args: Any) -> None:
        raise ConnectionError("the log is away")

    Customer(shop.sandbox).add_address()
    monkeypatch.setattr(access, "note_signed_in_as", away)
    answer = as_them(shop, "users.list_addresses", "GET", "/me/addresses")
    assert answer.status == 500
    assert "St James" not in answer.text


def test_the_customer_finds_it_in_their_export(shop: Shop) -> None:
    ada = Customer(shop.sandbox)
    as_them(shop, "users.get_profile", "GET", "/me")
    told = estate.personal_data(Person(user_id=ada.id))["looked_at_by_staff"]
    assert [look["what"] for look in told] == ["signed_in_as"]
    assert ACTOR not in json.dumps(told, default=str), "that someone looked, not who"
