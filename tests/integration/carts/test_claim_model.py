"""Carts of guests and users under any sequence of actions, compared with a model of twenty lines (semantics 17)."""

from collections import Counter
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commerce import carts
from commerce.carts import AddLine, CartView, UpdateLine
from commerce.runtime.caller import Caller
from commerce.runtime.errors import NotFound
from tests.integration.test_interleavings import wipe
from tests.support import books
from tests.support.carting import guest_cart, own_cart, where
from tests.support.query_shapes import looking
from tests.support.race import NO_KEY
from tests.support.shop import Shop

USERS = ("user_ada", "user_bob")
SKUS = ("LAMP", "MUG", "POT")


class Model:
    """Guests' carts by number and users' by name: lines, what is saved, whether it knows where it goes."""

    def __init__(self) -> None:
        self.guests: list[dict[str, Any]] = []
        self.own: dict[str, dict[str, Any]] = {}

    def claim(self, number: int, user: str) -> dict[str, Any] | None:
        """What the policy says; None where it is not theirs to claim."""
        guests = self.guests[number]
        if guests["user"]:
            return self.own[user] if guests["user"] == user else None
        guests["user"] = user
        own = self.own.get(user)
        if own is None:
            self.own[user] = guests
        elif guests["going"]:
            guests["saved"] += own["lines"] + own["saved"]
            self.own[user] = guests
        else:
            own["lines"] += guests["lines"]
            own["saved"] += guests["saved"]
        return self.own[user]


action = st.one_of(
    st.tuples(st.just("guest"), st.sampled_from(SKUS), st.integers(1, 9), st.booleans()),
    st.tuples(st.just("own"), st.sampled_from(SKUS), st.integers(1, 9), st.sampled_from(USERS)),
    st.tuples(st.just("save"), st.sampled_from(USERS)),
    st.tuples(st.just("claim"), st.integers(0, 3), st.sampled_from(USERS)),
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(action, min_size=3, max_size=14))
def test_like_a_simple_model(shop: Shop, actions: list[tuple[Any, ...]]) -> None:
    wipe(shop)
    for sku in SKUS:
        shop.stock(sku, 1000)
    model, guests = Model(), []
    for kind, *rest in actions:
        if kind == "guest":
            sku, quantity, going = rest
            guests.append(guest_cart((sku, quantity), email="ada@example.com" if going else ""))
            model.guests.append({"lines": Counter({sku: quantity}), "saved": Counter(), "going": going, "user": ""})
        elif kind == "own":
            sku, quantity, user = rest
            own_cart(user, (sku, quantity))
            fresh = {"lines": Counter(), "saved": Counter(), "going": False, "user": user}
            model.own.setdefault(user, fresh)["lines"][sku] += quantity
        elif kind == "save" and rest[0] in model.own:
            save_first(rest[0], model.own[rest[0]])
        elif kind == "claim" and rest[0] < len(guests):
            number, user = rest
            cart_id, guest = guests[number]
            expected = model.claim(number, user)
            try:
                claimed = carts.claim(cart_id, Caller(user_id=user, cart_token=guest.cart_token), NO_KEY)
            except NotFound:
                assert expected is None
            else:
                assert expected is not None
                assert shown(claimed) == (expected["lines"], expected["saved"])
        for user, own in model.own.items():
            assert shown(carts.get(own_cart(user), Caller(user_id=user))) == (own["lines"], own["saved"])
    with looking():
        books.check()


def save_first(user: str, own: dict[str, Any]) -> None:
    """The first of a user's lines is saved for later."""
    who, cart_id = Caller(user_id=user), own_cart(user)
    lines = carts.get(cart_id, who).lines
    if lines:
        carts.update_line(cart_id, lines[0].line_id, UpdateLine(saved=True), who, version=None)
        own["saved"][lines[0].sku] += own["lines"].pop(lines[0].sku)


def shown(view: CartView) -> tuple[Counter[str], Counter[str]]:
    """Lines and what is saved, as the model has them."""
    lines, saved = (Counter({line.sku: line.quantity for line in some}) for some in (view.lines, view.saved))
    return lines, saved


def test_a_delivery_is_what_makes_it_a_checkout(shop: Shop) -> None:
    shop.stock("LAMP", 5)
    cart_id, guest = guest_cart(("LAMP", 1))
    own = own_cart("user_ada", ("LAMP", 1))
    carts.set_delivery(cart_id, where("ada@example.com"), guest, version=None)
    carts.add_line(own, AddLine(sku="LAMP"), Caller(user_id="user_ada"), NO_KEY)
    claimed = carts.claim(cart_id, Caller(user_id="user_ada", cart_token=guest.cart_token), NO_KEY)
    assert (claimed.id, shown(claimed)) == (cart_id, (Counter(LAMP=1), Counter(LAMP=2)))
