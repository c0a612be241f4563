"""A guest signs in: the cart follows its policy, once, and nobody gets what is another's (semantics 17)."""

from typing import Any

import pytest

from commerce import carts, orders
from commerce.carts import AddLine, CartView
from commerce.orders import OrderView, PlaceOrder
from commerce.runtime import mongo
from commerce.runtime.caller import Caller
from commerce.runtime.errors import Conflict, NotFound
from tests.support.carting import (
    expire,
    filled,
    guest_cart,
    line_id,
    make,
    own_cart,
    person,
    pieces,
    where,
)
from tests.support.race import NO_KEY, together
from tests.support.shop import Buyer, Shop


@pytest.fixture(autouse=True)
def _goods(shop: Shop) -> None:
    for sku in ("LAMP", "MUG", "POT"):
        shop.stock(sku, 500)


def test_who_has_no_cart_gets_the_guests(shop: Shop) -> None:
    guest, ada = filled(shop, Buyer(), ("LAMP", 2)), person(shop)
    claimed = shop.claim(ada, guest)
    assert (claimed.status, claimed.json["id"]) == (200, guest.cart_id)
    assert pieces(claimed.json) == {"LAMP": 2}
    assert claimed.json["token"] is None
    assert shop.cart(guest).status == 404, "the old token opens nothing any more"
    assert shop.add(guest, "MUG").status == 404
    ada.cart_id = guest.cart_id
    assert shop.cart(ada).status == 200
    assert make(ada).json["id"] == guest.cart_id, "it is the active one"


def test_while_browsing_the_lines_are_merged(shop: Shop) -> None:
    guest, ada = filled(shop, Buyer(), ("LAMP", 2), ("MUG", 1)), filled(shop, person(shop), ("LAMP", 3), ("POT", 1))
    lamp = line_id(shop.cart(guest).json, "LAMP")
    shop.change_line(guest, lamp, note="For Bob")
    cart = shop.add(guest, "POT", 4).json
    shop.change_line(guest, line_id(cart, "POT"), saved=True)
    claimed = shop.claim(ada, guest)
    assert claimed.json["id"] == ada.cart_id
    assert pieces(claimed.json) == {"LAMP": 5, "POT": 1, "MUG": 1}
    assert pieces(claimed.json, "saved") == {"POT": 4}
    assert claimed.json["lines"][0]["note"] == "For Bob"
    assert shop.cart(guest).status == 404
    kept = shop.one("carts", _id=guest.cart_id)
    assert (kept["became"], kept["lines"], kept["saved"]) == (ada.cart_id, [], [])
    assert shop.cart(ada).json == claimed.json | {"quote": None}


def test_what_does_not_fit_is_saved(shop: Shop) -> None:
    guest, ada = filled(shop, Buyer(), ("LAMP", 60), ("MUG", 1)), filled(shop, person(shop), ("LAMP", 60))
    full = [shop.one("carts", _id=ada.cart_id)["lines"][0]]
    full += [full[0] | {"sku": f"L{n}", "line_id": f"l{n}", "quantity": 1} for n in range(49)]
    mongo.database()["carts"].update_one({"_id": ada.cart_id}, {"$set": {"lines": full}})
    claimed = shop.claim(ada, guest).json
    assert pieces(claimed)["LAMP"] == 99
    assert pieces(claimed, "saved") == {"LAMP": 21, "MUG": 1}
    assert len(claimed["lines"]) == 50


def test_what_is_not_sold_in_the_currency_of_ones_own_cart_is_saved(shop: Shop) -> None:
    shop.stock("OUD", 5, price=900, currency="EUR")
    guest, ada = filled(shop, Buyer(), ("OUD", 1), currency="EUR"), filled(shop, person(shop), ("LAMP", 1))
    claimed = shop.claim(ada, guest).json
    assert (pieces(claimed), pieces(claimed, "saved")) == ({"LAMP": 1}, {"OUD": 1})
    assert claimed["problems"] == []


