"""One active cart per user: whoever asks for one has it already, or gets it, in any race."""

from uuid import uuid4

import pytest

from commerce import carts
from commerce.carts import CreateCart, Made
from commerce.runtime.caller import Caller
from tests.support.carting import expire, filled, line_id, make, person, pieces
from tests.support.race import NO_KEY, together
from tests.support.shop import Buyer, Shop


def test_who_has_a_cart_is_answered_that_one(shop: Shop) -> None:
    shop.stock("LAMP", 9)
    ada = person(shop)
    first = make(ada)
    assert (first.status, first.headers["Location"]) == (201, f"/carts/{ada.cart_id}")
    shop.add(ada, "LAMP", 2)
    again = make(person(shop))
    assert (again.status, again.json["id"]) == (200, ada.cart_id)
    assert pieces(again.json) == {"LAMP": 2}
    assert again.json["token"] is None
    assert make(person(shop, "bob")).status == 201


def test_guests_have_as_many_as_they_like(shop: Shop) -> None:
    made = [make(Buyer()) for _ in range(3)]
    assert {answer.status for answer in made} == {201}
    assert len({answer.json["id"] for answer in made}) == 3


def test_an_empty_cart_makes_place_for_one_in_another_currency(shop: Shop) -> None:
    shop.stock("LAMP", 9)
    ada = person(shop)
    make(ada)
    cart = shop.add(ada, "LAMP", 2).json
    shop.change_line(ada, line_id(cart, "LAMP"), saved=True)
    old = Buyer(token=ada.token, cart_id=ada.cart_id)
    other = make(ada, "EUR")
    assert (other.status, other.json["currency"]) == (201, "EUR")
    assert pieces(other.json, "saved") == {"LAMP": 2}, "what was saved is not lost"
    assert shop.cart(old).status == 404
    assert make(ada).json["id"] == other.json["id"]
    assert make(ada, "EUR").json["id"] == other.json["id"]


def test_a_filled_cart_in_another_currency_stays(shop: Shop) -> None:
    shop.stock("LAMP", 9)
    ada = filled(shop, person(shop), ("LAMP", 1))
    refused = make(ada, "EUR")
    assert (refused.status, refused.json["code"]) == (409, "active_cart_in_other_currency")
    assert (refused.json["cart_id"], refused.json["currency"]) == (ada.cart_id, "USD")
    assert make(ada).json["id"] == ada.cart_id
    assert make(ada, "USD").status == 200


@pytest.mark.parametrize("currency", [None, "USD", "EUR"])
def test_an_expired_cart_blocks_nobody(shop: Shop, currency: str | None) -> None:
    shop.stock("LAMP", 9)
    ada = filled(shop, person(shop), ("LAMP", 1))
    old = ada.cart_id
    expire(old)
    made = make(ada, currency)
    assert made.status == 201
    assert made.json["id"] != old
    assert made.json["lines"] == made.json["saved"] == []


def test_an_ordered_cart_is_not_active(shop: Shop) -> None:
    shop.stock("LAMP", 9)
    ada = person(shop)
    shop.ready_order(ada, ("LAMP", 1))
    ordered = ada.cart_id
    assert make(ada).status == 201
    assert ada.cart_id != ordered
    shop.ready_order(ada, ("LAMP", 1))
    assert shop.count("orders") == 2


def test_a_lost_answer_can_be_had_again(shop: Shop) -> None:
    ada, key = person(shop), str(uuid4())
    first = make(ada, Idempotency_Key=key)
    again = make(ada, Idempotency_Key=key)
    assert (first.status, again.status) == (201, 201)
    assert first.text == again.text


def test_many_at_once_get_the_same_one(shop: Shop) -> None:
    who = Caller(user_id="user_ada")
    made = together([lambda: carts.create(CreateCart(), who, NO_KEY) for _ in range(8)])
    assert {answer.cart.id for answer in made if isinstance(answer, Made)} == {shop.one("carts")["_id"]}, made
    assert [answer.is_new for answer in made if isinstance(answer, Made)].count(True) == 1


def test_many_at_once_replace_an_empty_one_once(shop: Shop) -> None:
    who = Caller(user_id="user_ada")
    carts.create(CreateCart(), who, NO_KEY)
    made = together([lambda: carts.create(CreateCart(currency="EUR"), who, NO_KEY) for _ in range(8)])
    assert len({answer.cart.id for answer in made if isinstance(answer, Made)}) == 1, made
    assert shop.count("carts", active_for="user_ada") == 1
