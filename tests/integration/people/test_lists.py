"""What people keep: wishes, what they looked at, what they allowed."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from commerce.users import viewed, wishlist
from commerce.users.viewed import LookedAt
from commerce.users.wishlist import MAX_WISHES
from tests.support.api import Answer, call
from tests.support.person import Customer
from tests.support.race import together
from tests.support.shop import Shop
from tests.support.staff import Staff


def product_id(sku: str) -> str:
    return str(call("products.get_product", "GET", f"/products/{sku.lower()}").json["id"])


def wishes(ada: Customer, query: str = "") -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = ada.ask("get_wishlist", "GET", f"/me/wishlist{query}").json["items"]
    return items


def wish(ada: Customer, product: str) -> Answer:
    return ada.ask("add_wish", "PUT", f"/me/wishlist/{product}")


def look(ada: Customer, product: str) -> Answer:
    return ada.ask("note_viewed", "PUT", "/me/recently-viewed", {"product_id": product})


def seen(ada: Customer) -> Any:
    return ada.ask("get_recently_viewed", "GET", "/me/recently-viewed").json


def consent(ada: Customer, kind: str, *, given: Any, **more: Any) -> Answer:
    body = {"kind": kind, "given": given, "text_version": "2026-10", "source": "privacy_page"} | more
    return ada.ask("say_consent", "PUT", "/me/consents", body)


def archive(shop: Shop, sku: str) -> None:
    staff = Staff(shop.sandbox)
    path = f"/admin/products/{product_id(sku)}/archive"
    assert staff.ask("products.archive_product", "POST", path, If_Match="*").status == 200


def test_wishes_are_shown_with_todays_price_and_what_is_left(shop: Shop) -> None:
    shop.stock("MUG", 3, price=900)
    shop.stock("VASE", 0, price=2500)
    ada = Customer(shop.sandbox)
    added = wish(ada, "mug")
    assert (added.status, added.json["state"]) == (200, "available")
    wish(ada, product_id("VASE"))
    assert [(w["product"]["slug"], w["state"], w["product"]["price"]["amount"]) for w in wishes(ada)] == [
        ("vase", "sold_out", 2500),
        ("mug", "available", 900),
    ]
    assert wishes(ada, "?currency=JPY")[0]["product"]["price"] is None
    archive(shop, "MUG")
    gone = wishes(ada)[1]
    assert (gone["state"], gone["product"], gone["product_id"]) == ("gone", None, added.json["product_id"])
    assert ada.ask("remove_wish", "DELETE", f"/me/wishlist/{gone['product_id']}").status == 204
    assert len(wishes(ada)) == 1


def test_a_wish_is_there_once_and_taking_it_back_twice_is_fine(shop: Shop) -> None:
    shop.stock("MUG", 3)
    ada = Customer(shop.sandbox)
    first, again = wish(ada, "mug"), wish(ada, "mug")
    assert first.json["added_at"] == again.json["added_at"]
    outcomes = together([lambda: wishlist.add(ada.id, "mug", currency="USD", language="en")] * 4)
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert len(wishes(ada)) == 1
    for _ in range(2):
        assert ada.ask("remove_wish", "DELETE", f"/me/wishlist/{first.json['product_id']}").status == 204
    assert wish(ada, "no-such-thing").status == 404


def test_a_wishlist_ends_somewhere(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wishlist, "MAX_WISHES", 2)
    ada = Customer(shop.sandbox)
    for sku in ("A1", "B2", "C3"):
        shop.stock(sku, 1)
    assert [wish(ada, sku).status for sku in ("a1", "b2", "c3")] == [200, 200, 409]
    assert wish(ada, "a1").status == 200
    assert MAX_WISHES == 100


def test_what_was_looked_at_is_kept_short_and_the_latest_first(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewed, "MAX_VIEWED", 2)
    ada = Customer(shop.sandbox)
    for sku in ("A1", "B2", "C3"):
        shop.stock(sku, 1)
        assert look(ada, sku.lower()).status == 204
    look(ada, "b2")
    assert [item["product"]["slug"] for item in seen(ada)["items"]] == ["b2", "c3"]
    archive(shop, "C3")
    assert [item["product"]["slug"] for item in seen(ada)["items"]] == ["b2"]
    assert look(ada, "c3").status == 404


def test_who_objects_to_the_list_has_none(shop: Shop) -> None:
    shop.stock("MUG", 1)
    ada = Customer(shop.sandbox)
    look(ada, "mug")
    consent(ada, "recently_viewed", given=False)
    assert shop.one("recently_viewed", _id=ada.id)["items"] == []
    assert look(ada, "mug").status == 204
    assert seen(ada) == {"items": [], "next_cursor": None, "keeping": False}
    consent(ada, "recently_viewed", given=True)
    look(ada, "mug")
    assert (len(seen(ada)["items"]), seen(ada)["keeping"]) == (1, True)


def test_looking_and_objecting_at_once_leaves_no_list(shop: Shop) -> None:
    from commerce.users import consents

    shop.stock("MUG", 1)
    no = consents.SayConsent(kind="recently_viewed", given=False, text_version="1", source="test")
    for number in range(5):
        user_id = f"user_{number}"
        looking = partial(viewed.note, user_id, LookedAt(product_id="mug"))
        jobs: list[Callable[[], object]] = [looking] * 3
        jobs.append(partial(consents.say, user_id, no, address="203.0.113.7"))
        together(jobs)
        assert shop.one("recently_viewed", _id=user_id)["items"] == []


def test_a_consent_keeps_its_proof_and_its_past(shop: Shop) -> None:
    ada = Customer(shop.sandbox)
    unsaid = ada.ask("get_consents", "GET", "/me/consents").json
    assert {item["kind"]: item["given"] for item in unsaid["items"]} == {
        "marketing": False,
        "analytics": False,
        "recently_viewed": True,
    }
    assert unsaid["history"] == []
    consent(ada, "marketing", given=True)
    consent(ada, "marketing", given=True)
    said = consent(ada, "marketing", given=False, text_version="2026-11", source="footer").json
    assert [(one["given"], one["text_version"]) for one in said["history"]] == [(False, "2026-11"), (True, "2026-10")]
    assert next(item for item in said["items"] if item["kind"] == "marketing")["source"] == "footer"
    stored = shop.all("consents", user_id=ada.id)
    assert [entry["given"] for entry in stored] == [True, False]
    assert all(len(entry["address_hash"]) > 20 and "203.0.113.7" not in str(entry) for entry in stored)


@pytest.mark.parametrize(
    ("kind", "given", "more"),
    [
        ("selling", True, {}),
        ("marketing", "yes", {}),
        ("marketing", None, {}),
        ("marketing", True, {"text_version": ""}),
        ("marketing", True, {"source": "a b"}),
        ("marketing", True, {"source": "x" * 41}),
        ("marketing", True, {"at": "2020-01-01T00:00:00Z"}),
    ],
)
def test_a_consent_that_is_none_is_refused(shop: Shop, kind: str, given: Any, more: dict[str, Any]) -> None:
    ada = Customer(shop.sandbox)
    assert consent(ada, kind, given=given, **more).status == 422
    assert shop.count("consents") == 0


def test_lists_are_their_owners_alone(shop: Shop) -> None:
    shop.stock("MUG", 1)
    ada, eve = Customer(shop.sandbox), Customer(shop.sandbox, "eve@example.com")
    wish(ada, "mug")
    look(ada, "mug")
    consent(ada, "marketing", given=True)
    assert wishes(eve) == []
    assert seen(eve)["items"] == []
    assert ada.ask("remove_wish", "DELETE", f"/me/wishlist/{product_id('MUG')}").status == 204
    eve.ask("remove_wish", "DELETE", f"/me/wishlist/{product_id('MUG')}")
    assert eve.ask("get_consents", "GET", "/me/consents").json["history"] == []