def test_prices_of_another_currency_are_not_taken_for_changed_ones(shop: Shop) -> None:
    from commerce.catalog.store import PRODUCTS

    product = shop.one("products", slug="lamp")
    PRODUCTS.handle.update_one({"_id": product["_id"]}, {"$set": {"variants.0.prices.EUR": 1500}})
    guest, ada = filled(shop, Buyer(), ("LAMP", 1), currency="EUR"), filled(shop, person(shop), ("MUG", 1))
    claimed = shop.claim(ada, guest).json
    assert pieces(claimed) == {"LAMP": 1, "MUG": 1}
    assert claimed["problems"] == []


def test_in_checkout_the_guests_cart_wins(shop: Shop) -> None:
    guest, ada = Buyer(), filled(shop, person(shop), ("LAMP", 3), ("POT", 1))
    shop.cart_with(guest, ("LAMP", 2))
    cart = shop.cart(ada).json
    shop.change_line(ada, line_id(cart, "POT"), saved=True)
    old = Buyer(token=ada.token, cart_id=ada.cart_id)
    claimed = shop.claim(ada, guest).json
    assert claimed["id"] == guest.cart_id
    assert (pieces(claimed), pieces(claimed, "saved")) == ({"LAMP": 2}, {"LAMP": 3, "POT": 1})
    assert claimed["quote"], "it goes on where it was"
    assert shop.cart(old).status == 404
    ada.cart_id = guest.cart_id
    assert shop.place(ada).status == 201


def test_asked_again_it_answers_the_same_cart(shop: Shop) -> None:
    guest, ada, bob = filled(shop, Buyer(), ("LAMP", 2)), filled(shop, person(shop), ("MUG", 1)), person(shop, "bob")
    first = shop.claim(ada, guest)
    again = shop.claim(ada, guest)
    assert first.json == again.json
    assert pieces(shop.cart(ada).json) == {"LAMP": 2, "MUG": 1}, "nothing is added twice"
    tokenless = Buyer(cart_id=guest.cart_id)
    assert shop.claim(ada, tokenless).json["id"] == ada.cart_id
    for who in (bob, Buyer(token=bob.token, cart_id=guest.cart_id)):
        assert shop.claim(who, guest).status == 404
    other = Buyer()
    shop.cart_with(other, ("POT", 1))
    assert shop.claim(ada, other).json["id"] == other.cart_id
    assert shop.claim(ada, guest).json["id"] == other.cart_id, "it became what that one became"


def test_a_lost_answer_can_be_had_again(shop: Shop) -> None:
    guest, ada = filled(shop, Buyer(), ("LAMP", 2)), filled(shop, person(shop), ("MUG", 1))
    first = shop.claim(ada, guest, Idempotency_Key="claim-1")
    assert first.text == shop.claim(ada, guest, Idempotency_Key="claim-1").text


def test_what_was_claimed_and_ordered_is_answered_with_its_order(shop: Shop) -> None:
    guest, ada = Buyer(), person(shop)
    shop.cart_with(guest, ("LAMP", 1))
    shop.claim(ada, guest)
    ada.cart_id = guest.cart_id
    assert shop.place(ada).status == 201
    assert shop.claim(ada, guest).json["order_id"] == ada.order_id


def test_strangers_and_what_is_not_there(shop: Shop) -> None:
    guest, ada, bob = filled(shop, Buyer(), ("LAMP", 2)), person(shop), filled(shop, person(shop, "bob"), ("MUG", 1))
    before = shop.snapshot()
    another = filled(shop, Buyer())
    tokens = ("", "0.x", another.cart_token, guest.cart_token[:-1])
    answers = [shop.claim(ada, Buyer(cart_id=guest.cart_id, cart_token=token)) for token in tokens]
    answers.append(shop.claim(ada, Buyer(cart_id=bob.cart_id, cart_token=guest.cart_token)))
    answers.append(shop.claim(ada, Buyer(cart_id="cart_none", cart_token=guest.cart_token)))
    assert {answer.status for answer in answers} == {404}
    assert len({answer.json["detail"] for answer in answers}) == 1
    assert shop.claim(Buyer(), guest).status == 401
    assert pieces(shop.cart(guest).json) == {"LAMP": 2}
    assert [c for c in shop.snapshot()["carts"] if c["_id"] != another.cart_id] == before["carts"]


