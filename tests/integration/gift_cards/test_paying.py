"""A gift card pays at once, never more than it has; the rest is paid by any other way; what is given back goes back to
it.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from commerce.runtime import mongo
from commerce.runtime.settings import settings
from tests.support import gifts
from tests.support.api import Answer
from tests.support.query_shapes import looking
from tests.support.shop import Buyer, Shop
from tests.support.staff import Staff

TOTAL = 2499  # A lamp for 19.99, and shipping.
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def buyer(shop: Shop) -> Buyer:
    """Someone with an order to pay: 24.99."""
    shop.stock("LAMP", 3)
    buyer = Buyer()
    shop.ready_order(buyer, ("LAMP", 1))
    return buyer


def said(answer: Answer) -> Any:
    """An answer but for what is its own."""
    return answer.status, {name: value for name, value in answer.json.items() if name != "correlation_id"}


def change(collection: str, id_: str, **members: Any) -> None:
    """Time passes for one document."""
    with looking():
        mongo.database()[collection].update_one({"_id": id_}, {"$set": members})


def left(shop: Shop) -> list[int]:
    """What is left on each card, the oldest first."""
    return [card["balance"] for card in shop.all("gift_cards")]


def booked(shop: Shop) -> list[tuple[str, int]]:
    """What came in and went back, and what that did to where it lies."""
    kinds = {"gift_card_grant", "capture", "refund"}
    return [(entry["kind"], entry["postings"][0]["amount"]) for entry in shop.all("ledger") if entry["kind"] in kinds]


def test_a_card_that_covers_all_confirms_without_a_provider(shop: Shop, buyer: Buyer) -> None:
    card = gifts.issue(shop, 5000)
    paid = gifts.pay(buyer, card["code"])
    assert paid.status == 200, paid.text
    assert (paid.json["status"], paid.json["payment_status"], paid.json["due"]) == ("confirmed", "paid", None)
    assert paid.json["gift_cards"][0]["amount"] == {"amount": TOTAL, "currency": "USD"}
    assert left(shop) == [5000 - TOTAL]
    assert shop.level("LAMP")["on_hand"] == 2
    shop.settle()
    assert shop.bus.types() == ["OrderPlaced", "GiftCardIssued", "PaymentSucceeded", "OrderConfirmed"]
    assert shop.order(buyer) == paid.json | {"version": shop.order(buyer)["version"]}
    assert shop.stripe_events() == []
    refused = gifts.pay(buyer, card["code"])
    assert (refused.status, refused.json["code"]) == (409, "order_state")


def test_a_card_and_a_card(shop: Shop, buyer: Buyer) -> None:
    """A part by gift card, the rest at Stripe: that much and no more is asked for."""
    card = gifts.issue(shop, 1000)
    part = gifts.pay(buyer, card["code"]).json
    assert (part["status"], part["payment_status"], part["due"]["amount"]) == ("pending", "partially_paid", 1499)
    begun = shop.begin_payment(buyer).json
    assert begun["amount"] == {"amount": 1499, "currency": "USD"}
    shop.confirm_card(begun["client_secret"])
    shop.settle()
    order = shop.order(buyer)
    assert (order["status"], order["payment_status"], order["paid"]["amount"]) == ("confirmed", "paid", TOTAL)
    assert booked(shop) == [("gift_card_grant", 1000), ("capture", 1000), ("capture", 1499)]
    assert shop.cancel(buyer).status == 200
    shop.settle()
    order = shop.order(buyer)
    assert (order["refunded"], order["payment_status"]) == (order["totals"]["total"], "refunded")
    assert left(shop) == [1000]
    assert sorted(refund["amount"] for refund in shop.all("refunds")) == [1000, 1499]


def test_many_cards_pay_together(shop: Shop, buyer: Buyer) -> None:
    for amount in (900, 900, 900):
        last = gifts.pay(buyer, gifts.issue(shop, amount)["code"])
        assert last.status == 200, last.text
    assert last.json["status"] == "confirmed"
    assert left(shop) == [0, 0, 201]


def test_a_live_attempt_for_the_former_amount_is_closed_first(shop: Shop, buyer: Buyer) -> None:
    begun = shop.begin_payment(buyer).json
    gifts.pay(buyer, gifts.issue(shop, 1000)["code"])
    voided = shop.one("payments", _id=begun["id"])
    assert (voided["status"], voided["open"]) == ("voided", False), "said in the document, and not left to a default"
    refused = shop.confirm_card_refused(begun["client_secret"])
    assert refused["error"]["code"] == "payment_intent_unexpected_state"
    again = shop.begin_payment(buyer).json
    assert (again["id"] != begun["id"], again["amount"]["amount"]) == (True, 1499)
    shop.confirm_card(again["client_secret"])
    shop.settle()
    assert shop.order(buyer)["status"] == "confirmed"


def test_a_card_that_has_paid_meanwhile_wins(shop: Shop, buyer: Buyer) -> None:
    """The buyer has confirmed at Stripe, and the news is on its way: the gift card keeps its money."""
    card = gifts.issue(shop, 1000)
    shop.pay(buyer)
    refused = gifts.pay(buyer, card["code"])
    assert (refused.status, refused.json["code"]) == (409, "already_paid")
    assert left(shop) == [1000]
    shop.settle()
    assert shop.order(buyer)["status"] == "confirmed"


def test_an_attempt_that_is_under_way_is_waited_for(shop: Shop, buyer: Buyer) -> None:
    card = gifts.issue(shop, 1000)
    shop.sandbox.stripe_control("POST", "/settlement", {"times": 1, "seconds": None})
    shop.pay(buyer)
    refused = gifts.pay(buyer, card["code"])
    assert (refused.status, refused.json["code"]) == (409, "payment_under_way")
    assert left(shop) == [1000]


def test_without_the_providers_promise_nothing_is_taken(shop: Shop, buyer: Buyer) -> None:
    card = gifts.issue(shop, 1000)
    shop.begin_payment(buyer)
    shop.sandbox.stripe_control("POST", "/faults", {"action": "drop", "path": "*/cancel", "times": 2})
    away = gifts.pay(buyer, card["code"])
    assert (away.status, away.json["code"]) == (503, "provider_unavailable")
    assert left(shop) == [1000]
    assert gifts.pay(buyer, card["code"]).status == 200


def test_a_double_click_pays_once(shop: Shop, buyer: Buyer) -> None:
    card = gifts.issue(shop, 1000)
    first = gifts.pay(buyer, card["code"], Idempotency_Key="click")
    for again in (gifts.pay(buyer, card["code"], Idempotency_Key="click"), gifts.pay(buyer, card["code"])):
        assert (again.status, again.json["gift_cards"]) == (200, first.json["gift_cards"])
    assert left(shop) == [0]
    assert shop.count("payments") == 1
    other = gifts.pay(buyer, gifts.issue(shop, 500)["code"], Idempotency_Key="click")
    assert (other.status, other.json["code"]) == (422, "idempotency_key_reused")
    assert left(shop) == [0, 500]


def test_taken_back_while_unpaid(shop: Shop, buyer: Buyer) -> None:
    card = gifts.issue(shop, 1000)
    payment_id = gifts.pay(buyer, card["code"]).json["gift_cards"][0]["payment_id"]
    begun = shop.begin_payment(buyer).json
    back = gifts.take_back(buyer, payment_id)
    assert back.status == 200, back.text
    assert (back.json["due"]["amount"], back.json["gift_cards"]) == (TOTAL, [])
    assert (back.json["payment_status"], back.json["paid"]["amount"]) == ("unpaid", 0)
    assert left(shop) == [1000]
    assert shop.one("payments", _id=begun["id"])["status"] == "voided", "it asked for less than is due now"
    assert gifts.take_back(buyer, payment_id).json["gift_cards"] == []
    assert left(shop) == [1000]
    assert gifts.pay(buyer, card["code"]).status == 200, "it may pay again"
    shop.pay(buyer)
    shop.settle()
    order = shop.order(buyer)
    assert (order["status"], order["paid"]["amount"], order["refunded"]["amount"]) == ("confirmed", TOTAL, 0)
    late = gifts.take_back(buyer, order["gift_cards"][0]["payment_id"])
    assert (late.status, late.json["code"]) == (409, "order_state")


@pytest.mark.parametrize("rest", ["none", "attempt"])
def test_an_order_that_expires_gives_the_card_its_money_back(shop: Shop, buyer: Buyer, rest: str) -> None:
    card = gifts.issue(shop, 1000)
    gifts.pay(buyer, card["code"])
    begun = shop.begin_payment(buyer).json if rest == "attempt" else None
    shop.expire_time(buyer)
    shop.run_expiry()
    order = shop.order(buyer)
    assert (order["status"], order["payment_status"]) == ("expired", "refunded")
    assert (order["paid"]["amount"], order["refunded"]["amount"]) == (1000, 1000)
    assert left(shop) == [1000]
    shop.bus.delivered = 0
    shop.bus.deliver(times=2)
    assert left(shop) == [1000], "once, however often it is told"
    if begun:
        shop.confirm_card_refused(begun["client_secret"])
    assert gifts.balance(card["code"]).json["balance"]["amount"] == 1000


def test_late_money_for_the_rest_goes_back_to_where_it_came_from(shop: Shop, buyer: Buyer) -> None:
    """The card had paid the rest when the order's time ended, and the news came after its end."""
    card = gifts.issue(shop, 1000)
    gifts.pay(buyer, card["code"])
    begun = shop.begin_payment(buyer).json
    shop.sandbox.stripe_control("POST", "/settlement", {"times": 1, "seconds": None})
    intent = shop.confirm_card(begun["client_secret"])
    shop.webhooks()
    change("payments", begun["id"], processing_since=LONG_AGO)
    shop.expire_time(buyer)
    shop.run_expiry()
    assert shop.order(buyer)["status"] == "expired"
    assert left(shop) == [1000]
    shop.sandbox.stripe_control("POST", f"/payment_intents/{intent['id']}/settle", {"outcome": "succeeded"})
    shop.settle()
    order = shop.order(buyer)
    assert (order["status"], order["paid"]["amount"], order["refunded"]["amount"]) == ("expired", TOTAL, TOTAL)
    assert left(shop) == [1000]
    assert booked(shop)[-1] == ("refund", -1499)


