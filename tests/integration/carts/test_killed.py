"""Killed at any step and tried again: a cart is claimed once, whole; a limit is used by what was ordered, no more."""

from typing import Any

import pytest

from tests.integration.carts.test_per_customer import limit
from tests.integration.test_interleavings import wipe
from tests.support import books
from tests.support.carting import filled, make, person, pieces
from tests.support.killswitch import Killswitch
from tests.support.shop import Buyer, Shop


@pytest.mark.parametrize("key", ["claim-1", ""])
@pytest.mark.parametrize("case", ["none", "browsing", "checkout"])
def test_claiming_killed_at_any_step(shop: Shop, killswitch: Killswitch, case: str, key: str) -> None:
    def prepare() -> tuple[Buyer, Buyer]:
        wipe(shop)
        shop.stock("LAMP", 9)
        shop.stock("MUG", 9)
        ada, guest = person(shop), filled(shop, Buyer(), ("LAMP", 2))
        if case != "none":
            filled(shop, ada, ("LAMP", 1), ("MUG", 1))
        if case == "checkout":
            assert shop.deliver_to(guest).status == 200
        return ada, guest

    def claim(ada: Buyer, guest: Buyer) -> Any:
        return shop.claim(ada, guest, **({"Idempotency_Key": key} if key else {}))

    ada, guest = prepare()
    with killswitch.armed():
        assert claim(ada, guest).status == 200
    steps = killswitch.steps
    assert steps >= 4
    for step in range(1, steps + 1):
        ada, guest = prepare()
        killswitch.survives(step, lambda: claim(ada, guest))  # noqa: B023
        answer = claim(ada, guest)
        assert answer.status == 200, (step, answer.text)
        now = make(ada).json
        assert now["id"] == answer.json["id"], step
        lines, saved = pieces(now), pieces(now, "saved")
        assert (lines, saved) == {
            "none": ({"LAMP": 2}, {}),
            "browsing": ({"LAMP": 3, "MUG": 1}, {}),
            "checkout": ({"LAMP": 2}, {"LAMP": 1, "MUG": 1}),
        }[case], step
        books.check()


def test_ordering_something_scarce_killed_at_any_step(shop: Shop, killswitch: Killswitch) -> None:
    def prepare() -> Buyer:
        wipe(shop)
        shop.stock("OUD", 9)
        limit(shop, "OUD", 2)
        buyer = Buyer()
        shop.cart_with(buyer, ("OUD", 2))
        return buyer

    buyer = prepare()
    quote = shop.cart(buyer).json["quote"]["hash"]
    with killswitch.armed():
        assert shop.place(buyer, quote=quote, Idempotency_Key="once").status == 201
    for step in range(1, killswitch.steps + 1):
        buyer = prepare()
        quote = shop.cart(buyer).json["quote"]["hash"]
        killswitch.survives(step, lambda: shop.place(buyer, quote=quote, Idempotency_Key="once"))  # noqa: B023
        books.check()
        assert shop.place(buyer, quote=quote, Idempotency_Key="once").status == 201, step
        assert [quota["used"] for quota in shop.all("quotas")] == [2], step
        books.check()


def test_an_order_that_fails_leaves_the_limit_as_it_was(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Semantics 2: another is quicker to take the last piece of something else in the cart."""
    from commerce import carts

    shop.stock("OUD", 9)
    shop.stock("LAST", 1)
    limit(shop, "OUD", 2)
    buyer, other = Buyer(), Buyer(email="bob@example.com")
    shop.cart_with(buyer, ("OUD", 2), ("LAST", 1))
    shop.cart_with(other, ("LAST", 1))
    checkout = carts.checkout

    def slow(*given: Any) -> Any:
        ready = checkout(*given)
        monkeypatch.setattr(carts, "checkout", checkout)
        assert shop.place(other).status == 201
        return ready

    quote = shop.cart(buyer).json["quote"]["hash"]
    monkeypatch.setattr(carts, "checkout", slow)
    refused = shop.place(buyer, quote=quote)
    assert (refused.status, refused.json["code"]) == (409, "insufficient_stock")
    assert shop.all("quotas") == []
    assert shop.level("OUD")["reserved"] == 0
