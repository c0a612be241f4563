"""Money that goes back to a gift card: the one that paid, or a new one for the buyer."""

from typing import Any

import pytest

from commerce.runtime import mongo
from tests.support import gifts
from tests.support.api import Answer
from tests.support.post import Post
from tests.support.query_shapes import looking
from tests.support.shop import Buyer, Shop
from tests.support.staff import Staff

TOTAL = 2499


def refund(shop: Shop, payment_id: str, key: str = "refund", **body: Any) -> Answer:
    """POST a refund."""
    path = f"/admin/payments/{payment_id}/refunds"
    wanted = {"reason": "broken", "everything": True} | body
    return Staff(shop.sandbox).ask("payments.create_refund", "POST", path, wanted, Idempotency_Key=key)


@pytest.fixture
def buyer(shop: Shop) -> Buyer:
    shop.stock("LAMP", 3)
    buyer = Buyer()
    shop.ready_order(buyer, ("LAMP", 1))
    return buyer


def code_in(post: Post) -> str:
    """The code that the last mail says."""
    text = str(post.emails[-1]["Content"]["Simple"]["Body"]["Text"]["Data"])
    return next(line for line in text.splitlines() if line.count("-") == 4 and " " not in line)


@pytest.mark.parametrize("provider", ["stripe", "paypal"])
def test_a_payment_goes_back_to_a_new_gift_card(shop: Shop, buyer: Buyer, provider: str) -> None:
    shop.pay(buyer) if provider == "stripe" else shop.pay_by_paypal(buyer)
    shop.settle()
    payment_id = shop.one("payments")["_id"]
    for _ in range(2):
        made = refund(shop, payment_id, to="gift_card")
        assert (made.status, made.json["status"], made.json["to"]) == (201, "succeeded", "gift_card"), made.text
    shop.settle()
    (card,) = shop.all("gift_cards")
    assert (card["balance"], card["origin"], card["recipient"]) == (TOTAL, "refund", buyer.email)
    assert shop.one("refunds")["recipient"] == "", "kept no longer than needed"
    assert shop.order(buyer)["payment_status"] == "refunded"
    assert [event["type"] for event in shop.stripe_events()].count("refund.created") == 0
    assert gifts.balance(code_in(shop.post)).json["balance"]["amount"] == TOTAL
    again = Buyer(email="bob@example.com")
    shop.ready_order(again, ("LAMP", 1))
    assert gifts.pay(again, code_in(shop.post)).json["status"] == "confirmed"


def test_what_a_gift_card_paid_goes_back_to_it_whatever_is_said(shop: Shop, buyer: Buyer) -> None:
    card = gifts.issue(shop, 3000)
    payment_id = gifts.pay(buyer, card["code"]).json["gift_cards"][0]["payment_id"]
    shop.settle()
    part = refund(shop, payment_id, everything=False, amount={"amount": 999, "currency": "USD"})
    assert part.json["status"] == "succeeded", part.text
    assert refund(shop, payment_id, "rest", to="gift_card").json["amount"]["amount"] == TOTAL - 999
    shop.settle()
    assert [one["balance"] for one in shop.all("gift_cards")] == [3000]
    assert shop.order(buyer)["payment_status"] == "refunded"
    assert refund(shop, payment_id, "more").json["code"] == "nothing_to_refund"


def test_nobody_is_sent_a_code_who_was_forgotten(shop: Shop, buyer: Buyer) -> None:
    shop.pay(buyer)
    shop.settle()
    with looking():
        mongo.database()["orders"].update_one({}, {"$set": {"contact.email": "forgotten@erased.test"}})
    refused = refund(shop, shop.one("payments")["_id"], to="gift_card")
    assert (refused.status, refused.json["errors"][0]["code"]) == (422, "nobody_to_send_it_to")
    assert shop.count("refunds") == 0