def test_what_comes_back_to_a_card_that_has_ended_can_be_spent_for_a_while(shop: Shop, buyer: Buyer) -> None:
    card = gifts.issue(shop, 1000, expires_at=(datetime.now(UTC) + timedelta(days=1)).isoformat())
    gifts.pay(buyer, card["code"])
    change("gift_cards", card["id"], expires_at=LONG_AGO)
    assert gifts.balance(card["code"]).status == 422
    shop.cancel(buyer)
    shop.settle()
    assert gifts.balance(card["code"]).json["balance"]["amount"] == 1000


@pytest.mark.parametrize(("amount", "paypal", "taken"), [(2490, "", 2449), (2490, "on", 2449), (2400, "", 2400)])
def test_it_leaves_what_a_provider_takes_at_least(
    shop: Shop, buyer: Buyer, monkeypatch: pytest.MonkeyPatch, amount: int, paypal: str, taken: int
) -> None:
    """Stripe takes no nine cents."""
    if not paypal:
        monkeypatch.setenv("PAYPAL_CLIENT_ID", "")
        settings.cache_clear()
    part = gifts.pay(buyer, gifts.issue(shop, amount)["code"])
    assert part.json["gift_cards"][0]["amount"]["amount"] == taken
    assert shop.begin_payment(buyer).status == 201


