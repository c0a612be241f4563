"""The address book: twenty at most, one default each, by the rules of each country, and nobody else's."""

import html
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commerce.runtime.errors import ShopError
from commerce.runtime.idempotency import Once
from commerce.users import addresses
from commerce.users.addresses import MAX_ADDRESSES, AddressPatch, NewAddress
from tests.support.killswitch import Killswitch
from tests.support.person import ADDRESS, Customer
from tests.support.race import NO_KEY, together
from tests.support.shop import Shop

UNHURRIED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
MEMBERS = [*ADDRESS, "company", "line2", "region", "label", "phone"]


def book(ada: Customer) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = ada.ask("list_addresses", "GET", "/me/addresses").json["items"]
    return items


def in_order(items: list[dict[str, Any]]) -> bool:
    """One default each as long as there is any, and no more than there may be."""
    wanted = min(1, len(items))
    defaults = [sum(item[kind] for item in items) for kind in ("default_shipping", "default_billing")]
    return defaults == [wanted, wanted] and len(items) <= MAX_ADDRESSES


def change(ada: Customer, address_id: str, body: Any, **headers: str) -> Any:
    return ada.ask("update_address", "PATCH", f"/me/addresses/{address_id}", body, **headers)


def test_a_life_of_a_book(shop: Shop) -> None:
    ada = Customer(shop.sandbox)
    assert book(ada) == []
    home = ada.add_address(label="Home", phone="020 7946 0958")
    assert home.status == 201
    assert (home.json["phone"], home.json["default_shipping"], home.json["default_billing"]) == (
        "+442079460958",
        True,
        True,
    )
    work = ada.add_address(label="Work", default_billing=True).json
    assert [(a["label"], a["default_shipping"], a["default_billing"]) for a in book(ada)] == [
        ("Home", True, False),
        ("Work", False, True),
    ]
    moved = change(ada, work["id"], {"country": "US", "region": "ny", "postal_code": "10001", "city": "New York"}).json
    assert (moved["region"], moved["country"], moved["name"]) == ("NY", "US", ADDRESS["name"])
    assert ada.ask("delete_address", "DELETE", f"/me/addresses/{home.json['id']}").status == 204
    assert [(a["label"], a["default_shipping"], a["default_billing"]) for a in book(ada)] == [("Work", True, True)]
    assert ada.ask("delete_address", "DELETE", f"/me/addresses/{work['id']}").status == 204
    assert book(ada) == []


def test_a_default_is_given_away_not_given_up(shop: Shop) -> None:
    ada = Customer(shop.sandbox)
    only = ada.add_address().json["id"]
    refused = change(ada, only, {"default_shipping": False})
    assert (refused.status, refused.json["errors"][0]["code"]) == (422, "default_needed")
    other = ada.add_address().json["id"]
    assert change(ada, other, {"default_shipping": True}).json["default_shipping"]
    assert in_order(book(ada))


@pytest.mark.parametrize(
    ("members", "field", "code"),
    [
        ({"country": "ZZ"}, "country", "country_unknown"),
        ({"country": "gb"}, "country", "string_pattern_mismatch"),
        ({"postal_code": "12345"}, "postal_code", "postal_code_invalid"),
        ({"city": ""}, "city", "field_required"),
        ({"name": "  "}, "name", "field_required"),
        ({"country": "US", "region": "Kent", "postal_code": "10001"}, "region", "region_unknown"),
        ({"phone": "12"}, "phone", "phone_invalid"),
        ({"line1": "x" * 121}, "line1", "too_long"),
        ({"label": "a\tb"}, "label", "value_error"),
        ({"id": "addr_mine"}, "id", "extra_forbidden"),
        ({"default_shipping": "maybe"}, "default_shipping", "bool_parsing"),
    ],
)
def test_what_no_post_would_take_is_refused_with_its_member(
    shop: Shop, members: dict[str, Any], field: str, code: str
) -> None:
    ada = Customer(shop.sandbox)
    known = ada.add_address().json["id"]
    for answer in (ada.add_address(**members), change(ada, known, members)):
        assert answer.status == 422, answer.text
        assert (field, code) in [(error["field"], error["code"]) for error in answer.json["errors"]]
    assert len(book(ada)) == 1


@UNHURRIED
@given(
    members=st.dictionaries(
        st.sampled_from(MEMBERS), st.text(max_size=130) | st.none() | st.integers() | st.lists(st.text(), max_size=2)
    )
)
def test_every_member_fuzzed(shop: Shop, members: dict[str, Any]) -> None:
    ada = Customer(shop.sandbox, "fuzzed@example.com")
    entries = book(ada) or [ada.add_address().json]
    for answer in (ada.add_address(**members), change(ada, entries[0]["id"], members)):
        assert answer.status in (200, 201, 400, 409, 422), answer.text
        if answer.status >= 400:
            assert answer.json["code"] in ("validation_failed", "malformed_json", "too_many")
    assert in_order(book(ada))


