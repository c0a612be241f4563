"""How much a cart holds, and how long it lives."""

from datetime import UTC, datetime, timedelta

import pytest

from commerce.carts import changing
from commerce.carts.store import CARTS
from tests.integration.test_time_limits import at
from tests.support.api import call
from tests.support.carting import expire, filled, line_id, make, person
from tests.support.shop import Buyer, Shop


def lives(shop: Shop, buyer: Buyer) -> timedelta:
    """For how long from now on, to the minute."""
    until = datetime.fromisoformat(shop.cart(buyer).json["expires_at"])
    return timedelta(minutes=round((until - datetime.now(UTC)).total_seconds() / 60))


@pytest.mark.parametrize(("who", "days"), [("guest", 30), ("person", 90)])
def test_an_empty_cart_lives_six_hours_a_filled_one_longer(shop: Shop, who: str, days: int) -> None:
    shop.stock("LAMP", 5)
    buyer = Buyer() if who == "guest" else person(shop)
    make(buyer)
    assert lives(shop, buyer) == timedelta(hours=6)
    cart = shop.add(buyer, "LAMP").json
    assert lives(shop, buyer) == timedelta(days=days)
    lamp = line_id(cart, "LAMP")
    shop.change_line(buyer, lamp, saved=True)
    assert lives(shop, buyer) == timedelta(days=days), "what is saved is something"
    path = f"/carts/{buyer.cart_id}/lines/{lamp}"
    assert call("carts.remove_line", "DELETE", path, headers=buyer.headers()).status == 200
    assert lives(shop, buyer) == timedelta(hours=6)


def test_a_change_lengthens_its_life_and_looking_does_not(shop: Shop) -> None:
    shop.stock("LAMP", 5)
    buyer = filled(shop, Buyer(), ("LAMP", 1))
    first = shop.cart(buyer).json["expires_at"]
    with at(3600):
        assert shop.cart(buyer).json["expires_at"] == first
        later = shop.add(buyer, "LAMP").json["expires_at"]
    assert datetime.fromisoformat(later) - datetime.fromisoformat(first) >= timedelta(minutes=59)


def test_a_claimed_cart_lives_as_long_as_a_persons(shop: Shop) -> None:
    shop.stock("LAMP", 5)
    guest, ada = filled(shop, Buyer(), ("LAMP", 1)), person(shop)
    shop.claim(ada, guest)
    ada.cart_id = guest.cart_id
    assert lives(shop, ada) == changing.USER_LIFETIME == timedelta(days=90)


def test_past_its_time_it_is_not_there_even_before_the_database_comes_by(shop: Shop) -> None:
    shop.stock("LAMP", 5)
    buyer = Buyer()
    shop.cart_with(buyer, ("LAMP", 1))
    quote = shop.cart(buyer).json["quote"]["hash"]
    expire(buyer.cart_id)
    assert shop.cart(buyer).status == 404
    assert shop.add(buyer, "LAMP").status == 404
    assert shop.place(buyer, quote=quote).status == 404


def test_the_database_deletes_it() -> None:
    (index,) = [index for index in CARTS.indexes if index.expire_after_seconds is not None]
    assert (index.keys, index.expire_after_seconds) == ((("expires_at", 1),), 0)


def test_fifty_lines_of_ninety_nine_pieces(shop: Shop) -> None:
    for number in range(51):
        shop.stock(f"S{number}", 100)
    buyer = filled(shop, Buyer(), *((f"S{number}", 99) for number in range(50)))
    too_much = shop.add(buyer, "S50")
    assert [(e["field"], e["code"]) for e in too_much.json["errors"]] == [("sku", "too_many_lines")]
    too_much = shop.add(buyer, "S0")
    assert [(e["field"], e["code"]) for e in too_much.json["errors"]] == [("quantity", "too_many_pieces")]
    cart = shop.cart(buyer).json
    assert (len(cart["lines"]), cart["problems"]) == (50, [])
    assert shop.deliver_to(buyer).json["quote"]


@pytest.mark.parametrize("status", ["archived", "draft"])
def test_what_is_not_sold_is_not_added(shop: Shop, status: str) -> None:
    from commerce.runtime import mongo

    shop.stock("LAMP", 5)
    mongo.database()["products"].update_one({"slug": "lamp"}, {"$set": {"status": status}})
    buyer = filled(shop, Buyer())
    refused = shop.add(buyer, "LAMP")
    assert (refused.status, [e["code"] for e in refused.json["errors"]]) == (422, ["unknown_sku"])


def test_what_is_sold_in_another_currency_is_not_added(shop: Shop) -> None:
    shop.stock("OUD", 5, currency="EUR")
    buyer = filled(shop, Buyer())
    refused = shop.add(buyer, "OUD")
    assert (refused.status, [e["code"] for e in refused.json["errors"]]) == (422, ["not_sold_in_currency"])