def test_three_decimals_leave_a_step_that_stripe_takes(shop: Shop) -> None:
    shop.stock("VASE", 3, price=10000, currency="KWD")
    buyer = Buyer()
    shop.cart_with(buyer, ("VASE", 1), currency="KWD")
    shop.place(buyer)
    total = shop.order(buyer)["totals"]["total"]["amount"]
    part = gifts.pay(buyer, gifts.issue(shop, 5003, currency="KWD")["code"]).json
    assert part["due"]["amount"] == total - 5000
    begun = shop.begin_payment(buyer)
    assert begun.status == 201, begun.text
    shop.confirm_card(begun.json["client_secret"])
    shop.settle()
    assert shop.order(buyer)["status"] == "confirmed"


def test_a_rest_that_nobody_takes_is_refused(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYPAL_CLIENT_ID", "")
    settings.cache_clear()
    shop.stock("PIN", 3, price=5)
    buyer = Buyer()
    shop.ready_order(buyer, ("PIN", 1))  # And 5.00 for shipping.
    for amount, due in ((450, 55), (4, 51), (30, 50)):
        assert gifts.pay(buyer, gifts.issue(shop, amount)["code"]).json["due"]["amount"] == due
    refused = gifts.pay(buyer, gifts.issue(shop, 30)["code"])
    assert (refused.status, refused.json["errors"][0]["code"]) == (422, "gift_card_too_small")
    assert gifts.pay(buyer, gifts.issue(shop, 50)["code"]).json["status"] == "confirmed"


@pytest.mark.parametrize(
    "code", [gifts.NO_CODE, "x", "0" * 64, "7KQ2-M9XD", "ÄÖÜ", "EUR", "disabled", "expired", "empty", "slip"]
)
def test_every_code_that_is_no_good_gets_the_same_answer(shop: Shop, buyer: Buyer, code: str) -> None:
    card = gifts.issue(shop, 1000, currency="EUR" if code == "EUR" else "USD")
    typed = card["code"] if code in {"EUR", "disabled", "expired", "empty"} else code
    if code == "slip":
        first = card["code"][0]
        typed = ("A" if first != "A" else "B") + card["code"][1:]
    staff = Staff(shop.sandbox)
    if code == "disabled":
        path = f"/admin/gift-cards/{card['id']}/disable"
        assert staff.ask("payments.disable_gift_card", "POST", path, {"reason": "lost"}).json["status"] == "disabled"
    if code == "expired":
        change("gift_cards", card["id"], expires_at=LONG_AGO)
    if code == "empty":
        other = Buyer(email="bob@example.com")
        shop.ready_order(other, ("LAMP", 1))
        assert gifts.pay(other, card["code"]).status == 200
    assert said(gifts.pay(buyer, typed)) == said(gifts.pay(buyer, gifts.NO_CODE))
    assert shop.order(buyer)["due"]["amount"] == TOTAL
    if code not in {"EUR", "empty"}:  # Whoever has those may know what is on them.
        assert said(gifts.balance(typed)) == said(gifts.balance(gifts.NO_CODE))


def test_not_yours(shop: Shop, buyer: Buyer) -> None:
    card = gifts.issue(shop, 1000)
    stranger = Buyer(order_id=buyer.order_id, order_token="0.nonsense")
    assert gifts.pay(stranger, card["code"]).status == 404
    payment_id = gifts.pay(buyer, card["code"]).json["gift_cards"][0]["payment_id"]
    assert gifts.take_back(stranger, payment_id).status == 404
    other = Buyer(email="bob@example.com")
    shop.ready_order(other, ("LAMP", 1))
    assert gifts.take_back(other, payment_id).status == 404
    begun = shop.begin_payment(buyer).json
    assert gifts.take_back(buyer, begun["id"]).status == 404, "no gift card's"
    assert left(shop) == [0]


def test_an_order_on_hold_takes_no_card_and_gives_none_back(shop: Shop, buyer: Buyer) -> None:
    card = gifts.issue(shop, 1000)
    payment_id = gifts.pay(buyer, card["code"]).json["gift_cards"][0]["payment_id"]
    path = f"/admin/orders/{buyer.order_id}/hold"
    assert Staff(shop.sandbox).ask("orders.hold_order", "POST", path, {"reason": "odd"}).status == 200
    assert gifts.pay(buyer, gifts.issue(shop, 500)["code"]).json["code"] == "order_state"
    assert gifts.take_back(buyer, payment_id).json["code"] == "order_state"


def test_guessing_is_slow(shop: Shop, buyer: Buyer) -> None:
    answers = [gifts.balance(gifts.NO_CODE, address="198.51.100.9") for _ in range(31)]
    assert {answer.status for answer in answers[:30]} == {422}
    assert (answers[30].status, bool(answers[30].headers["Retry-After"])) == (429, True)
    statuses = [gifts.pay(buyer, gifts.NO_CODE).status for _ in range(11)]
    assert statuses == [422] * 10 + [429]


def test_an_attempt_for_another_sum_is_not_taken_up(shop: Shop, buyer: Buyer) -> None:
    begun = shop.begin_payment(buyer).json
    change("payments", begun["id"], amount=TOTAL - 1)
    again = shop.begin_payment(buyer).json
    assert (again["id"] != begun["id"], again["amount"]["amount"]) == (True, TOTAL)
    assert shop.one("payments", _id=begun["id"])["status"] == "voided"