def test_carts_whose_time_is_over(shop: Shop) -> None:
    guest, ada = filled(shop, Buyer(), ("LAMP", 2)), filled(shop, person(shop), ("MUG", 1))
    expire(ada.cart_id)
    claimed = shop.claim(ada, guest)
    assert (claimed.json["id"], pieces(claimed.json)) == (guest.cart_id, {"LAMP": 2})
    late = filled(shop, Buyer(), ("LAMP", 2))
    expire(late.cart_id)
    assert shop.claim(ada, late).status == 404


def test_an_ordered_cart_is_not_claimed(shop: Shop) -> None:
    guest, ada = Buyer(), person(shop)
    shop.ready_order(guest, ("LAMP", 2))
    refused = shop.claim(ada, guest)
    assert (refused.status, refused.json["code"]) == (409, "cart_already_ordered")
    assert refused.json["order_id"] == guest.order_id


def test_a_code_that_the_guest_entered_comes_along(shop: Shop) -> None:
    from tests.support import rules
    from tests.support.api import call

    rules.coupon("WELCOME10")
    guest, ada = filled(shop, Buyer(), ("LAMP", 2)), filled(shop, person(shop), ("MUG", 1))
    path = f"/carts/{guest.cart_id}/coupon"
    assert call("carts.apply_coupon", "PUT", path, body={"code": "welcome10"}, headers=guest.headers()).status == 200
    claimed = shop.claim(ada, guest).json
    assert claimed["coupon"]["applied"], claimed
    assert claimed["totals"]["discount"]["amount"] == round(1999 * 3 / 10)


# -- at the same moment ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("has_one", [False, True])
@pytest.mark.parametrize("checkout", [False, True])
def test_two_claims_at_once_are_one(shop: Shop, has_one: bool, checkout: bool) -> None:
    if has_one:
        own_cart("user_ada", ("LAMP", 1), ("MUG", 1))
    cart_id, guest = guest_cart(("LAMP", 2), email="ada@example.com" if checkout else "")
    who = Caller(user_id="user_ada", cart_token=guest.cart_token)
    outcomes = together([lambda: carts.claim(cart_id, who, NO_KEY)] * 6)
    views = [outcome for outcome in outcomes if isinstance(outcome, CartView)]
    assert len(views) == 6, outcomes
    assert len({view.id for view in views}) == 1
    whole = carts.get(views[0].id, who)
    lamps = [line.quantity for line in [*whole.lines, *whole.saved] if line.sku == "LAMP"]
    assert sum(lamps) == (3 if has_one else 2)


def test_two_users_with_the_same_token_one_gets_it(shop: Shop) -> None:
    for name in ("user_ada", "user_bob"):
        own_cart(name, ("MUG", 1))
    cart_id, guest = guest_cart(("LAMP", 2))
    people = [Caller(user_id=name, cart_token=guest.cart_token) for name in ("user_ada", "user_bob") * 3]
    outcomes = together([lambda who=who: carts.claim(cart_id, who, NO_KEY) for who in people])  # type: ignore[misc]
    got = {who.user_id for who, outcome in zip(people, outcomes, strict=True) if isinstance(outcome, CartView)}
    assert len(got) == 1, outcomes
    assert all(isinstance(o, CartView | NotFound) for o in outcomes)
    assert sum(line["quantity"] for cart in shop.all("carts") for line in cart["lines"] if line["sku"] == "LAMP") == 2


def test_two_guests_carts_at_once_are_both_there(shop: Shop) -> None:
    claims = [guest_cart((sku, 2)) for sku in ("LAMP", "MUG", "POT", "LAMP")]

    def claim(number: int) -> Any:
        cart_id, guest = claims[number]
        return carts.claim(cart_id, Caller(user_id="user_ada", cart_token=guest.cart_token), NO_KEY)

    outcomes = together([lambda n=n: claim(n) for n in range(4)])  # type: ignore[misc]
    assert all(isinstance(outcome, CartView) for outcome in outcomes), outcomes
    (cart,) = shop.all("carts", active_for="user_ada")
    assert {line["sku"]: line["quantity"] for line in cart["lines"]} == {"LAMP": 4, "MUG": 2, "POT": 2}


