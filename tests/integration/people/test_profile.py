"""A person's profile: made in time, read-only where it is the sign-in service's, and never someone else's."""

import unicodedata
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.api import Answer, call
from tests.support.person import Customer, account, tell
from tests.support.shop import Shop

# All that a name may be: no control signs, no breaks, no halves of pairs; whatever language.
NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=120
).filter(lambda text: text == text.strip())
UNHURRIED = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def patch(ada: Customer, body: Any, **headers: str) -> Answer:
    return ada.ask("update_profile", "PATCH", "/me", body, **headers)


def test_the_first_request_makes_a_bare_profile_and_the_webhook_fills_it(shop: Shop) -> None:
    ada = Customer(shop.sandbox)
    bare = ada.ask("get_profile", "GET", "/me")
    assert (bare.status, bare.json["email"], bare.json["status"]) == (200, "", "active")
    assert patch(ada, {"name": "The Countess"}).json["name"] == "The Countess"
    tell(account(ada.id, at=5, phone="+442079460958"))
    known = ada.ask("get_profile", "GET", "/me").json
    assert (known["email"], known["phone"], known["name"]) == ("ada@example.com", "+442079460958", "The Countess")
    assert patch(ada, {"name": None}).json["name"] == "Ada Lovelace"


@pytest.mark.parametrize("member", ["email", "phone", "id", "status", "erase_at", "version", "created_at", "role"])
def test_what_is_not_the_persons_to_say_is_refused(shop: Shop, member: str) -> None:
    ada = Customer(shop.sandbox)
    refused = patch(ada, {member: "eve@example.com"})
    assert refused.status == 422
    assert [(error["field"], error["code"]) for error in refused.json["errors"]] == [(member, "extra_forbidden")]


@pytest.mark.parametrize(
    ("member", "good", "bad"),
    [
        ("locale", "de-CH", ["xx-nowhere", "en_GB", "en-GB-", "", "../../etc/passwd", "e" * 36]),
        ("currency", "JPY", ["JPYX", "usd", "GBP", "", "US$"]),
        ("time_zone", "Asia/Kolkata", ["Mars/Olympus", "../UTC", "", "europe/london", "Z" * 65]),
        ("name", "Ada", ["a\nb", "a\x00b", "a\u2028b", "x" * 121, 7, ["Ada"], {"$gt": ""}]),
    ],
)
def test_each_member_takes_what_it_should_and_nothing_else(shop: Shop, member: str, good: Any, bad: list[Any]) -> None:
    ada = Customer(shop.sandbox)
    assert patch(ada, {member: good}).json[member] == good
    for value in bad:
        refused = patch(ada, {member: value})
        assert refused.status == 422, (value, refused.text)
        assert {error["field"] for error in refused.json["errors"]} == {member}
    assert ada.ask("get_profile", "GET", "/me").json[member] == good


@UNHURRIED
@given(name=NAMES)
def test_a_name_survives_whole_in_every_script(shop: Shop, name: str) -> None:
    ada = Customer(shop.sandbox)
    assert patch(ada, {"name": name}).json["name"] == name
    assert ada.ask("get_profile", "GET", "/me").json["name"] == name
    assert shop.one("users", _id=ada.id)["own_name"] == name


@UNHURRIED
@given(body=st.dictionaries(st.sampled_from(["name", "locale", "currency", "time_zone", "x"]), st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=50),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)))  # fmt: skip
def test_whatever_is_sent_the_answer_is_a_profile_or_says_what_is_wrong(shop: Shop, body: dict[str, Any]) -> None:
    ada = Customer(shop.sandbox)
    answer = patch(ada, body)
    assert answer.status in (200, 400, 422), answer.text
    if answer.status == 200:
        assert all(unicodedata.category(sign) != "Cc" for sign in answer.json["name"])
    else:
        assert answer.json["code"] in ("validation_failed", "malformed_json")


def test_two_who_change_it_at_once_do_not_undo_each_other(shop: Shop) -> None:
    ada = Customer(shop.sandbox)
    seen = ada.ask("get_profile", "GET", "/me")
    tag = seen.headers["ETag"]
    assert patch(ada, {"currency": "EUR"}, If_Match=tag).status == 200
    late = patch(ada, {"currency": "JPY"}, If_Match=tag)
    assert (late.status, late.json["code"]) == (412, "precondition_failed")
    assert patch(ada, {"time_zone": "UTC"}).json["currency"] == "EUR"


def test_everyone_has_one_of_their_own(shop: Shop) -> None:
    ada, eve = Customer(shop.sandbox), Customer(shop.sandbox, "eve@example.com")
    patch(ada, {"name": "Ada"})
    assert eve.ask("get_profile", "GET", "/me").json["name"] == ""
    assert call("users.get_profile", "GET", "/me").status == 401
