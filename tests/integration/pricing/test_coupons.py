"""Codes: who may use them, when, how often; what they do to a cart and to the order that comes of it."""

from datetime import timedelta
from typing import Any

import pytest

from commerce.runtime.clock import now
from tests.support import rules
from tests.support.pricing import amounts, codes, enter, take_out
from tests.support.shop import Buyer, Shop


@pytest.fixture
def buyer(shop: Shop) -> Buyer:
    """Someone with two mugs for 10.00 each in the cart."""
    shop.stock("MUG", 50, price=1000)
    buyer = Buyer()
    shop.cart_with(buyer, ("MUG", 2))
    return buyer


def test_a_code_is_entered_shown_and_taken_out(shop: Shop, buyer: Buyer) -> None:
    made = rules.coupon("TEN")
    cart = enter(buyer, " t en ").json
    assert cart["coupon"] == {"code": "TEN", "applied": True, "refusal": None}
    assert [(p["id"], p["code"], p["amount"]["amount"]) for p in cart["promotions"]] == [(made.id, "TEN", 200)]
    assert amounts(cart["totals"]) == {"items": 2000, "discount": 200, "shipping": 500, "total": 2300}
    assert cart["problems"] == []
    assert shop.cart(buyer).json["totals"] == cart["totals"]
    without = take_out(buyer).json
    assert without["coupon"] is None
    assert amounts(without["totals"]) == {"items": 2000, "shipping": 500, "total": 2500}
    assert take_out(buyer).status == 200


def test_what_was_shown_is_ordered_charged_and_given_back(shop: Shop, buyer: Buyer) -> None:
    rules.coupon("TEN")
    cart = enter(buyer, "TEN").json
    order = shop.place(buyer).json
    assert order["totals"] == cart["totals"]
    assert order["promotions"] == cart["promotions"]
    shop.pay(buyer)
    shop.webhooks()
    paid = shop.order(buyer)
    assert (paid["status"], paid["paid"]["amount"]) == ("confirmed", 2300)


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"active": False}, "coupon_inactive"),
        ({"starts_at": now() + timedelta(days=1)}, "coupon_not_yet_valid"),
        ({"ends_at": now() - timedelta(seconds=1)}, "coupon_expired"),
        ({"limit": 0}, "coupon_exhausted"),
        ({"user_id": "user_else"}, "coupon_not_yours"),
        ({"email": "else@example.com"}, "coupon_not_yours"),
        ({"kind": "fixed", "amounts": {"EUR": 100}}, "coupon_other_currency"),
        ({"minimums": {"EUR": 100}}, "coupon_other_currency"),
    ],
)
def test_what_can_never_hold_is_not_taken(shop: Shop, buyer: Buyer, members: dict[str, Any], code: str) -> None:
    rules.coupon("CODE", **members)
    before = shop.cart(buyer).json
    refused = enter(buyer, "CODE")
    assert (refused.status, codes(refused)) == (422, [("code", code)])
    assert shop.cart(buyer).json["version"] == before["version"]


def test_an_unknown_code(buyer: Buyer) -> None:
    refused = enter(buyer, "NOPE")
    assert (refused.status, codes(refused)) == (422, [("code", "coupon_unknown")])


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"minimums": {"USD": 2001}}, "coupon_minimum_not_reached"),
        ({"target": "products", "target_ids": ["prod_other"]}, "coupon_nothing_to_reduce"),
    ],
)
def test_what_the_cart_only_lacks_something_for_waits(
    shop: Shop, buyer: Buyer, members: dict[str, Any], code: str
) -> None:
    rules.coupon("CODE", **members)
    cart = enter(buyer, "CODE").json
    assert (cart["coupon"]["applied"], cart["coupon"]["refusal"]["code"]) == (False, code)
    assert [(p["code"], p["reason"], p["blocking"]) for p in cart["problems"]] == [("coupon_invalid", code, False)]
    assert cart["totals"]["discount"]["amount"] == 0
    assert shop.place(buyer).status == 201


def test_the_minimum_is_reached_by_one_more(shop: Shop, buyer: Buyer) -> None:
    rules.coupon("CODE", minimums={"USD": 3000})
    assert enter(buyer, "CODE").json["coupon"]["refusal"]["missing"] == {"amount": 1000, "currency": "USD"}
    assert shop.add(buyer, "MUG").json["coupon"]["applied"]


def test_a_code_that_ends_meanwhile_makes_the_quote_stale(
    shop: Shop, buyer: Buyer, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = rules.coupon("CODE")
    quote = enter(buyer, "CODE").json["quote"]["hash"]
    rules.change(made, active=False)
    refused = shop.place(buyer, quote=quote)
    assert (refused.status, refused.json["code"]) == (409, "quote_stale")
    assert [p["reason"] for p in refused.json["cart"]["problems"]] == ["coupon_inactive"]
    assert shop.place(buyer, quote=refused.json["cart"]["quote"]["hash"]).json["totals"]["discount"]["amount"] == 0


def test_a_code_that_was_deleted(shop: Shop, buyer: Buyer) -> None:
    made = rules.coupon("CODE")
    enter(buyer, "CODE")
    rules.delete(made)
    cart = shop.cart(buyer).json
    assert cart["coupon"]["refusal"]["code"] == "coupon_unknown"
    assert cart["totals"]["discount"]["amount"] == 0


def test_one_that_stands_alone_loses_to_a_better_one(shop: Shop, buyer: Buyer) -> None:
    rules.promotion(title="Quarter off", basis_points=2_500)
    rules.coupon("ALONE", stacks=False)
    cart = enter(buyer, "ALONE").json
    assert cart["coupon"]["refusal"]["code"] == "coupon_beaten"
    assert [(p["title"], p["amount"]["amount"]) for p in cart["promotions"]] == [("Quarter off", 500)]


def test_guessing_codes_is_slow(shop: Shop, buyer: Buyer) -> None:
    answers = [enter(buyer, f"GUESS-{n}").status for n in range(12)]
    assert answers[:10] == [422] * 10
    assert 429 in answers[10:]


def test_a_strangers_cart_is_not_there(shop: Shop, buyer: Buyer) -> None:
    rules.coupon("TEN")
    stranger = Buyer(cart_id=buyer.cart_id, cart_token="0.wrong")
    assert enter(stranger, "TEN").status == 404
    assert enter(stranger, "NOPE").status == 404
    assert take_out(stranger).status == 404


def test_a_free_order_is_confirmed_at_once(shop: Shop, buyer: Buyer) -> None:
    rules.coupon("FREE", basis_points=10_000)
    rules.promotion(title="Sent free", kind="free_shipping")
    assert amounts(enter(buyer, "FREE").json["totals"]) == {"items": 2000, "discount": 2500, "shipping": 500}
    order = shop.place(buyer).json
    assert (order["status"], order["pay_by"]) == ("confirmed", None)
    assert (shop.level("MUG")["on_hand"], shop.level("MUG")["available"], shop.level("MUG")["reserved"]) == (48, 48, 0)
    shop.settle()
    assert [mail["Destination"]["ToAddresses"] for mail in shop.post.emails] == [["ada@example.com"]]
    assert shop.begin_payment(buyer).status == 409
    assert shop.cancel(buyer).json["status"] == "cancelled"
    shop.settle()
    assert shop.level("MUG")["on_hand"] == 50
    assert shop.count("payments") == 0