@pytest.mark.parametrize(
    "name", ["Žofie Nováková-Ďurišová", "مريم بنت يوسف", "山田 太郎", "ದೀಪಾ", "O’Brien 🦊", "Ñuñez"]
)
def test_names_survive_whole(shop: Shop, name: str) -> None:
    ada = Customer(shop.sandbox)
    ada.add_address(name=name, company=name, line2=name, label=name[:40])
    stored = book(ada)[0]
    assert [stored[member] for member in ("name", "company", "line2", "label")] == [name, name, name, name[:40]]


def test_markup_is_text_like_any_other(shop: Shop) -> None:
    """It comes back as it went in, in JSON; who shows it in a page or a mail escapes it there."""
    ada = Customer(shop.sandbox)
    markup = '<img src=x onerror="alert(1)">{{7*7}}'
    answer = ada.add_address(name=markup)
    assert answer.json["name"] == markup
    assert answer.headers["Content-Type"] == "application/json"
    assert html.escape(markup) not in answer.text


def test_twenty_and_no_more_however_many_at_once(shop: Shop) -> None:
    ada = Customer(shop.sandbox)
    for _ in range(MAX_ADDRESSES - 2):
        assert ada.add_address().status == 201
    wanted = NewAddress.model_validate(ADDRESS | {"default_shipping": True, "default_billing": True})
    outcomes = together([lambda: addresses.add(ada.id, wanted, NO_KEY)] * 6)
    assert sum(not isinstance(outcome, Exception) for outcome in outcomes) == 2
    assert {outcome.code for outcome in outcomes if isinstance(outcome, ShopError)} <= {"too_many", "changed_meanwhile"}
    assert in_order(book(ada))
    full = ada.add_address()
    assert (full.status, full.json["code"], full.json["limit"]) == (409, "too_many", MAX_ADDRESSES)


def test_changes_at_once_leave_one_default_each(shop: Shop) -> None:
    ada = Customer(shop.sandbox)
    ids = [ada.add_address().json["id"] for _ in range(5)]
    default = AddressPatch(default_shipping=True, default_billing=True)
    jobs: list[Callable[[], object]] = [
        partial(addresses.update, ada.id, id_, default, version=None) for id_ in ids[:3]
    ]
    together(jobs + [partial(addresses.delete, ada.id, id_, version=None) for id_ in ids[3:]])
    assert in_order(book(ada))


def test_a_lost_answer_adds_no_second_address(shop: Shop) -> None:
    ada = Customer(shop.sandbox)
    first = ada.ask("add_address", "POST", "/me/addresses", ADDRESS, Idempotency_Key="once")
    again = ada.ask("add_address", "POST", "/me/addresses", ADDRESS, Idempotency_Key="once")
    assert (first.json["id"], len(book(ada))) == (again.json["id"], 1)
    other = ada.ask("add_address", "POST", "/me/addresses", ADDRESS | {"label": "x"}, Idempotency_Key="once")
    assert (other.status, other.json["code"]) == (422, "idempotency_key_reused")


def test_killed_at_any_step_the_book_is_the_old_or_the_new_one(shop: Shop, killswitch: Killswitch) -> None:
    ada = Customer(shop.sandbox)
    ada.add_address()
    wanted = NewAddress.model_validate(ADDRESS)
    step = 0
    done = False
    while not done:
        step += 1
        once = Once("add_address", scope=ada.id, key=f"step-{step}", request=wanted)
        before = len(book(ada))
        done = killswitch.survives(step, partial(addresses.add, ada.id, wanted, once))
        addresses_now = book(ada)
        assert in_order(addresses_now)
        assert len(addresses_now) - before in (0, 1)
    assert step > 2


def test_an_old_version_changes_nothing(shop: Shop) -> None:
    ada = Customer(shop.sandbox)
    first = ada.add_address()
    ada.add_address()
    tag = {"If_Match": first.headers["ETag"]}
    assert change(ada, first.json["id"], {"label": "x"}, **tag).status == 412
    assert ada.ask("delete_address", "DELETE", f"/me/addresses/{first.json['id']}", **tag).status == 412
    assert len(book(ada)) == 2


def test_someone_elses_address_is_no_address(shop: Shop) -> None:
    ada, eve = Customer(shop.sandbox), Customer(shop.sandbox, "eve@example.com")
    mine = ada.add_address().json["id"]
    eve.add_address()
    for id_ in (mine, "addr_none"):
        answers = [
            change(eve, id_, {"label": "x"}),
            eve.ask("delete_address", "DELETE", f"/me/addresses/{id_}"),
        ]
        for answer in answers:
            assert (answer.status, answer.json["detail"]) == (404, "There is no such address.")
    assert book(ada)[0]["label"] == ""