@pytest.mark.parametrize("whose", ["guest", "user"])
@pytest.mark.parametrize("checkout", [False, True])
def test_a_claim_beside_a_line_that_is_added(shop: Shop, whose: str, checkout: bool) -> None:
    """Added before, it comes along; after, there is no such cart. Never is it added and lost."""
    own = own_cart("user_ada", ("MUG", 1))
    cart_id, guest = guest_cart(("LAMP", 2), email="ada@example.com" if checkout else "")
    who = Caller(user_id="user_ada", cart_token=guest.cart_token)
    to, adder = (cart_id, guest) if whose == "guest" else (own, who)
    adds = [lambda: carts.add_line(to, AddLine(sku="POT"), adder, NO_KEY)] * 3
    claimed, *added = together([lambda: carts.claim(cart_id, who, NO_KEY), *adds])
    assert isinstance(claimed, CartView), claimed
    assert all(isinstance(outcome, CartView | NotFound) for outcome in added), added
    now = carts.get(claimed.id, who)
    pots = sum(line.quantity for line in [*now.lines, *now.saved] if line.sku == "POT")
    assert pots == sum(isinstance(outcome, CartView) for outcome in added)


@pytest.mark.parametrize("has_one", [False, True])
def test_a_claim_beside_the_order_of_the_guests_cart(shop: Shop, has_one: bool) -> None:
    """One of them is first: an order of the guest's that nobody claims, or a claim and no order."""
    for number in range(4):
        user_id, email = f"user_{number}", f"buyer{number}@example.com"
        if has_one:
            own_cart(user_id, ("MUG", 1))
        cart_id, guest = guest_cart(("LAMP", 1), email=email)
        quote = carts.get(cart_id, guest).quote
        assert quote
        wanted = PlaceOrder(cart_id=cart_id, quote_hash=quote.hash)
        who = Caller(user_id=user_id, cart_token=guest.cart_token)
        claimed, placed = together(
            [lambda: carts.claim(cart_id, who, NO_KEY), lambda: orders.place(wanted, guest, NO_KEY)]  # noqa: B023
        )
        assert isinstance(claimed, CartView) != isinstance(placed, OrderView), (claimed, placed)
        if isinstance(claimed, CartView):
            assert isinstance(placed, NotFound), placed
            assert claimed.id == cart_id
        else:
            assert getattr(claimed, "code", "") == "cart_already_ordered", claimed


def test_a_claim_beside_the_order_of_ones_own_cart(shop: Shop) -> None:
    """Ordered first, the guest's is the next cart; claimed first, the order is of what was quoted, or not placed."""
    for number in range(4):
        user_id = f"user_{number}"
        own = own_cart(user_id, ("MUG", 1))
        me = Caller(user_id=user_id)
        quote = carts.set_delivery(own, where(f"buyer{number}@example.com"), me, version=None).quote
        assert quote
        wanted = PlaceOrder(cart_id=own, quote_hash=quote.hash)
        cart_id, guest = guest_cart(("LAMP", 1))
        who = Caller(user_id=user_id, cart_token=guest.cart_token)
        claimed, placed = together(
            [lambda: carts.claim(cart_id, who, NO_KEY), lambda: orders.place(wanted, me, NO_KEY)]  # noqa: B023
        )
        assert isinstance(claimed, CartView), claimed
        if isinstance(placed, OrderView):
            assert [line.sku for line in placed.lines] == ["MUG"]
            assert claimed.id == cart_id or claimed.order_id
        else:
            assert isinstance(placed, Conflict), placed
            assert claimed.id == own
            assert {line.sku for line in claimed.lines} == {"MUG", "LAMP"}


def test_ones_own_reservation_never_blocks_ones_own_cart(shop: Shop) -> None:
    """The last piece is held by the order of a cart that was claimed: paying goes on (semantics 5)."""
    shop.stock("LAST", 1)
    guest, ada = Buyer(), filled(shop, person(shop), ("MUG", 1))
    shop.cart_with(guest, ("LAST", 1))
    assert shop.claim(ada, guest).status == 200
    ada.cart_id = guest.cart_id
    assert shop.place(ada).status == 201
    assert shop.cart(ada).json["problems"] == [], "what is held is held for this very cart"
    shop.pay(ada)
    shop.settle()
    assert shop.order(ada)["status"] == "confirmed"
