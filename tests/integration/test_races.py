"""Many at the same moment (semantics 1, 4, 20)."""

from collections import Counter

import pytest

from commerce.inventory import InsufficientStock
from commerce.orders import CancelOrder, OrderView, cancel
from commerce.orders.placing import TooManyUnpaid
from commerce.runtime import ids
from commerce.runtime.caller import Caller
from tests.support.race import NO_KEY, ready, together
from tests.support.shop import Buyer, Shop


def test_fifty_buyers_race_for_ten_pieces(shop: Shop) -> None:
    shop.stock("LAMP", 10)
    outcomes = together([ready("LAMP", email=f"buyer{n}@example.com") for n in range(50)])

    codes = Counter(getattr(outcome, "code", type(outcome).__name__) for outcome in outcomes)
    assert codes.pop("OrderView") == 10
    assert set(codes) <= {"insufficient_stock", "cart_has_problems"}, codes
    level = shop.level("LAMP")
    assert (level["available"], level["reserved"], level["on_hand"]) == (0, 10, 10)
    assert shop.count("orders") == 10
    for fault in outcomes:
        if isinstance(fault, InsufficientStock):
            assert [reason.code for reason in fault.errors] == ["insufficient_stock"], "each is told what is left"


def test_buyers_of_several_pieces_never_share_one(shop: Shop) -> None:
    shop.stock("SOFA", 10)
    outcomes = together([ready("SOFA", 3, email=f"buyer{n}@example.com") for n in range(12)])
    assert sum(isinstance(outcome, OrderView) for outcome in outcomes) == 3
    assert shop.level("SOFA")["available"] == 1


@pytest.mark.parametrize("shared", ["email", "user_id", "place_name"])
def test_a_third_unpaid_order_is_refused_however_many_are_placed_at_once(shop: Shop, shared: str) -> None:
    shop.stock("CHAIR", 50)

    def of(number: int) -> dict[str, str]:
        own = {
            "email": f"buyer{number}@example.com",
            "place_name": f"House {number}",
            "user_id": f"user_{number}",
        }
        return own | {shared: "same@example.com" if shared == "email" else "user_same"}

    outcomes = together([ready("CHAIR", **of(number)) for number in range(10)])  # type: ignore[arg-type]

    kinds = Counter(type(outcome) for outcome in outcomes)
    assert kinds == {OrderView: 2, TooManyUnpaid: 8}, kinds
    assert shop.level("CHAIR")["reserved"] == 2


def test_the_same_cart_is_ordered_once_however_often_at_once(shop: Shop) -> None:
    shop.stock("VASE", 5)
    order = ready("VASE", email="ada@example.com")
    outcomes = together([order] * 8)
    assert sum(isinstance(outcome, OrderView) for outcome in outcomes) == 1
    assert {getattr(o, "code", "ok") for o in outcomes} == {"ok", "cart_already_ordered"}
    assert shop.level("VASE")["reserved"] == 1


def test_orders_placed_together_have_different_numbers(shop: Shop) -> None:
    """60 at once stand for the 1,000 of semantics 20, which take a minute; the generator is asked for the rest."""
    for sku in ("CUP", "POT", "JUG"):
        shop.stock(sku, 100)
    wanted = [ready(sku, email=f"{sku}{n}@example.com") for n in range(20) for sku in ("CUP", "POT", "JUG")]
    outcomes = together(wanted)
    numbers = {outcome.number for outcome in outcomes if isinstance(outcome, OrderView)}
    assert len(numbers) == 60, Counter(type(outcome) for outcome in outcomes)
    assert len({ids.new_order_number() for _ in range(20_000)}) == 20_000


def test_a_number_that_is_taken_is_drawn_again(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.stock("CUP", 5)
    first, second = Buyer(email="a@example.com"), Buyer(email="b@example.com")
    genuine = ids.new_order_number()
    drawn = iter([genuine, genuine, ids.new_order_number()])
    monkeypatch.setattr("commerce.orders.placing.new_order_number", lambda: next(drawn))
    shop.ready_order(first, ("CUP", 1))
    shop.ready_order(second, ("CUP", 1))
    assert shop.order(first)["number"] == genuine != shop.order(second)["number"]


def test_cancelling_twice_at_once_frees_the_stock_once(shop: Shop) -> None:
    shop.stock("RUG", 3)
    buyer = Buyer()
    shop.ready_order(buyer, ("RUG", 2))
    who = Caller(order_token=buyer.order_token)
    outcomes = together([lambda: cancel(buyer.order_id, CancelOrder(), who, NO_KEY)] * 6)
    assert Counter(getattr(outcome, "code", "ok") for outcome in outcomes) == {"ok": 1, "order_state": 5}
    assert shop.level("RUG")["available"] == 3
    assert shop.count("outbox", type="OrderCancelled") == 1


def test_whoever_has_an_unpaid_order_is_told_what_is_left_as_well(shop: Shop) -> None:
    """The second slot is taken by a second try; a shortage that is found there says the same."""
    shop.stock("BED", 1)
    shop.stock("PILLOW", 5)
    shop.ready_order(Buyer(), ("PILLOW", 1))
    mine = ready("BED", email="ada@example.com", place_name="ada@example.com")
    others = ready("BED", email="bob@example.com")
    outcomes = together([mine, others])
    refused = next(outcome for outcome in outcomes if isinstance(outcome, Exception))
    assert getattr(refused, "errors", None) or getattr(refused, "extra", {}).get("problems")
